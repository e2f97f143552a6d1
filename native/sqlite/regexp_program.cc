// HOW IT WORKS
//
// The parser's tree (regexp_parser.h) becomes instructions. Character classes are sets of code points, compiled to the
// byte sequences of their UTF-8 forms; bytes that are no UTF-8 count as characters of their own to `.` and to negated classes. Bounded repeats
// are written out, so the number of instructions is limited, as is the depth of groups.
#include "regexp_program.h"

#include <algorithm>

#include "regexp_parser.h"

namespace shrike::sqlite {
namespace {

constexpr size_t kMaxInstructions = 20'000;

class Emitter {
 public:
  explicit Emitter(Program& program) : program_(program) {}
  bool too_large() const { return program_.size() > kMaxInstructions; }

  // Emits `node`, whose end falls through to the next instruction.
  void emit(const Node& node) {
    if (too_large()) return;
    switch (node.kind) {
      case Node::Kind::Empty: break;
      case Node::Kind::Class: emit_class(node); break;
      case Node::Kind::Concat:
        for (const NodePtr& child : node.children) emit(*child);
        break;
      case Node::Kind::Assert: add({Instruction::Kind::Assert, node.assertion, 0, 0, here() + 1}); break;
      case Node::Kind::Alternate: emit_choices(node.children.size(), [&](size_t i) { emit(*node.children[i]); }); break;
      case Node::Kind::Repeat: emit_repeat(node); break;
      case Node::Kind::Group: emit_group(*node.children[0], node.group); break;
    }
  }

  void emit_group(const Node& inner, uint32_t group) {
    add({Instruction::Kind::Save, {}, 0, 0, here() + 1, 2 * group});
    emit(inner);
    add({Instruction::Kind::Save, {}, 0, 0, here() + 1, 2 * group + 1});
  }

  uint32_t add(Instruction instruction) {
    program_.push_back(instruction);
    return static_cast<uint32_t>(program_.size() - 1);
  }

 private:
  uint32_t here() const { return static_cast<uint32_t>(program_.size()); }

  template <typename Emit> void emit_choices(size_t count, Emit&& each) {
    if (count == 0) {
      // Nothing can match: a range that no byte is in.
      add({Instruction::Kind::Bytes, {}, 1, 0, here() + 1});
      return;
    }
    std::vector<uint32_t> jumps;
    for (size_t i = 0; i < count && !too_large(); i++) {
      const bool last = i + 1 == count;
      const uint32_t split = last ? 0 : add({Instruction::Kind::Split, {}, 0, 0, here() + 1});
      each(i);
      if (last) break;
      jumps.push_back(add({Instruction::Kind::Jump}));
      program_[split].other = here();
    }
    for (const uint32_t jump : jumps) program_[jump].next = here();
  }

  void emit_repeat(const Node& node) {
    const Node& child = *node.children[0];
    for (uint32_t i = 0; i < node.least && !too_large(); i++) emit(child);
    if (node.most == UINT32_MAX) {
      const uint32_t split = add({Instruction::Kind::Split, {}, 0, 0, here() + 1});
      emit(child);
      add({Instruction::Kind::Jump, {}, 0, 0, split});
      leave(split, node.lazy);
      return;
    }
    std::vector<uint32_t> splits;
    for (uint32_t i = node.least; i < node.most && !too_large(); i++) {
      splits.push_back(add({Instruction::Kind::Split, {}, 0, 0, here() + 1}));
      emit(child);
    }
    for (const uint32_t split : splits) leave(split, node.lazy);
  }

  // Lets a split of a repeat go on to what follows: first where the repeat is lazy.
  void leave(uint32_t split, bool lazy) {
    program_[split].other = here();
    if (lazy) std::swap(program_[split].next, program_[split].other);
  }

  struct Sequence {
    uint8_t low[4], high[4];
    int length;
  };

  // Splits a range of code points where the length or a leading byte of the UTF-8 form changes.
  static void split_range(uint32_t low, uint32_t high, std::vector<Sequence>& sequences) {
    for (const uint32_t limit : {0x7Fu, 0x7FFu, 0xFFFFu}) {
      if (low <= limit && high > limit) {
        split_range(low, limit, sequences);
        split_range(limit + 1, high, sequences);
        return;
      }
    }
    const int length = high <= 0x7F ? 1 : high <= 0x7FF ? 2 : high <= 0xFFFF ? 3 : 4;
    for (int i = 1; i < length; i++) {
      const uint32_t mask = (1u << (6 * i)) - 1;
      if ((low & ~mask) == (high & ~mask)) continue;
      if ((low & mask) != 0) {
        split_range(low, low | mask, sequences);
        split_range((low | mask) + 1, high, sequences);
        return;
      }
      if ((high & mask) != mask) {
        split_range(low, (high & ~mask) - 1, sequences);
        split_range(high & ~mask, high, sequences);
        return;
      }
    }
    Sequence sequence{{}, {}, length};
    const auto encode = [length](uint32_t code, uint8_t* bytes) {
      if (length == 1) {
        bytes[0] = static_cast<uint8_t>(code);
        return;
      }
      for (int i = length - 1; i > 0; i--, code >>= 6) bytes[i] = static_cast<uint8_t>(0x80 | (code & 0x3F));
      bytes[0] = static_cast<uint8_t>((0xF00 >> length & 0xFF) | code);
    };
    encode(low, sequence.low);
    encode(high, sequence.high);
    sequences.push_back(sequence);
  }

  void emit_class(const Node& node) {
    std::vector<Sequence> sequences;
    for (const CodeRange range : node.ranges) split_range(range.low, range.high, sequences);
    if (node.stray_bytes) sequences.push_back({{0x80}, {0xFF}, 1});
    emit_choices(sequences.size(), [&](size_t i) {
      for (int b = 0; b < sequences[i].length; b++) add({Instruction::Kind::Bytes, {}, sequences[i].low[b], sequences[i].high[b], here() + 1});
    });
  }

  Program& program_;
};

constexpr const char* kTooLarge = "bad regular expression: too large once its repeats are written out";

}  // namespace

Program compile_program(std::string_view pattern, std::string& error) {
  uint32_t groups;
  const NodePtr tree = parse_regexp(pattern, false, groups, error);
  if (!tree) return {};
  Program program;
  Emitter emitter(program);
  // A match may begin anywhere: a loop over any byte comes first.
  emitter.add({Instruction::Kind::Split, {}, 0, 0, 3, 1});
  emitter.add({Instruction::Kind::Bytes, {}, 0, 255, 2});
  emitter.add({Instruction::Kind::Jump, {}, 0, 0, 0});
  emitter.emit(*tree);
  emitter.add({Instruction::Kind::Match});
  if (emitter.too_large()) {
    error = kTooLarge;
    return {};
  }
  return program;
}

Program compile_captures(std::string_view pattern, uint32_t& groups, std::string& error) {
  const NodePtr tree = parse_regexp(pattern, true, groups, error);
  if (!tree) return {};
  Program program;
  Emitter emitter(program);
  emitter.emit_group(*tree, 0);
  emitter.add({Instruction::Kind::Match});
  if (emitter.too_large()) {
    error = kTooLarge;
    return {};
  }
  return program;
}

}  // namespace shrike::sqlite
