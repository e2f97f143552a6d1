// A pattern as a tree, before it becomes instructions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "regexp_program.h"

namespace shrike::sqlite {

struct CodeRange {
  uint32_t low, high;
};

struct Node {
  enum class Kind : uint8_t { Empty, Class, Concat, Alternate, Repeat, Assert, Group } kind = Kind::Empty;
  std::vector<CodeRange> ranges;
  bool stray_bytes = false;  // Class: also bytes that are no UTF-8
  Instruction::Assertion assertion = Instruction::Assertion::TextStart;
  uint32_t least = 0, most = 0;  // Repeat; most = UINT32_MAX: no bound
  bool lazy = false;             // Repeat
  uint32_t group = 0;            // Group
  std::vector<std::unique_ptr<Node>> children;
};
using NodePtr = std::unique_ptr<Node>;

// Null, and a message, when the pattern is not valid. `groups` is their number, the whole match among them; with `captures` as compile_captures says.
NodePtr parse_regexp(std::string_view pattern, bool captures, uint32_t& groups, std::string& error);

}  // namespace shrike::sqlite
