// HOW IT WORKS
//
// xBestIndex hands every simple comparison to the generator as a hint and lets SQLite check it again (omit = 0), so a generator may return too
// much but never has to filter. A table with required columns that a plan does not give is not refused while planning, where SQLite would
// only say "no query solution" and could not try another order of the joins: the plan is accepted at a cost that nothing else reaches, and if
// it is run after all, xFilter says which column is missing.
#include "generated_module.h"

#include <cstring>
#include <map>

#include "declare.h"
#include "generator.h"

namespace shrike::sqlite {
namespace {

thread_local ThreadTables registered;

constexpr double kForbidden = 1e50;

struct Module {
  GeneratedTable table;
  std::vector<Affinity> affinities;
  std::shared_ptr<Generator> generator;
  std::shared_ptr<Connection> connection;
};

struct Table : sqlite3_vtab {
  Module* module;
};

struct Cursor : sqlite3_vtab_cursor {
  std::unique_ptr<RowSource> source;
  std::vector<Value> values;
  int rows = 0, row = 0;
  int64_t number = 0;
  bool done = true;
};

// One pushed-down constraint in idxStr: "column:op:list;".
struct Op {
  unsigned char code;
  const char* name;
};
constexpr Op kOps[] = {
    {SQLITE_INDEX_CONSTRAINT_EQ, "="},         {SQLITE_INDEX_CONSTRAINT_GT, ">"},           {SQLITE_INDEX_CONSTRAINT_LE, "<="},
    {SQLITE_INDEX_CONSTRAINT_LT, "<"},         {SQLITE_INDEX_CONSTRAINT_GE, ">="},          {SQLITE_INDEX_CONSTRAINT_LIKE, "LIKE"},
    {SQLITE_INDEX_CONSTRAINT_GLOB, "GLOB"},    {SQLITE_INDEX_CONSTRAINT_REGEXP, "REGEXP"},  {SQLITE_INDEX_CONSTRAINT_NE, "!="},
    {SQLITE_INDEX_CONSTRAINT_IS, "IS"},        {SQLITE_INDEX_CONSTRAINT_ISNULL, "IS NULL"}, {SQLITE_INDEX_CONSTRAINT_ISNOTNULL, "IS NOT NULL"},
};

const Op* find_op(unsigned char code) {
  for (const Op& op : kOps) {
    if (op.code == code) return &op;
  }
  return nullptr;
}

bool is_pattern(unsigned char code) {
  return code == SQLITE_INDEX_CONSTRAINT_LIKE || code == SQLITE_INDEX_CONSTRAINT_GLOB || code == SQLITE_INDEX_CONSTRAINT_REGEXP;
}

int fail(sqlite3_vtab* table, const std::string& message, int code = SQLITE_ERROR) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("%s", message.c_str());
  return code;
}

int connect(sqlite3* db, void* aux, int, const char* const*, sqlite3_vtab** result, char**) {
  auto* module = static_cast<Module*>(aux);
  Declaration declaration;
  for (const GeneratedColumn& column : module->table.columns) declaration.add(column.name, column.type, column.hidden);
  const int rc = sqlite3_declare_vtab(db, declaration.finish().c_str());
  if (rc != SQLITE_OK) return rc;
  // So that views may use them although the schema is not trusted.
  sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
  auto* table = new Table{};
  table->module = module;
  *result = table;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

// "requires" a text for each group of required columns that no constraint satisfies.
std::string missing(const GeneratedTable& table, const std::vector<bool>& given) {
  std::map<std::string, std::vector<const GeneratedColumn*>> groups;
  std::map<std::string, bool> satisfied;
  for (size_t i = 0; i < table.columns.size(); i++) {
    const GeneratedColumn& column = table.columns[i];
    if (column.required.empty()) continue;
    groups[column.required].push_back(&column);
    if (given[i]) satisfied[column.required] = true;
  }
  std::string message;
  for (const auto& [group, columns] : groups) {
    if (satisfied[group]) continue;
    message += message.empty() ? table.name + " needs " : " and ";
    for (size_t i = 0; i < columns.size(); i++) message += (i == 0 ? "\"" : " or \"") + columns[i]->name + "\"";
    message += ", e.g. WHERE " + columns[0]->name + (affinity_of(columns[0]->type) == Affinity::Text ? " = '…'" : " = 1");
  }
  return message;
}

int best_index(sqlite3_vtab* base, sqlite3_index_info* info) {
  const Module& module = *static_cast<Table*>(base)->module;
  std::string denied;
  if (!module.connection->use_table(module.table.name, denied)) return fail(base, denied, SQLITE_AUTH);
  const size_t columns = module.table.columns.size();
  std::vector<bool> given(columns, false);
  std::string plan;
  int arguments = 0;
  bool indexed = false, additional = false;
  int filters = 0;
  for (int i = 0; i < info->nConstraint; i++) {
    const auto& constraint = info->aConstraint[i];
    const Op* op = find_op(constraint.op);
    if (!constraint.usable || constraint.iColumn < 0 || op == nullptr) continue;
    // Patterns and != carry no collation that matters here; an equality by another collation says nothing about the bytes.
    const bool compares = !is_pattern(op->code) && op->code != SQLITE_INDEX_CONSTRAINT_NE;
    if (compares && sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY") != 0) continue;
    const bool list = sqlite3_vtab_in(info, i, 1);
    info->aConstraintUsage[i].argvIndex = ++arguments;
    info->aConstraintUsage[i].omit = 0;
    plan += std::to_string(constraint.iColumn) + ":" + std::to_string(static_cast<int>(op->code)) + ":" + (list ? "1;" : "0;");
    const GeneratedColumn& column = module.table.columns[static_cast<size_t>(constraint.iColumn)];
    if (op->code == SQLITE_INDEX_CONSTRAINT_EQ || op->code == SQLITE_INDEX_CONSTRAINT_IS) {
      given[static_cast<size_t>(constraint.iColumn)] = true;
      if (column.index || !column.required.empty()) indexed = true;
      else if (column.additional) additional = true;
    } else if (op->code == SQLITE_INDEX_CONSTRAINT_LIKE && !column.required.empty()) {
      // `path LIKE '/etc/%'` bounds a walk. Whether the pattern bounds it enough is for the generator to say.
      given[static_cast<size_t>(constraint.iColumn)] = true;
    }
    filters++;
  }
  const std::string message = missing(module.table, given);
  const double all = module.table.estimated_rows;
  if (!message.empty()) {
    info->idxNum = 1;
    info->estimatedCost = kForbidden;
    info->estimatedRows = static_cast<sqlite3_int64>(all);
  } else if (indexed) {
    const double rows = all < 100 ? 1 : 5;
    info->estimatedCost = 20;
    info->estimatedRows = static_cast<sqlite3_int64>(rows);
  } else {
    // Producing a row costs far more than a row of an ordinary table does: each needs a read under /proc or the like.
    info->estimatedCost = all * (additional ? 10 : 30);
    info->estimatedRows = static_cast<sqlite3_int64>(filters > 0 ? all / 4 + 1 : all);
  }
  // The columns that are used are known only here. Bit 63 stands for all from the 64th on.
  plan += "u" + std::to_string(info->colUsed);
  info->idxStr = sqlite3_mprintf("%s", plan.c_str());
  info->needToFreeIdxStr = 1;
  return SQLITE_OK;
}

int open_cursor(sqlite3_vtab*, sqlite3_vtab_cursor** result) {
  *result = new Cursor{};
  return SQLITE_OK;
}

int close_cursor(sqlite3_vtab_cursor* cursor) {
  delete static_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

// The generator gets the value as the column would hold it. False when the comparison may not be the one the generator would make.
bool add_value(std::vector<Value>& values, sqlite3_value* argument, Affinity affinity, bool pattern) {
  Value value = read_value(argument);
  if (!pattern) apply_affinity(value, affinity == Affinity::Real ? Affinity::Numeric : affinity);
  values.push_back(std::move(value));
  return true;
}

int fetch(Cursor& cursor) {
  Module& module = *static_cast<Table*>(cursor.pVtab)->module;
  if (module.connection->interrupted() || sqlite3_is_interrupted(module.connection->db())) return SQLITE_INTERRUPT;
  std::string error;
  cursor.row = 0;
  cursor.rows = cursor.source->next(cursor.values, error);
  if (cursor.rows < 0) {
    cursor.done = true;
    if (module.connection->interrupted()) return SQLITE_INTERRUPT;
    return fail(cursor.pVtab, error);
  }
  if (cursor.rows == 0) {
    cursor.done = true;
    cursor.source.reset();
    return SQLITE_OK;
  }
  const size_t columns = module.affinities.size();
  for (size_t i = 0; i < static_cast<size_t>(cursor.rows) * columns; i++) apply_affinity(cursor.values[i], module.affinities[i % columns]);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* base, int forbidden, const char* plan, int count, sqlite3_value** arguments) {
  auto& cursor = *static_cast<Cursor*>(base);
  Module& module = *static_cast<Table*>(cursor.pVtab)->module;
  cursor.source.reset();
  cursor.done = true;
  cursor.number = 0;
  std::string error;
  if (!module.connection->use_table(module.table.name, error)) return fail(cursor.pVtab, error, SQLITE_AUTH);
  std::vector<Constraint> constraints;
  std::vector<bool> given(module.table.columns.size(), false);
  for (int i = 0; i < count; i++) {
    char* next;
    const int column = static_cast<int>(std::strtol(plan, &next, 10));
    const auto code = static_cast<unsigned char>(std::strtol(next + 1, &next, 10));
    const bool list = next[1] == '1';
    plan = next + 3;
    const auto at = static_cast<size_t>(column);
    Constraint constraint{column, find_op(code)->name, {}};
    const bool pattern = is_pattern(code);
    if (list) {
      sqlite3_value* value = nullptr;
      for (int rc = sqlite3_vtab_in_first(arguments[i], &value); rc == SQLITE_OK && value != nullptr; rc = sqlite3_vtab_in_next(arguments[i], &value)) {
        add_value(constraint.values, value, module.affinities[at], pattern);
      }
    } else if (code != SQLITE_INDEX_CONSTRAINT_ISNULL && code != SQLITE_INDEX_CONSTRAINT_ISNOTNULL) {
      add_value(constraint.values, arguments[i], module.affinities[at], pattern);
      // A comparison with NULL is never true.
      if (constraint.values[0].kind == Value::Kind::Null && code != SQLITE_INDEX_CONSTRAINT_IS) return SQLITE_OK;
    }
    if (code == SQLITE_INDEX_CONSTRAINT_EQ || code == SQLITE_INDEX_CONSTRAINT_IS) given[at] = true;
    constraints.push_back(std::move(constraint));
  }
  if (forbidden != 0) return fail(cursor.pVtab, missing(module.table, given));
  const uint64_t used = std::strtoull(plan + 1, nullptr, 10);
  if (!module.generator) return fail(cursor.pVtab, module.table.name + " has no generator on this thread");
  cursor.source = module.generator->open(module.table, constraints, used, error);
  if (!cursor.source) return module.connection->interrupted() ? SQLITE_INTERRUPT : fail(cursor.pVtab, error);
  cursor.done = false;
  return fetch(cursor);
}

int next(sqlite3_vtab_cursor* base) {
  auto& cursor = *static_cast<Cursor*>(base);
  cursor.number++;
  return ++cursor.row < cursor.rows ? SQLITE_OK : fetch(cursor);
}

int eof(sqlite3_vtab_cursor* cursor) { return static_cast<Cursor*>(cursor)->done; }

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int column) {
  const auto& cursor = *static_cast<Cursor*>(base);
  const size_t columns = static_cast<Table*>(cursor.pVtab)->module->affinities.size();
  return_value(context, cursor.values[static_cast<size_t>(cursor.row) * columns + static_cast<size_t>(column)]);
  return SQLITE_OK;
}

int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* result) {
  *result = static_cast<Cursor*>(cursor)->number;
  return SQLITE_OK;
}

sqlite3_module make_module() {
  sqlite3_module module{};
  module.iVersion = 3;
  module.xConnect = connect;  // no xCreate: the table is there by its own name, and only so
  module.xBestIndex = best_index;
  module.xDisconnect = disconnect;
  module.xOpen = open_cursor;
  module.xClose = close_cursor;
  module.xFilter = filter;
  module.xNext = next;
  module.xEof = eof;
  module.xColumn = column;
  module.xRowid = rowid;
  return module;
}

const sqlite3_module kModule = make_module();

}  // namespace

void register_thread_tables(ThreadTables tables) { registered = std::move(tables); }

const ThreadTables& thread_tables() { return registered; }

int declare_generated_tables(Connection& connection) {
  for (const GeneratedTable& table : registered.tables) {
    auto* module = new Module{table, {}, registered.generator, Connection::find(connection.id())};
    for (const GeneratedColumn& column : table.columns) module->affinities.push_back(affinity_of(column.type));
    const int rc = sqlite3_create_module_v2(connection.db(), table.name.c_str(), &kModule, module, [](void* aux) { delete static_cast<Module*>(aux); });
    if (rc != SQLITE_OK) return rc;
  }
  return SQLITE_OK;
}

}  // namespace shrike::sqlite
