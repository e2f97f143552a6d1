// A value on its way between JavaScript and SQLite, and the conversions that a column's declared type makes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sqlite.h"

namespace shrike::sqlite {

struct Value {
  enum class Kind : uint8_t { Null, Integer, Real, Text, Blob };
  Kind kind = Kind::Null;
  int64_t integer = 0;
  double real = 0;
  std::string bytes;  // text or blob; keeps its capacity when the value is used again
};

// What SQLite calls affinity, by its own rules for the declared type.
enum class Affinity : uint8_t { Blob, Text, Numeric, Integer, Real };
Affinity affinity_of(std::string_view type);

// Converts as SQLite does when it stores a value in a column of that affinity.
void apply_affinity(Value& value, Affinity affinity);

Value read_value(sqlite3_value* value);
// Copies text and blobs.
void return_value(sqlite3_context* context, const Value& value);

// A number in the text form that SQLite gives it.
std::string number_text(const Value& value);
// Whether all of `text` is a number by SQLite's rules; if so `value` is it: an integer where that loses nothing, else a real.
bool parse_number(std::string_view text, Value& value);

}  // namespace shrike::sqlite
