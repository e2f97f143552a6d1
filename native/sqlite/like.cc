// HOW IT WORKS
//
// A pattern whose literal is ASCII can be matched byte by byte: in UTF-8 an ASCII byte is never part of another character, and SQLite's own
// reader never makes an ASCII character from other bytes. Everything else is matched over characters as that reader sees them, which
// matters for text that is not valid UTF-8. A wildcard for any run of characters needs to go back only to the last such wildcard, so the
// work is at most the product of the lengths.
#include "like.h"

#include <cstring>

namespace shrike::sqlite {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

// One character as sqlite3Utf8Read reads it; 0 at the end.
uint32_t read(const char*& p, const char* end) {
  if (p == end) return 0;
  auto c = static_cast<uint32_t>(static_cast<unsigned char>(*p++));
  if (c < 0xC0) return c;
  c &= c < 0xE0 ? 0x1F : c < 0xF0 ? 0x0F : c < 0xF8 ? 0x07 : c < 0xFC ? 0x03 : c < 0xFE ? 0x01 : 0x00;
  while (p != end && (static_cast<unsigned char>(*p) & 0xC0) == 0x80) c = (c << 6) + (static_cast<unsigned char>(*p++) & 0x3F);
  if (c < 0x80 || (c & 0xFFFFF800) == 0xD800 || (c & 0xFFFFFFFE) == 0xFFFE) c = 0xFFFD;
  return c;
}

uint32_t fold(uint32_t c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

std::string_view to_nul(std::string_view text) {
  const void* nul = std::memchr(text.data(), 0, text.size());
  return nul == nullptr ? text : text.substr(0, static_cast<size_t>(static_cast<const char*>(nul) - text.data()));
}

// Whether the set that starts after '[' has `c`; moves `p` past its ']'. False too when it does not end.
bool in_set(const char*& p, const char* end, uint32_t c) {
  bool seen = false, invert = false;
  uint32_t prior = 0;
  uint32_t next = read(p, end);
  if (next == '^') {
    invert = true;
    next = read(p, end);
  }
  if (next == ']') {
    seen = c == ']';
    next = read(p, end);
  }
  while (next != 0 && next != ']') {
    if (next == '-' && p != end && *p != ']' && prior > 0) {
      next = read(p, end);
      if (c >= prior && c <= next) seen = true;
      prior = 0;
    } else {
      if (c == next) seen = true;
      prior = next;
    }
    next = read(p, end);
  }
  return next != 0 && seen != invert;
}

}  // namespace

Pattern::Pattern(Kind kind, std::string_view pattern) : kind_(kind), pattern_(to_nul(pattern)) {
  const char any = kind == Kind::Like ? '%' : '*';
  std::string_view core = pattern_;
  bool front = false, back = false;
  while (!core.empty() && core.front() == any) front = true, core.remove_prefix(1);
  while (!core.empty() && core.back() == any) back = true, core.remove_suffix(1);
  for (const char c : core) {
    const bool special = kind == Kind::Like ? c == '%' || c == '_' : c == '*' || c == '?' || c == '[';
    if (special || static_cast<unsigned char>(c) >= 0x80) return;
    if (kind == Kind::Like) letters_ |= is_letter(c);
    literal_ += kind == Kind::Like ? lower(c) : c;
  }
  if (core.empty() && (front || back)) front = back = true;
  shape_ = front && back ? Shape::Contains : front ? Shape::Suffix : back ? Shape::Prefix : Shape::Exact;
}

namespace {
bool equal(const char* text, const std::string& literal, bool fold_case) {
  if (!fold_case) return std::memcmp(text, literal.data(), literal.size()) == 0;
  for (size_t i = 0; i < literal.size(); i++) {
    if (lower(text[i]) != literal[i]) return false;
  }
  return true;
}
}  // namespace

bool Pattern::contains(std::string_view text) const {
  const size_t n = literal_.size();
  if (n == 0) return true;
  if (text.size() < n) return false;
  if (!letters_) return memmem(text.data(), text.size(), literal_.data(), n) != nullptr;
  const char first = literal_[0];
  const char* p = text.data();
  const char* const last = p + text.size() - n;
  for (; p <= last; p++) {
    if (lower(*p) == first && equal(p, literal_, true)) return true;
  }
  return false;
}

bool Pattern::matches(std::string_view text) const {
  text = to_nul(text);
  const size_t n = literal_.size();
  switch (shape_) {
    case Shape::Exact: return text.size() == n && equal(text.data(), literal_, letters_);
    case Shape::Prefix: return text.size() >= n && equal(text.data(), literal_, letters_);
    case Shape::Suffix: return text.size() >= n && equal(text.data() + text.size() - n, literal_, letters_);
    case Shape::Contains: return contains(text);
    case Shape::General: return general(text);
  }
  return false;
}

bool Pattern::general(std::string_view text) const {
  const bool like = kind_ == Kind::Like;
  const uint32_t any = like ? '%' : '*', one = like ? '_' : '?';
  const char* p = pattern_.data();
  const char* const pattern_end = p + pattern_.size();
  const char* t = text.data();
  const char* const end = t + text.size();
  const char* retry_pattern = nullptr;
  const char* retry_text = nullptr;
  for (;;) {
    const uint32_t c = read(p, pattern_end);
    if (c == any) {
      retry_pattern = p;
      retry_text = t;
      continue;
    }
    bool match;
    if (c == 0) {
      if (t == end) return true;
      match = false;
    } else {
      const uint32_t d = read(t, end);
      if (d == 0) {
        // The text is used up, and no later start leaves more of it.
        return false;
      }
      match = c == d || (like && c < 0x80 && d < 0x80 && fold(c) == fold(d)) || c == one;
      if (!like && c == '[') match = in_set(p, pattern_end, d);
    }
    if (match) continue;
    if (retry_pattern == nullptr) return false;
    if (read(retry_text, end) == 0) return false;
    p = retry_pattern;
    t = retry_text;
  }
}

}  // namespace shrike::sqlite
