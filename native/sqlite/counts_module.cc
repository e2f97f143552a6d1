// HOW IT WORKS
//
//     SELECT value, count FROM event_counts('process_events', 'path')
//     SELECT value, count FROM event_counts('socket_events', 'remote_address', unixepoch() - 3600, unixepoch())
//     SELECT sum(count) FROM event_counts('process_file_events', 'action')
//
// A table-valued function with four hidden columns. since and until are seconds since the epoch, both included; left out, there is no bound. The counting
// is that of a grouped scan (group_scan.h) without the rows: a number per row finds its count, and SQLite sees one row per value, in
// the order of the values. Only columns that can be grouped by (texts, facts about the process, and flags) will do.
#include "counts_module.h"

#include <optional>

#include "../store/persistence.h"
#include "../store/table.h"
#include "chunk_filter.h"
#include "grouping.h"

namespace shrike::sqlite {
namespace {

enum Column { kValue, kCount, kFirst, kLast, kTable, kColumn, kSince, kUntil };
// idxNum: which of the hidden columns are given, in this order among the arguments.
constexpr int kParameters = 4;

struct Module {
  std::shared_ptr<Connection> connection;
};

struct CountsTable : sqlite3_vtab {
  std::shared_ptr<Connection> connection;
};

struct Total {
  int64_t count = 0, first = INT64_MAX, last = INT64_MIN;
};

struct Cursor : sqlite3_vtab_cursor {
  std::optional<Grouping> grouping;
  std::vector<Total> totals;     // by group
  std::vector<uint32_t> order;   // groups
  size_t at = 0;
  std::string table, column;
  int64_t since = INT64_MIN, until = INT64_MAX;
};

int fail(sqlite3_vtab* table, const std::string& message, int code) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("%s", message.c_str());
  return code;
}

int connect(sqlite3* db, void* aux, int, const char* const*, sqlite3_vtab** result, char**) {
  const int rc = sqlite3_declare_vtab(
      db, "CREATE TABLE x(value, count BIGINT NOT NULL, first_time BIGINT NOT NULL, last_time BIGINT NOT NULL, \"table\" TEXT HIDDEN, \"column\" TEXT HIDDEN, since BIGINT "
          "HIDDEN, until BIGINT HIDDEN)");
  if (rc != SQLITE_OK) return rc;
  sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
  auto* table = new CountsTable{};
  table->connection = static_cast<Module*>(aux)->connection;
  *result = table;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<CountsTable*>(table);
  return SQLITE_OK;
}

int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
  int given[kParameters] = {-1, -1, -1, -1};
  bool later = false;
  for (int i = 0; i < info->nConstraint; i++) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.iColumn < kTable || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (constraint.usable) given[constraint.iColumn - kTable] = i;
    else later = true;
  }
  // Another order of the joins can give what this one cannot.
  if (later) return SQLITE_CONSTRAINT;
  int arguments = 0;
  for (int p = 0; p < kParameters; p++) {
    if (given[p] < 0) continue;
    info->idxNum |= 1 << p;
    info->aConstraintUsage[given[p]].argvIndex = ++arguments;
    info->aConstraintUsage[given[p]].omit = 1;
  }
  info->estimatedCost = 100'000;
  info->estimatedRows = 1000;
  if (info->nOrderBy == 1 && info->aOrderBy[0].iColumn == kValue && !info->aOrderBy[0].desc) info->orderByConsumed = 1;
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

// Rows of one chunk into the totals.
void count_chunk(Cursor& cursor, ChunkFilter& filter, const store::ChunkView& chunk, uint32_t from, uint32_t to) {
  const auto* times = static_cast<const int64_t*>(chunk.column(1).values);
  uint32_t rows[kRun + 8], groups[kRun];
  cursor.grouping->enter(chunk);
  for (; from < to; from += kRun) {
    const uint32_t n = filter.select(from, std::min(from + kRun, to), rows);
    if (n == 0) continue;
    cursor.grouping->number(rows, n, groups);
    cursor.totals.resize(cursor.grouping->groups());
    for (uint32_t i = 0; i < n; i++) {
      Total& total = cursor.totals[groups[i]];
      const int64_t time = times[rows[i]];
      total.count++;
      total.first = std::min(total.first, time);
      total.last = std::max(total.last, time);
    }
  }
}

int count(Cursor& cursor, const store::Table& table, int column) {
  sqlite3* const db = static_cast<CountsTable*>(cursor.pVtab)->connection->db();
  std::vector<Predicate> predicates;
  if (cursor.since != INT64_MIN || cursor.until != INT64_MAX) {
    Predicate time;
    time.column = 1;
    time.integers = {{std::max(cursor.since, INT64_MIN + 1), cursor.until}};
    if (cursor.since > cursor.until) return SQLITE_OK;
    predicates.push_back(std::move(time));
  }
  ChunkFilter filter(std::move(predicates));
  cursor.grouping.emplace(table.columns(), std::vector<GroupColumn>{{column}});
  const store::Snapshot chunks = table.snapshot();
  for (const auto& listed : *chunks) {
    if (sqlite3_is_interrupted(db) != 0) return SQLITE_INTERRUPT;
    uint32_t from = 0, to = listed->rows();
    if (to == 0 || !filter.may_pass(*listed)) continue;
    try {
      const std::shared_ptr<const store::ChunkView> opened = listed->open(listed);
      if (opened && filter.enter(*opened, from, to)) count_chunk(cursor, filter, *opened, from, to);
    } catch (const store::SegmentError& error) {
      if (const store::Segment* segment = listed->segment()) store::Persistence::instance().damaged(*segment);
      return fail(cursor.pVtab, error.what(), SQLITE_CORRUPT);
    }
  }
  const std::vector<uint32_t> places = cursor.grouping->places();
  cursor.order.resize(places.size());
  for (uint32_t group = 0; group < places.size(); group++) cursor.order[places[group]] = group;
  return SQLITE_OK;
}

