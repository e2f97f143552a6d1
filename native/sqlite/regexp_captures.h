// Where a regular expression and its groups match, with ECMAScript's choice among the possible matches: the leftmost, then the one that the order
// of alternatives and the greed of repeats prefer. Takes time in proportion to text times pattern, whatever the pattern.
//
// HOW IT WORKS
//
// All ways through the program advance together, byte by byte, in order of preference, each with the places its groups have so far. Two ways
// that meet at one instruction have the same future, so only the preferred one goes on. When one arrives at the end those after it are dropped.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "regexp_program.h"

namespace shrike::sqlite {

// Not thread-safe: matching uses buffers of the object's.
class Captures {
 public:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  // Null, and a message that names the place, when the pattern is not valid. The syntax is that of Regexp.
  static std::shared_ptr<Captures> compile(std::string_view pattern, std::string& error);

  struct Options {
    bool here_only = false;  // the match must begin at `from`
    bool not_empty = false;  // a match of nothing does not count
  };
  // The first match at or after `from`. `places` gets begin and end of each group, kNone for groups that took no part.
  bool find(std::string_view text, size_t from, Options options, std::vector<size_t>& places);

  uint32_t groups() const { return groups_; }

 private:
  struct Ways {
    std::vector<uint32_t> at;      // instructions that take a byte, or Match; preferred first
    std::vector<size_t> places;    // groups_ * 2 of each
    void clear() {
      at.clear();
      places.clear();
    }
  };
  Captures(Program program, uint32_t groups) : program_(std::move(program)), groups_(groups), seen_(program_.size(), 0) {}
  void follow(Ways& ways, uint32_t instruction, std::string_view text, size_t at);

  const Program program_;
  const uint32_t groups_;
  std::vector<uint32_t> seen_;  // round_ of the last visit
  uint32_t round_ = 0;
  std::vector<size_t> current_;
  struct Step {
    uint32_t at;      // instruction, or the slot to restore
    bool restore;
    size_t value;
  };
  std::vector<Step> stack_;
  Ways ways_, next_;
};

}  // namespace shrike::sqlite
