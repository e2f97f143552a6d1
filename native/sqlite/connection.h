// One SQLite connection that loaded the extension: what it may do, and which statement it runs.
//
// HOW IT WORKS
//
// sqlite3_interrupt stops whatever runs on the connection when it arrives, so a late one would hit the next statement. Here a caller names
// the statement by a token, and the call is made under a lock that beginStatement and endStatement take too: it reaches the statement that
// was meant or none. SQLite forgets an interrupt that comes before the first step; the trace callback, which runs at the start of each
// statement, then repeats it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "sqlite.h"

namespace shrike::sqlite {

struct StatementReport {
  bool interrupted;
  std::vector<std::string> tables;
  // Why the authorizer refused it, in words; empty when it did not.
  std::string refused;
};

class Connection {
 public:
  // Ties a new Connection to `db` for as long as it is open, and makes it the newest of this thread.
  static Connection* attach(sqlite3* db);
  static std::shared_ptr<Connection> find(int64_t id);
  // Of the newest connection on this thread; 0 when there was none.
  static int64_t last();

  int64_t id() const { return id_; }
  sqlite3* db() const { return db_; }

  void lock();
  void begin(int64_t token, std::vector<std::string> denied_tables);
  StatementReport end();
  bool interrupt(int64_t token);
  // Called by our tables when a statement is compiled and when it scans them; false, and why, when the table is denied. The authorizer alone is
  // not enough: SQLite does not ask it about a table of which a query uses only the columns of a USING clause or a natural join.
  bool use_table(const std::string& table, std::string& error);
  // Whether the running statement was interrupted. Any thread.
  bool interrupted() const { return interrupted_.load(std::memory_order_relaxed); }

 private:
  Connection(int64_t id, sqlite3* db) : id_(id), db_(db) {}
  static int authorize(void* self, int action, const char* first, const char* second, const char* database, const char* inner);
  static int on_start(unsigned type, void* self, void* statement, void* sql);
  int check(int action, const char* first, const char* second);
  int refuse(std::string reason);

  const int64_t id_;
  sqlite3* db_;  // null once closed; guarded by mutex_ except on the connection's own thread
  std::mutex mutex_;
  int64_t token_ = 0;  // 0: no statement runs
  std::atomic<bool> interrupted_{false};
  std::set<std::string> denied_, tables_;
  std::string refused_;
};

}  // namespace shrike::sqlite
