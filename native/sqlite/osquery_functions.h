// The SQL functions that osquery adds to SQLite, with its results: docs/osquery.md lists them, and where they differ.
#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include "sqlite.h"

namespace shrike::sqlite {

// Declares all of them, and lets double-quoted text that names no column be a string, as osquery's SQLite does.
int declare_osquery_functions(sqlite3* db);

// Parts of it, one a file.
int declare_osquery_math(sqlite3* db);
int declare_osquery_text(sqlite3* db);
int declare_osquery_encoding(sqlite3* db);
int declare_osquery_network(sqlite3* db);
int declare_osquery_version(sqlite3* db);

using SqlFunction = void (*)(sqlite3_context*, int, sqlite3_value**);

// `arguments` -1: any number. `data` is what sqlite3_user_data gives.
inline int declare_function(sqlite3* db, const char* name, int arguments, SqlFunction function, void* data = nullptr) {
  return sqlite3_create_function_v2(db, name, arguments, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, data, function, nullptr, nullptr, nullptr);
}

inline bool is_null(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; }

// The value as text, all bytes of it; empty where memory is short.
inline std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return text == nullptr ? std::string_view() : std::string_view(text, static_cast<size_t>(sqlite3_value_bytes(value)));
}

inline void give_text(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

}  // namespace shrike::sqlite
