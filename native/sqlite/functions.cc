#include "functions.h"

#include "osquery_functions.h"
#include "regexp.h"

namespace shrike::sqlite {
namespace {

void regexp(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL || sqlite3_value_type(arguments[1]) == SQLITE_NULL) return;
  auto* compiled = static_cast<std::shared_ptr<Regexp>*>(sqlite3_get_auxdata(context, 0));
  std::shared_ptr<Regexp> own;
  if (compiled == nullptr) {
    const auto* pattern = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
    if (pattern == nullptr) return sqlite3_result_error_nomem(context);
    std::string error;
    own = Regexp::compile({pattern, static_cast<size_t>(sqlite3_value_bytes(arguments[0]))}, error);
    if (!own) return sqlite3_result_error(context, error.c_str(), -1);
    sqlite3_set_auxdata(context, 0, new std::shared_ptr<Regexp>(own), [](void* data) { delete static_cast<std::shared_ptr<Regexp>*>(data); });
  } else {
    own = *compiled;
  }
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[1]));
  if (text == nullptr) return sqlite3_result_error_nomem(context);
  sqlite3_result_int(context, own->search({text, static_cast<size_t>(sqlite3_value_bytes(arguments[1]))}));
}

}  // namespace

int declare_functions(sqlite3* db) {
  const int rc = declare_osquery_functions(db);
  return rc != SQLITE_OK ? rc : sqlite3_create_function_v2(db, "regexp", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr, regexp, nullptr, nullptr, nullptr);
}

}  // namespace shrike::sqlite
