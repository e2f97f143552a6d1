// A pattern compiled to the instructions of a nondeterministic automaton over bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shrike::sqlite {

struct Instruction {
  enum class Kind : uint8_t { Bytes, Split, Jump, Assert, Match } kind;
  enum class Assertion : uint8_t { TextStart, TextEnd, LineStart, LineEnd, Word, NotWord } assertion = Assertion::TextStart;
  uint8_t low = 0, high = 0;       // Bytes: the range that passes
  uint32_t next = 0, other = 0;    // Split has both
};

using Program = std::vector<Instruction>;

// Empty, and a message, when the pattern is not valid. Execution starts at instruction 0.
Program compile_program(std::string_view pattern, std::string& error);

inline bool is_word_byte(int c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }

}  // namespace shrike::sqlite
