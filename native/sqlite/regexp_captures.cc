#include "regexp_captures.h"

#include <algorithm>

namespace shrike::sqlite {
namespace {

bool holds(Instruction::Assertion assertion, std::string_view text, size_t at) {
  using A = Instruction::Assertion;
  const auto word = [&](size_t i) { return i < text.size() && is_word_byte(static_cast<unsigned char>(text[i])); };
  const bool boundary = (at > 0 && word(at - 1)) != word(at);
  switch (assertion) {
    case A::TextStart: return at == 0;
    case A::TextEnd: return at == text.size();
    case A::LineStart: return at == 0 || text[at - 1] == '\n';
    case A::LineEnd: return at == text.size() || text[at] == '\n';
    case A::Word: return boundary;
    case A::NotWord: return !boundary;
  }
  return false;
}

}  // namespace

std::shared_ptr<Captures> Captures::compile(std::string_view pattern, std::string& error) {
  uint32_t groups = 0;
  Program program = compile_captures(pattern, groups, error);
  if (program.empty()) return nullptr;
  return std::shared_ptr<Captures>(new Captures(std::move(program), groups));
}

// Adds what can be reached from `instruction` without taking a byte, in order of preference. `current_` has the places up to here.
void Captures::follow(Ways& ways, uint32_t instruction, std::string_view text, size_t at) {
  stack_.clear();
  stack_.push_back({instruction, false, 0});
  while (!stack_.empty()) {
    const Step step = stack_.back();
    stack_.pop_back();
    if (step.restore) {
      current_[step.at] = step.value;
      continue;
    }
    if (seen_[step.at] == round_) continue;
    seen_[step.at] = round_;
    const Instruction& here = program_[step.at];
    switch (here.kind) {
      case Instruction::Kind::Jump: stack_.push_back({here.next, false, 0}); break;
      case Instruction::Kind::Split:
        stack_.push_back({here.other, false, 0});
        stack_.push_back({here.next, false, 0});
        break;
      case Instruction::Kind::Assert:
        if (holds(here.assertion, text, at)) stack_.push_back({here.next, false, 0});
        break;
      case Instruction::Kind::Save:
        stack_.push_back({here.other, true, current_[here.other]});
        current_[here.other] = at;
        stack_.push_back({here.next, false, 0});
        break;
      case Instruction::Kind::Bytes:
      case Instruction::Kind::Match:
        ways.at.push_back(step.at);
        ways.places.insert(ways.places.end(), current_.begin(), current_.end());
        break;
    }
  }
}

bool Captures::find(std::string_view text, size_t from, Options options, std::vector<size_t>& places) {
  const size_t slots = static_cast<size_t>(groups_) * 2;
  bool found = false;
  const auto next_round = [&] {
    if (++round_ == 0) {
      std::ranges::fill(seen_, 0);
      round_ = 1;
    }
  };
  ways_.clear();
  next_round();
  for (size_t at = from; at <= text.size(); at++) {
    // A later beginning is the least preferred, and none is wanted once there is a match.
    if (!found && (!options.here_only || at == from)) {
      current_.assign(slots, kNone);
      follow(ways_, 0, text, at);
    }
    if (ways_.at.empty()) {
      if (found || options.here_only) break;
      // Nothing is under way; the visits of this round must not hold back the next beginning.
      next_round();
      continue;
    }
    next_.clear();
    next_round();
    for (size_t i = 0; i < ways_.at.size(); i++) {
      const Instruction& here = program_[ways_.at[i]];
      const auto kept = ways_.places.begin() + static_cast<ptrdiff_t>(i * slots);
      if (here.kind == Instruction::Kind::Match) {
        if (options.not_empty && kept[0] == at) continue;
        places.assign(kept, kept + static_cast<ptrdiff_t>(slots));
        found = true;
        break;
      }
      if (at == text.size()) continue;
      const auto byte = static_cast<unsigned char>(text[at]);
      if (byte < here.low || byte > here.high) continue;
      current_.assign(kept, kept + static_cast<ptrdiff_t>(slots));
      follow(next_, here.next, text, at + 1);
    }
    std::swap(ways_, next_);
  }
  return found;
}

}  // namespace shrike::sqlite
