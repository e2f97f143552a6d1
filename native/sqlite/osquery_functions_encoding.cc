#include <algorithm>

#include "base64.h"
#include "digest.h"
#include "osquery_functions.h"

namespace shrike::sqlite {
namespace {

template <auto Digest> void digest(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (is_null(arguments[0])) return;
  std::string hex;
  for (const uint8_t byte : Digest(text_of(arguments[0]))) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  give_text(context, hex);
}

void encode(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (!is_null(arguments[0])) give_text(context, to_base64(text_of(arguments[0])));
}

void encode_unprintable(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (is_null(arguments[0])) return;
  const std::string_view text = text_of(arguments[0]);
  const bool printable = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
  if (printable) give_text(context, text);
  else give_text(context, to_base64(text));
}

// Line ends and padding are passed over; anything else that is no Base64 makes the result empty.
void decode(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (is_null(arguments[0])) return;
  std::string text(text_of(arguments[0]));
  for (size_t at; (at = text.find("\r\n")) != std::string::npos;) text.erase(at, 2);
  std::erase(text, '\n');
  text.erase(text.find_last_not_of('=') + 1);
  give_text(context, from_base64(text).value_or(""));
}

}  // namespace

int declare_osquery_encoding(sqlite3* db) {
  int rc = declare_function(db, "md5", 1, digest<md5>);
  if (rc == SQLITE_OK) rc = declare_function(db, "sha1", 1, digest<sha1>);
  if (rc == SQLITE_OK) rc = declare_function(db, "sha256", 1, digest<sha256>);
  if (rc == SQLITE_OK) rc = declare_function(db, "to_base64", 1, encode);
  if (rc == SQLITE_OK) rc = declare_function(db, "from_base64", 1, decode);
  if (rc == SQLITE_OK) rc = declare_function(db, "conditional_to_base64", 1, encode_unprintable);
  return rc;
}

}  // namespace shrike::sqlite
