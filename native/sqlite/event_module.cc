#include "event_module.h"

#include <optional>

#include "../store/persistence.h"
#include "../store/table.h"
#include "declare.h"
#include "event_plan.h"
#include "event_scan.h"
#include "group_scan.h"

namespace shrike::sqlite {
namespace {

using store::ChunkView;
using store::ColumnView;
using store::Width;

struct EventTable : sqlite3_vtab {
  store::Table* table;
  std::shared_ptr<Connection> connection;
};

struct Cursor : sqlite3_vtab_cursor {
  // One of them, or none.
  std::optional<EventScan> scan;
  std::optional<GroupScan> groups;
  bool end = true;
  const ChunkView& chunk() const { return scan ? scan->chunk() : groups->chunk(); }
  size_t chunk_number() const { return scan ? scan->chunk_number() : groups->chunk_number(); }
  uint32_t row() const { return scan ? scan->row() : groups->row(); }
  const store::Segment* segment() const { return scan ? scan->segment() : groups ? groups->segment() : nullptr; }
  // Columns of the chunk that the scan is in, looked up when they are first read.
  size_t views_of = SIZE_MAX;
  std::vector<ColumnView> views;
  std::vector<bool> known;
};

struct Module {
  store::Table* table;
  std::shared_ptr<Connection> connection;
};

const char* default_type(Width width) {
  switch (width) {
    case Width::Text: return "TEXT";
    case Width::F64: return "DOUBLE";
    default: return "BIGINT";
  }
}

int connect(sqlite3* db, void* aux, int, const char* const*, sqlite3_vtab** result, char**) {
  const auto& module = *static_cast<Module*>(aux);
  Declaration declaration;
  for (size_t i = 0; i < module.table->columns().size(); i++) {
    const store::ColumnSpec& column = module.table->columns()[i];
    std::string type = column.type.empty() ? default_type(column.width) : column.type;
    // eid and time are never NULL; where SQLite knows, min() reads the first row and no more.
    if (i < 2) type += " NOT NULL";
    declaration.add(column.name, type, column.hidden);
  }
  const int rc = sqlite3_declare_vtab(db, declaration.finish().c_str());
  if (rc != SQLITE_OK) return rc;
  // So that views may use it although the schema is not trusted.
  sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
  auto* table = new EventTable{};
  table->table = module.table;
  table->connection = module.connection;
  *result = table;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<EventTable*>(table);
  return SQLITE_OK;
}

int fail(sqlite3_vtab* table, const std::string& message, int code) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("%s", message.c_str());
  return code;
}

int best_index(sqlite3_vtab* base, sqlite3_index_info* info) {
  const auto& table = *static_cast<EventTable*>(base);
  std::string error;
  if (!table.connection->use_table(table.table->name(), error)) return fail(base, error, SQLITE_AUTH);
  return plan_events(*table.table, info);
}

int open_cursor(sqlite3_vtab* base, sqlite3_vtab_cursor** result) {
  auto* cursor = new Cursor{};
  const size_t columns = static_cast<EventTable*>(base)->table->columns().size();
  cursor->views.resize(columns);
  cursor->known.resize(columns);
  *result = cursor;
  return SQLITE_OK;
}

int close_cursor(sqlite3_vtab_cursor* cursor) {
  delete static_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

// A scan may refuse millions of rows before it finds one: it looks at the interrupt itself, once per run.
int advance(Cursor& cursor) {
  bool stopped = false;
  sqlite3* const db = static_cast<EventTable*>(cursor.pVtab)->connection->db();
  const auto stop = [&] { return stopped = sqlite3_is_interrupted(db) != 0; };
  cursor.end = !(cursor.scan ? cursor.scan->next(stop) : cursor.groups->next(stop));
  return stopped ? SQLITE_INTERRUPT : SQLITE_OK;
}

// A segment that turns out to be damaged ends the query with an error that names it, and is out of the way of the next one.
template <typename Work> int guarded(Cursor& cursor, Work&& work) {
  try {
    return work();
  } catch (const store::SegmentError& error) {
    cursor.end = true;
    if (const auto* segment = cursor.segment()) store::Persistence::instance().damaged(*segment);
    return fail(cursor.pVtab, error.what(), SQLITE_CORRUPT);
  }
}

int filter(sqlite3_vtab_cursor* base, int order, const char* plan, int, sqlite3_value** arguments) {
  auto& cursor = *static_cast<Cursor*>(base);
  const store::Table& table = *static_cast<EventTable*>(cursor.pVtab)->table;
  cursor.scan.reset();
  cursor.groups.reset();
  cursor.end = true;
  cursor.views_of = SIZE_MAX;
  std::vector<Predicate> predicates;
  bool nothing = false;
  std::string error;
  // The statement may have been compiled before the table was denied.
  if (!static_cast<EventTable*>(cursor.pVtab)->connection->use_table(table.name(), error)) return fail(cursor.pVtab, error, SQLITE_AUTH);
  GroupPlan group;
  const bool grouped = read_group(order, plan, group);
  error = read_plan(table, plan, arguments, predicates, nothing);
  if (!error.empty()) return fail(cursor.pVtab, error, SQLITE_ERROR);
  if (nothing) return SQLITE_OK;
  if (grouped) cursor.groups.emplace(table.columns(), table.snapshot(), std::move(predicates), std::move(group));
  else cursor.scan.emplace(table.snapshot(), std::move(predicates), static_cast<Order>(order));
  return guarded(cursor, [&] { return advance(cursor); });
}

int next(sqlite3_vtab_cursor* base) {
  auto& cursor = *static_cast<Cursor*>(base);
  return guarded(cursor, [&] { return advance(cursor); });
}

int eof(sqlite3_vtab_cursor* base) { return static_cast<Cursor*>(base)->end; }

void return_int(sqlite3_context* context, int64_t value, int64_t null) {
  if (value == null) sqlite3_result_null(context);
  else sqlite3_result_int64(context, value);
}

int read_column(sqlite3_vtab_cursor* base, sqlite3_context* context, int number);

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int number) {
  return guarded(*static_cast<Cursor*>(base), [&] { return read_column(base, context, number); });
}

int read_column(sqlite3_vtab_cursor* base, sqlite3_context* context, int number) {
  auto& cursor = *static_cast<Cursor*>(base);
  if (const Grouping::Key* key = cursor.groups ? cursor.groups->key(number) : nullptr) {
    if (key->null) return SQLITE_OK;
    if (key->text != nullptr) sqlite3_result_text64(context, key->text->data, key->text->size, SQLITE_TRANSIENT, SQLITE_UTF8);
    else sqlite3_result_int64(context, key->integer);
    return SQLITE_OK;
  }
  const auto at = static_cast<size_t>(number);
  const store::ColumnSpec& spec = static_cast<EventTable*>(cursor.pVtab)->table->columns()[at];
  const ChunkView& chunk = cursor.chunk();
  if (const size_t number = cursor.chunk_number(); cursor.views_of != number) {
    cursor.views_of = number;
    cursor.known.assign(cursor.known.size(), false);
  }
  if (!cursor.known[at]) {
    cursor.views[at] = chunk.column(number);
    cursor.known[at] = true;
  }
  const ColumnView& view = cursor.views[at];
  if (view.values == nullptr) return SQLITE_OK;
  const uint32_t row = cursor.row();
  const uint32_t i = spec.process ? chunk.row_contexts()[row] : row;
  switch (spec.width) {
    case Width::I8: return_int(context, static_cast<const int8_t*>(view.values)[i], store::kNull8); break;
    case Width::I32: return_int(context, static_cast<const int32_t*>(view.values)[i], store::kNull32); break;
    case Width::I64: return_int(context, static_cast<const int64_t*>(view.values)[i], store::kNull64); break;
    case Width::U32:
      if (spec.process && i == 0) break;  // no process is known
      sqlite3_result_int64(context, static_cast<const uint32_t*>(view.values)[i]);
      break;
    case Width::F64: sqlite3_result_double(context, static_cast<const double*>(view.values)[i]); break;
    case Width::Text: {
      const uint32_t id = static_cast<const uint32_t*>(view.values)[i];
      if (id == 0) break;
      const store::TextRef& text = view.texts[id];
      sqlite3_result_text64(context, text.data, text.size, SQLITE_TRANSIENT, SQLITE_UTF8);
      break;
    }
  }
  return SQLITE_OK;
}

int rowid(sqlite3_vtab_cursor* base, sqlite3_int64* result) {
  const auto& cursor = *static_cast<Cursor*>(base);
  *result = static_cast<const int64_t*>(cursor.chunk().column(0).values)[cursor.row()];
  return SQLITE_OK;
}

sqlite3_module make_module() {
  sqlite3_module module{};
  module.iVersion = 3;
  module.xConnect = connect;
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

int declare_event_tables(Connection& connection) {
  for (store::Table* table : store::Store::instance().tables()) {
    auto* module = new Module{table, Connection::find(connection.id())};
    const int rc = sqlite3_create_module_v2(connection.db(), table->name().c_str(), &kModule, module, [](void* aux) { delete static_cast<Module*>(aux); });
    if (rc != SQLITE_OK) return rc;
  }
  return SQLITE_OK;
}

}  // namespace shrike::sqlite