std::string text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return text == nullptr ? "" : std::string(text, static_cast<size_t>(sqlite3_value_bytes(value)));
}

int filter(sqlite3_vtab_cursor* base, int given, const char*, int, sqlite3_value** arguments) {
  auto& cursor = *static_cast<Cursor*>(base);
  cursor.grouping.reset();
  cursor.totals.clear();
  cursor.order.clear();
  cursor.at = 0;
  cursor.since = INT64_MIN;
  cursor.until = INT64_MAX;
  if ((given & 3) != 3) return fail(base->pVtab, "event_counts needs a table and a column: event_counts('process_events', 'path')", SQLITE_ERROR);
  int next = 0;
  cursor.table = text_of(arguments[next++]);
  cursor.column = text_of(arguments[next++]);
  // NULL is no bound, as if it were left out.
  if ((given & 4) != 0 && sqlite3_value_type(arguments[next++]) != SQLITE_NULL) cursor.since = sqlite3_value_int64(arguments[next - 1]);
  if ((given & 8) != 0 && sqlite3_value_type(arguments[next++]) != SQLITE_NULL) cursor.until = sqlite3_value_int64(arguments[next - 1]);
  std::string error;
  const store::Table* table = store::Store::instance().find(cursor.table);
  // The name is a value: neither SQLite nor its authorizer know that this table is read.
  if (table != nullptr && !static_cast<CountsTable*>(base->pVtab)->connection->use_table(cursor.table, error)) return fail(base->pVtab, error, SQLITE_AUTH);
  if (table == nullptr) return fail(base->pVtab, "event_counts: there is no event table " + cursor.table, SQLITE_ERROR);
  for (size_t c = 0; c < table->columns().size(); c++) {
    if (sqlite3_stricmp(table->columns()[c].name.c_str(), cursor.column.c_str()) != 0) continue;
    if (!Grouping::possible(table->columns()[c])) {
      return fail(base->pVtab, "event_counts: " + cursor.column + " of " + cursor.table + " is a number of each event; GROUP BY counts those", SQLITE_ERROR);
    }
    return count(cursor, *table, static_cast<int>(c));
  }
  return fail(base->pVtab, "event_counts: " + cursor.table + " has no column " + cursor.column, SQLITE_ERROR);
}

int next(sqlite3_vtab_cursor* base) {
  static_cast<Cursor*>(base)->at++;
  return SQLITE_OK;
}

int eof(sqlite3_vtab_cursor* base) {
  const auto& cursor = *static_cast<Cursor*>(base);
  return cursor.at >= cursor.order.size();
}

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int number) {
  const auto& cursor = *static_cast<Cursor*>(base);
  const uint32_t group = cursor.order[cursor.at];
  switch (number) {
    case kValue: {
      const Grouping::Key key = cursor.grouping->key(group, 0);
      if (key.null) break;
      if (key.text != nullptr) sqlite3_result_text64(context, key.text->data, key.text->size, SQLITE_TRANSIENT, SQLITE_UTF8);
      else sqlite3_result_int64(context, key.integer);
      break;
    }
    case kCount: sqlite3_result_int64(context, cursor.totals[group].count); break;
    case kFirst: sqlite3_result_int64(context, cursor.totals[group].first); break;
    case kLast: sqlite3_result_int64(context, cursor.totals[group].last); break;
    case kTable: sqlite3_result_text64(context, cursor.table.data(), cursor.table.size(), SQLITE_TRANSIENT, SQLITE_UTF8); break;
    case kColumn: sqlite3_result_text64(context, cursor.column.data(), cursor.column.size(), SQLITE_TRANSIENT, SQLITE_UTF8); break;
    case kSince:
      if (cursor.since != INT64_MIN) sqlite3_result_int64(context, cursor.since);
      break;
    case kUntil:
      if (cursor.until != INT64_MAX) sqlite3_result_int64(context, cursor.until);
      break;
  }
  return SQLITE_OK;
}

int rowid(sqlite3_vtab_cursor* base, sqlite3_int64* result) {
  *result = static_cast<sqlite3_int64>(static_cast<Cursor*>(base)->at);
  return SQLITE_OK;
}

sqlite3_module make_module() {
  sqlite3_module module{};
  module.iVersion = 3;
  module.xConnect = connect;  // no xCreate: a table-valued function, there without CREATE VIRTUAL TABLE
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

int declare_counts(Connection& connection) {
  auto* module = new Module{Connection::find(connection.id())};
  return sqlite3_create_module_v2(connection.db(), "event_counts", &kModule, module, [](void* aux) { delete static_cast<Module*>(aux); });
}

}  // namespace shrike::sqlite
