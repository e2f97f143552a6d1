// Regular expressions that take time in proportion to the text, whatever the pattern: no backtracking, bounded memory.
//
// Syntax: that of PCRE as far as it is regular. Literals, `.`, [classes] with ranges, negation and [:names:], \d \w \s \b \B \A \z and their
// negations, \n \t \r \f \v \xHH \x{H}, groups (plain, (?:), named), | * + ? {n} {n,} {n,m} (a lazy `?` after them changes nothing here), ^ $,
// and the flags (?i) (?s) (?m), alone or as (?i:…). Case is ignored for ASCII letters only. Not regular, so refused: back references,
// look-around, possessive repeats.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "regexp_program.h"

namespace shrike::sqlite {

// Not thread-safe: matching fills a cache.
class Regexp {
 public:
  // Null, and a message that names the place, when the pattern is not valid.
  static std::shared_ptr<Regexp> compile(std::string_view pattern, std::string& error);
  // Whether the pattern matches anywhere in the text.
  bool search(std::string_view text);

 private:
  explicit Regexp(Program program);
  struct State {
    std::vector<uint32_t> instructions;  // sorted; assertions not yet followed
    uint8_t before;                      // what came before: see Before
  };
  int32_t intern(std::vector<uint32_t> instructions, uint8_t before);
  int32_t step(int32_t state, int symbol);
  bool full() const;
  void reset();

  Program program_;
  uint8_t classes_[256];
  int class_count_ = 0;           // symbols are classes, and one more for the end of the text
  std::vector<int> examples_;     // a byte of each class
  std::vector<State> states_;
  std::vector<int32_t> transitions_;
  std::unordered_map<std::string, int32_t> index_;
  int32_t start_ = 0;
  size_t held_ = 0;     // instructions in all states
  bool looks_ = false;  // has assertions
};

}  // namespace shrike::sqlite
