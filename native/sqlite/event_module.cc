#include "event_module.h"

#include "../store/table.h"
#include "declare.h"

namespace shrike::sqlite {
namespace {

using store::ChunkView;
using store::ColumnView;
using store::Width;

struct EventTable : sqlite3_vtab {
  store::Table* table;
};

struct Cursor : sqlite3_vtab_cursor {
  store::Snapshot chunks;
  size_t chunk = 0;
  uint32_t rows = 0, row = 0;
  const ChunkView* view = nullptr;
};

const char* default_type(Width width) {
  switch (width) {
    case Width::Text: return "TEXT";
    case Width::F64: return "DOUBLE";
    default: return "BIGINT";
  }
}

int connect(sqlite3* db, void* aux, int, const char* const*, sqlite3_vtab** result, char**) {
  auto* table = static_cast<store::Table*>(aux);
  Declaration declaration;
  for (const store::ColumnSpec& column : table->columns()) {
    declaration.add(column.name, column.type.empty() ? default_type(column.width) : column.type, column.hidden);
  }
  const int rc = sqlite3_declare_vtab(db, declaration.finish().c_str());
  if (rc != SQLITE_OK) return rc;
  sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
  auto* event_table = new EventTable{};
  event_table->table = table;
  *result = event_table;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<EventTable*>(table);
  return SQLITE_OK;
}

int best_index(sqlite3_vtab* base, sqlite3_index_info* info) {
  const double rows = static_cast<double>(static_cast<EventTable*>(base)->table->rows());
  info->estimatedCost = rows + 10;
  info->estimatedRows = static_cast<sqlite3_int64>(rows) + 1;
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

void settle(Cursor& cursor) {
  while (cursor.row >= cursor.rows && cursor.chunk < cursor.chunks->size()) {
    cursor.view = (*cursor.chunks)[cursor.chunk++].get();
    cursor.rows = cursor.view->rows();
    cursor.row = 0;
  }
}

int filter(sqlite3_vtab_cursor* base, int, const char*, int, sqlite3_value**) {
  auto& cursor = *static_cast<Cursor*>(base);
  cursor.chunks = static_cast<EventTable*>(cursor.pVtab)->table->snapshot();
  cursor.chunk = 0;
  cursor.rows = cursor.row = 0;
  settle(cursor);
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* base) {
  auto& cursor = *static_cast<Cursor*>(base);
  cursor.row++;
  settle(cursor);
  return SQLITE_OK;
}

int eof(sqlite3_vtab_cursor* base) {
  const auto& cursor = *static_cast<Cursor*>(base);
  return cursor.row >= cursor.rows;
}

void return_int(sqlite3_context* context, int64_t value, int64_t null) {
  if (value == null) sqlite3_result_null(context);
  else sqlite3_result_int64(context, value);
}

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int number) {
  const auto& cursor = *static_cast<Cursor*>(base);
  const store::ColumnSpec& spec = static_cast<EventTable*>(cursor.pVtab)->table->columns()[static_cast<size_t>(number)];
  const ColumnView view = cursor.view->column(number);
  if (view.values == nullptr) return SQLITE_OK;
  const uint32_t i = spec.process ? cursor.view->row_contexts()[cursor.row] : cursor.row;
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
  *result = static_cast<const int64_t*>(cursor.view->column(0).values)[cursor.row];
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
    const int rc = sqlite3_create_module_v2(connection.db(), table->name().c_str(), &kModule, table, nullptr);
    if (rc != SQLITE_OK) return rc;
  }
  return SQLITE_OK;
}

}  // namespace shrike::sqlite
