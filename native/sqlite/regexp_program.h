// A pattern compiled to the instructions of a nondeterministic automaton over bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shrike::sqlite {

struct Instruction {
  enum class Kind : uint8_t { Bytes, Split, Jump, Assert, Match, Save } kind;
  enum class Assertion : uint8_t { TextStart, TextEnd, LineStart, LineEnd, Word, NotWord } assertion = Assertion::TextStart;
  uint8_t low = 0, high = 0;       // Bytes: the range that passes
  uint32_t next = 0, other = 0;    // Split has both, and prefers next; Save keeps the place in slot `other`
};

using Program = std::vector<Instruction>;

// Empty, and a message, when the pattern is not valid. Execution starts at instruction 0.
Program compile_program(std::string_view pattern, std::string& error);
// The same for a matcher that finds its own places to begin and keeps where groups matched: group i begins in slot 2i and ends in slot 2i + 1,
// group 0 is the whole match. Lazy repeats are lazy, and `.` is no line end at all, as in ECMAScript.
Program compile_captures(std::string_view pattern, uint32_t& groups, std::string& error);

inline bool is_word_byte(int c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }

}  // namespace shrike::sqlite
