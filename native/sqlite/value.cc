#include "value.h"

#include <charconv>
#include <cmath>

namespace shrike::sqlite {
namespace {

bool contains(std::string_view type, std::string_view word) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  for (size_t i = 0; i + word.size() <= type.size(); i++) {
    size_t n = 0;
    while (n < word.size() && upper(type[i + n]) == word[n]) n++;
    if (n == word.size()) return true;
  }
  return false;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reals that are whole and within ±2^51 become integers in INTEGER columns without question; SQLite takes all that convert back unchanged.
bool whole(double real, int64_t& integer) {
  if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0)) return false;
  integer = static_cast<int64_t>(real);
  return static_cast<double>(integer) == real && integer != INT64_MIN && integer != INT64_MAX;
}

}  // namespace

Affinity affinity_of(std::string_view type) {
  if (contains(type, "INT")) return Affinity::Integer;
  if (contains(type, "CHAR") || contains(type, "CLOB") || contains(type, "TEXT")) return Affinity::Text;
  if (contains(type, "BLOB") || type.empty()) return Affinity::Blob;
  if (contains(type, "REAL") || contains(type, "FLOA") || contains(type, "DOUB")) return Affinity::Real;
  return Affinity::Numeric;
}

std::string number_text(const Value& value) {
  if (value.kind == Value::Kind::Integer) return std::to_string(value.integer);
  char buffer[64];
  sqlite3_snprintf(sizeof buffer, buffer, "%!.17g", value.real);
  return buffer;
}

bool parse_number(std::string_view text, Value& value) {
  const char* p = text.data();
  const char* end = p + text.size();
  while (p < end && is_space(*p)) p++;
  while (end > p && is_space(end[-1])) end--;
  const char* q = p;
  if (q < end && (*q == '+' || *q == '-')) q++;
  size_t digits = 0;
  bool real = false;
  while (q < end && is_digit(*q)) q++, digits++;
  if (q < end && *q == '.') {
    real = true;
    q++;
    while (q < end && is_digit(*q)) q++, digits++;
  }
  if (digits == 0) return false;
  if (q < end && (*q == 'e' || *q == 'E')) {
    real = true;
    q++;
    if (q < end && (*q == '+' || *q == '-')) q++;
    if (q == end || !is_digit(*q)) return false;
    while (q < end && is_digit(*q)) q++;
  }
  if (q != end) return false;
  if (*p == '+') p++;
  if (!real) {
    const auto [rest, error] = std::from_chars(p, end, value.integer);
    if (error == std::errc()) {
      value.kind = Value::Kind::Integer;
      return true;
    }
  }
  const auto [rest, error] = std::from_chars(p, end, value.real);
  if (error == std::errc::result_out_of_range) value.real = std::strtod(std::string(p, end).c_str(), nullptr);
  value.kind = Value::Kind::Real;
  int64_t integer;
  if (real && whole(value.real, integer)) {
    value.kind = Value::Kind::Integer;
    value.integer = integer;
  }
  return true;
}

void apply_affinity(Value& value, Affinity affinity) {
  using Kind = Value::Kind;
  if (affinity == Affinity::Text) {
    if (value.kind == Kind::Integer || value.kind == Kind::Real) {
      value.bytes = number_text(value);
      value.kind = Kind::Text;
    }
    return;
  }
  if (affinity == Affinity::Blob) return;
  if (value.kind == Kind::Text) {
    Value number;
    if (!parse_number(value.bytes, number)) return;
    value.kind = number.kind;
    value.integer = number.integer;
    value.real = number.real;
  }
  if (affinity == Affinity::Real) {
    if (value.kind == Kind::Integer) {
      value.real = static_cast<double>(value.integer);
      value.kind = Kind::Real;
    }
  } else if (value.kind == Kind::Real) {
    int64_t integer;
    if (whole(value.real, integer)) {
      value.integer = integer;
      value.kind = Kind::Integer;
    }
  }
}

Value read_value(sqlite3_value* value) {
  Value result;
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      result.kind = Value::Kind::Integer;
      result.integer = sqlite3_value_int64(value);
      break;
    case SQLITE_FLOAT:
      result.kind = Value::Kind::Real;
      result.real = sqlite3_value_double(value);
      break;
    case SQLITE_TEXT: {
      result.kind = Value::Kind::Text;
      const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
      if (text != nullptr) result.bytes.assign(text, static_cast<size_t>(sqlite3_value_bytes(value)));
      break;
    }
    case SQLITE_BLOB: {
      result.kind = Value::Kind::Blob;
      const auto* blob = static_cast<const char*>(sqlite3_value_blob(value));
      if (blob != nullptr) result.bytes.assign(blob, static_cast<size_t>(sqlite3_value_bytes(value)));
      break;
    }
    default: break;
  }
  return result;
}

void return_value(sqlite3_context* context, const Value& value) {
  switch (value.kind) {
    case Value::Kind::Null: sqlite3_result_null(context); break;
    case Value::Kind::Integer: sqlite3_result_int64(context, value.integer); break;
    case Value::Kind::Real: sqlite3_result_double(context, value.real); break;
    case Value::Kind::Text: sqlite3_result_text64(context, value.bytes.data(), value.bytes.size(), SQLITE_TRANSIENT, SQLITE_UTF8); break;
    case Value::Kind::Blob: sqlite3_result_blob64(context, value.bytes.data(), value.bytes.size(), SQLITE_TRANSIENT); break;
  }
}

}  // namespace shrike::sqlite
