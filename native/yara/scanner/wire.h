// What goes over the sockets: requests are packed little-endian fields, answers are JSON. Both are preceded by their length, four bytes.
//
//   request   u32 length | u8 kind | u32 id | fields of that kind (see request.h)
//   answer    u32 length | JSON object with "id"
//
// Bytes in JSON texts stand for themselves (ISO 8859-1), so that binary matches survive: the reader turns texts that hold UTF-8 back.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace shrike::yara {

class Reader {
 public:
  Reader(const char* data, size_t size) : at_(data), end_(data + size) {}
  template <typename T> T number() {
    T value{};
    if (static_cast<size_t>(end_ - at_) < sizeof value) {
      ok_ = false;
      return value;
    }
    memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  std::string_view text() {
    const auto size = number<uint32_t>();
    if (!ok_ || static_cast<size_t>(end_ - at_) < size) {
      ok_ = false;
      return {};
    }
    const std::string_view value(at_, size);
    at_ += size;
    return value;
  }
  // False once anything was read beyond the end.
  bool ok() const { return ok_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }

 private:
  const char* at_;
  const char* end_;
  bool ok_ = true;
};

// Appends a JSON text with one code point per byte.
inline void json_text(std::string& out, std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  out += '"';
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

inline void json_key(std::string& out, std::string_view key) {
  if (!out.empty() && out.back() != '{' && out.back() != '[') out += ',';
  json_text(out, key);
  out += ':';
}
inline void json_pair(std::string& out, std::string_view key, std::string_view value) {
  json_key(out, key);
  json_text(out, value);
}
inline void json_pair(std::string& out, std::string_view key, int64_t value) {
  json_key(out, key);
  out += std::to_string(value);
}
inline void json_comma(std::string& out) {
  if (out.back() != '[' && out.back() != '{') out += ',';
}

// A message with its length before it.
inline std::string framed(std::string_view body) {
  const auto size = static_cast<uint32_t>(body.size());
  std::string out(reinterpret_cast<const char*>(&size), sizeof size);
  out += body;
  return out;
}

// Takes one whole message off the front of a buffer; false while it is not all there.
inline bool take_frame(std::string& buffer, std::string& body, size_t most, bool& too_long) {
  uint32_t size;
  if (buffer.size() < sizeof size) return false;
  memcpy(&size, buffer.data(), sizeof size);
  too_long = size > most;
  if (too_long || buffer.size() < sizeof size + size) return false;
  body.assign(buffer, sizeof size, size);
  buffer.erase(0, sizeof size + size);
  return true;
}

}  // namespace shrike::yara
