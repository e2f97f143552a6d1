#include "connection.h"

#include <strings.h>

#include <map>

namespace shrike::sqlite {
namespace {

struct Registry {
  std::mutex mutex;
  std::map<int64_t, std::shared_ptr<Connection>> connections;
  int64_t next = 1;
};

Registry& registry() {
  static auto* registry = new Registry;
  return *registry;
}

thread_local int64_t last_connection = 0;

constexpr const char* kClientData = "shrike.connection";

// Functions that reach outside the query. Those that only compute are all allowed.
bool denied_function(const char* name) {
  for (const char* denied : {"load_extension", "fts3_tokenizer", "writefile", "readfile", "edit", "shell_exec"}) {
    if (strcasecmp(name, denied) == 0) return true;
  }
  return false;
}

const char* action_name(int action) {
  switch (action) {
    case SQLITE_ATTACH: return "ATTACH";
    case SQLITE_DETACH: return "DETACH";
    case SQLITE_PRAGMA: return "PRAGMA";
    case SQLITE_INSERT: return "INSERT";
    case SQLITE_UPDATE: return "UPDATE";
    case SQLITE_DELETE: return "DELETE";
    case SQLITE_TRANSACTION: return "a transaction";
    case SQLITE_SAVEPOINT: return "SAVEPOINT";
    case SQLITE_ANALYZE: return "ANALYZE";
    case SQLITE_REINDEX: return "REINDEX";
    case SQLITE_ALTER_TABLE: return "ALTER TABLE";
    default: return "changing the schema";
  }
}

}  // namespace

Connection* Connection::attach(sqlite3* db) {
  // A second loadExtension of the same connection finds the first.
  if (auto* existing = static_cast<Connection*>(sqlite3_get_clientdata(db, kClientData))) return existing;
  Registry& r = registry();
  Connection* connection;
  {
    std::lock_guard lock(r.mutex);
    const int64_t id = r.next++;
    connection = new Connection(id, db);
    r.connections.emplace(id, std::shared_ptr<Connection>(connection));
  }
  sqlite3_set_clientdata(db, kClientData, connection, [](void* pointer) {
    auto* closed = static_cast<Connection*>(pointer);
    {
      // Waits for an interrupt under way: after this no thread touches the connection.
      std::lock_guard lock(closed->mutex_);
      closed->db_ = nullptr;
    }
    Registry& r = registry();
    std::lock_guard lock(r.mutex);
    r.connections.erase(closed->id_);
  });
  sqlite3_trace_v2(db, SQLITE_TRACE_STMT, on_start, connection);
  last_connection = connection->id_;
  return connection;
}

std::shared_ptr<Connection> Connection::find(int64_t id) {
  Registry& r = registry();
  std::lock_guard lock(r.mutex);
  const auto it = r.connections.find(id);
  return it == r.connections.end() ? nullptr : it->second;
}

int64_t Connection::last() { return last_connection; }

void Connection::lock() {
  const struct { int limit, value; } limits[] = {
      {SQLITE_LIMIT_LENGTH, 4 << 20},           {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},      {SQLITE_LIMIT_COLUMN, 500},
      {SQLITE_LIMIT_EXPR_DEPTH, 200},           {SQLITE_LIMIT_COMPOUND_SELECT, 100},     {SQLITE_LIMIT_VDBE_OP, 250'000},
      {SQLITE_LIMIT_FUNCTION_ARG, 127},         {SQLITE_LIMIT_ATTACHED, 0},              {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50'000},
      {SQLITE_LIMIT_VARIABLE_NUMBER, 32'766},   {SQLITE_LIMIT_TRIGGER_DEPTH, 10},        {SQLITE_LIMIT_WORKER_THREADS, 0},
  };
  for (const auto& [limit, value] : limits) sqlite3_limit(db_, limit, value);
  const struct { int option, value; } options[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},           {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},     {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
      {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},     {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},     {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
      {SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, 0}, {SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, 0},
  };
  for (const auto& [option, value] : options) sqlite3_db_config(db_, option, value, nullptr);
  sqlite3_set_authorizer(db_, authorize, this);
}

void Connection::begin(int64_t token, std::vector<std::string> denied_tables) {
  std::lock_guard lock(mutex_);
  token_ = token;
  interrupted_.store(false, std::memory_order_relaxed);
  denied_ = {denied_tables.begin(), denied_tables.end()};
  tables_.clear();
  refused_.clear();
}

StatementReport Connection::end() {
  std::lock_guard lock(mutex_);
  token_ = 0;
  denied_.clear();
  return {interrupted_.exchange(false, std::memory_order_relaxed), {tables_.begin(), tables_.end()}, std::move(refused_)};
}

bool Connection::interrupt(int64_t token) {
  std::lock_guard lock(mutex_);
  if (db_ == nullptr || token == 0 || token != token_) return false;
  interrupted_.store(true, std::memory_order_relaxed);
  sqlite3_interrupt(db_);
  return true;
}

int Connection::on_start(unsigned, void* self, void*, void*) {
  auto* connection = static_cast<Connection*>(self);
  if (connection->interrupted()) {
    std::lock_guard lock(connection->mutex_);
    if (connection->interrupted() && connection->db_ != nullptr) sqlite3_interrupt(connection->db_);
  }
  return 0;
}

int Connection::authorize(void* self, int action, const char* first, const char* second, const char*, const char*) {
  return static_cast<Connection*>(self)->check(action, first, second);
}

int Connection::refuse(std::string reason) {
  if (refused_.empty()) refused_ = std::move(reason);
  return SQLITE_DENY;
}

bool Connection::use_table(const std::string& table, std::string& error) {
  if (denied_.contains(table)) {
    error = "access to table " + table + " is not allowed";
    refuse(error);
    return false;
  }
  if (token_ != 0) tables_.insert(table);
  return true;
}

// Only ever called on the connection's own thread, while it compiles a statement.
int Connection::check(int action, const char* first, const char* second) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_READ: {
      const std::string table = first == nullptr ? "" : first;
      if (denied_.contains(table)) return refuse("access to table " + table + " is not allowed");
      // They run PRAGMA statements inside; shrike_tables and shrike_columns tell what a user may know.
      if (strncasecmp(table.c_str(), "pragma_", 7) == 0) return refuse("access to " + table + " is not allowed");
      if (!table.empty()) tables_.insert(table);
      return SQLITE_OK;
    }
    case SQLITE_FUNCTION:
      if (second != nullptr && denied_function(second)) return refuse(std::string("the function ") + second + " is not allowed");
      return SQLITE_OK;
    default: return refuse(std::string(action_name(action)) + " is not allowed: queries only read");
  }
}

}  // namespace shrike::sqlite
