// One WHERE constraint on one column of an event table, ready to be tried on values.
//
// The answers are SQLite's own: affinity of the right-hand side, order of types, NULLs, integers against reals beyond 2^53. Where they cannot
// be (a number compared with a text column, whose meaning depends on the other side's affinity) a predicate lets through too much, and the
// plan has left the last word to SQLite (see event_plan.h).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../store/store.h"
#include "sqlite.h"

namespace shrike::sqlite {

enum class Operator : uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, Is, IsNot, IsNull, NotNull, In, Like, Glob, Regexp };

// A closed range; the lowest integer of a column's width is NULL and never in one.
template <typename T> struct Range {
  T low, high;
};

class TextMatcher {
 public:
  virtual ~TextMatcher() = default;
  virtual bool matches(std::string_view text) const = 0;
};

struct Predicate {
  int column = 0;
  store::Width width = store::Width::I64;
  bool process = false;
  // Whether a row whose value is NULL passes.
  bool nulls = false;
  // Integer columns: sorted, apart from each other.
  std::vector<Range<int64_t>> integers;
  // Real columns.
  std::vector<Range<double>> reals;
  // Text columns: only these strings pass, if `exact`.
  bool exact = false;
  std::vector<std::string> strings;
  // Text columns otherwise; and integer columns compared as text. Null: no value passes but, maybe, NULL.
  std::shared_ptr<const TextMatcher> text;

  bool passes(int64_t value) const;
  bool passes(double value) const;
  bool passes(std::string_view value) const;
  // Nothing can pass.
  bool never() const { return !nulls && integers.empty() && reals.empty() && strings.empty() && text == nullptr; }
};

// Builds the predicate of `column`. `arguments` has the right-hand side: one value, several for In, none for IsNull and NotNull. `final` says
// that SQLite will not check again. Returns an error message, or the empty string.
std::string make_predicate(const store::ColumnSpec& column, int number, Operator op, const std::vector<sqlite3_value*>& arguments, bool final,
                           Predicate& predicate);

}  // namespace shrike::sqlite
