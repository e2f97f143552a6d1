// LIKE and GLOB, with exactly the answers of SQLite's own functions (no ESCAPE), and a fast path for the patterns people write.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shrike::sqlite {

class Pattern {
 public:
  enum class Kind : uint8_t { Like, Glob };
  Pattern(Kind kind, std::string_view pattern);
  // As SQLite, `text` ends at its first NUL.
  bool matches(std::string_view text) const;

 private:
  // Most patterns are one literal with or without a wildcard at either end.
  enum class Shape : uint8_t { Exact, Prefix, Suffix, Contains, General };
  bool general(std::string_view text) const;
  bool contains(std::string_view text) const;

  Kind kind_;
  Shape shape_ = Shape::General;
  std::string pattern_;  // up to its first NUL
  std::string literal_;  // lower case for LIKE
  bool letters_ = false; // LIKE, and the literal has letters: their case must be ignored
};

}  // namespace shrike::sqlite
