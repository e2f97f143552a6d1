// HOW IT WORKS
//
// The automaton is made deterministic while it runs: a state is the set of instructions that could be next, plus what kind of byte came
// before. Assertions look at both sides, so they are followed only when the next byte is known, that is, when a transition is computed. Bytes
// that no instruction tells apart share a column of the transition table. When the table grows past its limit it is thrown away and begun
// again, so memory is bounded and time stays in proportion to text times instructions at the very worst.
#include "regexp.h"

#include <algorithm>

namespace shrike::sqlite {
namespace {

constexpr int32_t kUnknown = -1, kDead = -2, kMatched = -3;
constexpr size_t kMaxCells = 1 << 20, kMaxHeld = 1 << 20;

enum Before : uint8_t { kStart, kNewline, kWord, kOther };

Before kind_of(int byte) { return byte == '\n' ? kNewline : is_word_byte(byte) ? kWord : kOther; }

// `after` is a byte, or -1 at the end of the text.
bool holds(Instruction::Assertion assertion, uint8_t before, int after) {
  using A = Instruction::Assertion;
  switch (assertion) {
    case A::TextStart: return before == kStart;
    case A::TextEnd: return after < 0;
    case A::LineStart: return before == kStart || before == kNewline;
    case A::LineEnd: return after < 0 || after == '\n';
    case A::Word: return (before == kWord) != (after >= 0 && is_word_byte(after));
    case A::NotWord: return (before == kWord) == (after >= 0 && is_word_byte(after));
  }
  return false;
}

}  // namespace

std::shared_ptr<Regexp> Regexp::compile(std::string_view pattern, std::string& error) {
  Program program = compile_program(pattern, error);
  if (program.empty()) return nullptr;
  return std::shared_ptr<Regexp>(new Regexp(std::move(program)));
}

Regexp::Regexp(Program program) : program_(std::move(program)) {
  bool starts[257] = {};
  const auto boundary = [&](int from, int to) { starts[from] = starts[to + 1] = true; };
  for (const Instruction& instruction : program_) {
    if (instruction.kind == Instruction::Kind::Bytes && instruction.low <= instruction.high) boundary(instruction.low, instruction.high);
    looks_ |= instruction.kind == Instruction::Kind::Assert;
  }
  if (looks_) {
    // Assertions tell word bytes and line ends from the rest.
    boundary('\n', '\n');
    boundary('0', '9');
    boundary('A', 'Z');
    boundary('a', 'z');
    boundary('_', '_');
  }
  starts[0] = true;
  for (int byte = 0; byte < 256; byte++) {
    if (starts[byte]) {
      class_count_++;
      examples_.push_back(byte);
    }
    classes_[byte] = static_cast<uint8_t>(class_count_ - 1);
  }
  reset();
}

bool Regexp::full() const { return transitions_.size() > kMaxCells || held_ > kMaxHeld; }

void Regexp::reset() {
  states_.clear();
  transitions_.clear();
  index_.clear();
  held_ = 0;
  start_ = intern({0}, kStart);
}

int32_t Regexp::intern(std::vector<uint32_t> instructions, uint8_t before) {
  std::string key(reinterpret_cast<const char*>(instructions.data()), instructions.size() * sizeof(uint32_t));
  key += static_cast<char>(before);
  const auto [it, added] = index_.try_emplace(std::move(key), static_cast<int32_t>(states_.size()));
  if (added) {
    held_ += instructions.size();
    states_.push_back({std::move(instructions), before});
    transitions_.insert(transitions_.end(), static_cast<size_t>(class_count_) + 1, kUnknown);
  }
  return it->second;
}

int32_t Regexp::step(int32_t from, int symbol) {
  const int after = symbol == class_count_ ? -1 : examples_[static_cast<size_t>(symbol)];
  const uint8_t before = states_[static_cast<size_t>(from)].before;
  std::vector<uint32_t> stack = states_[static_cast<size_t>(from)].instructions, next;
  std::vector<bool> seen(program_.size());
  bool matched = false;
  while (!stack.empty() && !matched) {
    const uint32_t at = stack.back();
    stack.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    const Instruction& instruction = program_[at];
    switch (instruction.kind) {
      case Instruction::Kind::Match: matched = true; break;
      case Instruction::Kind::Jump:
      case Instruction::Kind::Save: stack.push_back(instruction.next); break;
      case Instruction::Kind::Split:
        stack.push_back(instruction.other);
        stack.push_back(instruction.next);
        break;
      case Instruction::Kind::Assert:
        if (holds(instruction.assertion, before, after)) stack.push_back(instruction.next);
        break;
      case Instruction::Kind::Bytes:
        if (after >= instruction.low && after <= instruction.high) next.push_back(instruction.next);
        break;
    }
  }
  int32_t to;
  if (matched) {
    to = kMatched;
  } else if (next.empty()) {
    to = kDead;
  } else {
    std::ranges::sort(next);
    next.erase(std::unique(next.begin(), next.end()), next.end());
    // Without assertions it does not matter what came before, and there are fewer states.
    to = intern(std::move(next), looks_ ? kind_of(after) : kOther);
  }
  transitions_[static_cast<size_t>(from) * (static_cast<size_t>(class_count_) + 1) + static_cast<size_t>(symbol)] = to;
  return to;
}

bool Regexp::search(std::string_view text) {
  const size_t width = static_cast<size_t>(class_count_) + 1;
  if (full()) reset();
  int32_t state = start_;
  for (const char c : text) {
    const int symbol = classes_[static_cast<unsigned char>(c)];
    int32_t to = transitions_[static_cast<size_t>(state) * width + static_cast<size_t>(symbol)];
    if (to == kUnknown) {
      if (full()) {
        // Keep the state we are in, forget the rest.
        State current = states_[static_cast<size_t>(state)];
        reset();
        state = intern(std::move(current.instructions), current.before);
      }
      to = step(state, symbol);
    }
    if (to == kMatched) return true;
    if (to == kDead) return false;
    state = to;
  }
  int32_t end = transitions_[static_cast<size_t>(state) * width + static_cast<size_t>(class_count_)];
  if (end == kUnknown) end = step(state, class_count_);
  return end == kMatched;
}

}  // namespace shrike::sqlite
