// The second door of the addon: what `loadExtension` calls.
#include "connection.h"
#include "counts_module.h"
#include "event_module.h"
#include "functions.h"
#include "generated_module.h"
#include "sqlite.h"

const sqlite3_api_routines* sqlite3_api = nullptr;

extern "C" __attribute__((visibility("default"))) int sqlite3_extension_init(sqlite3* db, char** error, const sqlite3_api_routines* api) {
  // Every connection of the process hands over the same table.
  if (sqlite3_api != api) sqlite3_api = api;
  if (sqlite3_libversion_number() < 3044000) {
    *error = sqlite3_mprintf("shrike needs SQLite 3.44 or later, this is %s", sqlite3_libversion());
    return SQLITE_ERROR;
  }
  shrike::sqlite::Connection* connection = shrike::sqlite::Connection::attach(db);
  int rc = shrike::sqlite::declare_functions(db);
  if (rc == SQLITE_OK) rc = shrike::sqlite::declare_event_tables(*connection);
  if (rc == SQLITE_OK) rc = shrike::sqlite::declare_counts(*connection);
  if (rc == SQLITE_OK) rc = shrike::sqlite::declare_generated_tables(*connection);
  if (rc != SQLITE_OK) *error = sqlite3_mprintf("cannot declare the tables: %s", sqlite3_errmsg(db));
  return rc;
}
