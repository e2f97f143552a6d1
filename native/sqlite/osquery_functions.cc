#include "osquery_functions.h"

namespace shrike::sqlite {

int declare_osquery_functions(sqlite3* db) {
  // better-sqlite3 turns this off when it compiles SQLite.
  int rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 1, nullptr);
  for (const auto declare : {declare_osquery_math, declare_osquery_text, declare_osquery_encoding, declare_osquery_network, declare_osquery_version}) {
    if (rc == SQLITE_OK) rc = declare(db);
  }
  return rc;
}

}  // namespace shrike::sqlite
