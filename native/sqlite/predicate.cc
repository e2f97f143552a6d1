#include "predicate.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "like.h"
#include "regexp.h"
#include "value.h"

namespace shrike::sqlite {
namespace {

using store::Width;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return text == nullptr ? std::string_view() : std::string_view(text, static_cast<size_t>(sqlite3_value_bytes(value)));
}

// ---- numbers

// A right-hand side as a number, or what it is instead.
struct Operand {
  enum class Kind : uint8_t { Null, Integer, Real, AboveNumbers } kind;
  int64_t integer = 0;
  double real = 0;
};

// Not sqlite3_value_numeric_type: it changes the value it is given, and crashes on a copy made by sqlite3_value_dup (SQLite 3.53).
Operand numeric_operand(sqlite3_value* argument) {
  switch (sqlite3_value_type(argument)) {
    case SQLITE_INTEGER: return {Operand::Kind::Integer, sqlite3_value_int64(argument)};
    case SQLITE_FLOAT: return {Operand::Kind::Real, 0, sqlite3_value_double(argument)};
    case SQLITE_BLOB: return {Operand::Kind::AboveNumbers};
    case SQLITE_TEXT: {
      Value number;
      if (!parse_number(text_of(argument), number)) return {Operand::Kind::AboveNumbers};
      if (number.kind == Value::Kind::Integer) return {Operand::Kind::Integer, number.integer};
      return {Operand::Kind::Real, 0, number.real};
    }
    default: return {Operand::Kind::Null};
  }
}

struct Limits {
  int64_t low, high;
};

Limits limits_of(Width width) {
  switch (width) {
    case Width::I8: return {-127, 127};
    case Width::I32: return {-2147483647, 2147483647};
    case Width::U32: return {0, 4294967295};
    default: return {INT64_MIN + 1, INT64_MAX};
  }
}

// The integers below, at and above an operand, as [low, below], [equal, equal], [above, high].
struct Cut {
  bool has_below = false, has_equal = false, has_above = false;
  int64_t below = 0, equal = 0, above = 0;
};

Cut cut_integers(const Operand& operand, Limits limits) {
  Cut cut;
  const auto from = [&](int64_t below, bool has_below, int64_t equal, bool has_equal, int64_t above, bool has_above) {
    cut.has_below = has_below && below >= limits.low;
    cut.below = std::min(below, limits.high);
    cut.has_equal = has_equal && equal >= limits.low && equal <= limits.high;
    cut.equal = equal;
    cut.has_above = has_above && above <= limits.high;
    cut.above = std::max(above, limits.low);
  };
  if (operand.kind == Operand::Kind::AboveNumbers) {
    from(INT64_MAX, true, 0, false, 0, false);
  } else if (operand.kind == Operand::Kind::Integer) {
    const int64_t v = operand.integer;
    from(v - (v != INT64_MIN), v != INT64_MIN, v, true, v + (v != INT64_MAX), v != INT64_MAX);
  } else {
    const double r = operand.real;
    if (r >= 9223372036854775808.0) {
      from(INT64_MAX, true, 0, false, 0, false);
    } else if (r < -9223372036854775808.0) {
      from(0, false, 0, false, INT64_MIN, true);
    } else {
      const double floor = std::floor(r);
      const auto whole = static_cast<int64_t>(floor);
      if (floor == r) from(whole - (whole != INT64_MIN), whole != INT64_MIN, whole, true, whole + 1, whole != INT64_MAX);
      else from(whole, true, 0, false, whole + 1, whole != INT64_MAX);
    }
  }
  return cut;
}

// The same for reals.
struct RealCut {
  double below = 0, equal = 0, above = 0;
  bool has_below = false, has_equal = false, has_above = false;
};

RealCut cut_reals(const Operand& operand) {
  RealCut cut;
  double at = operand.real;
  if (operand.kind == Operand::Kind::AboveNumbers) {
    cut.has_below = true;
    cut.below = kInfinity;
    return cut;
  }
  if (operand.kind == Operand::Kind::Integer) {
    at = static_cast<double>(operand.integer);
    // An integer between two reals is equal to neither.
    const bool beyond = at >= 9223372036854775808.0;
    const bool same = !beyond && static_cast<int64_t>(at) == operand.integer;
    if (!same) {
      const bool rounded_up = beyond || static_cast<int64_t>(at) > operand.integer;
      cut.has_below = cut.has_above = true;
      cut.below = rounded_up ? std::nextafter(at, -kInfinity) : at;
      cut.above = rounded_up ? at : std::nextafter(at, kInfinity);
      return cut;
    }
  }
  cut.has_equal = true;
  cut.equal = at;
  cut.has_below = at != -kInfinity;
  cut.below = std::nextafter(at, -kInfinity);
  cut.has_above = at != kInfinity;
  cut.above = std::nextafter(at, kInfinity);
  return cut;
}

template <typename T, typename C> void add_ranges(std::vector<Range<T>>& ranges, const C& cut, Operator op, T low, T high) {
  const bool below = op == Operator::Less || op == Operator::LessEqual || op == Operator::NotEqual || op == Operator::IsNot;
  const bool equal = op == Operator::Equal || op == Operator::Is || op == Operator::In || op == Operator::LessEqual || op == Operator::GreaterEqual;
  const bool above = op == Operator::Greater || op == Operator::GreaterEqual || op == Operator::NotEqual || op == Operator::IsNot;
  if (below && cut.has_below) ranges.push_back({low, cut.below});
  if (equal && cut.has_equal) ranges.push_back({cut.equal, cut.equal});
  if (above && cut.has_above) ranges.push_back({cut.above, high});
}

template <typename T> void tidy(std::vector<Range<T>>& ranges) {
  std::ranges::sort(ranges, [](const Range<T>& a, const Range<T>& b) { return a.low < b.low; });
  std::vector<Range<T>> merged;
  for (const Range<T>& range : ranges) {
    bool joins = false;
    if (!merged.empty()) {
      joins = range.low <= merged.back().high;
      if constexpr (std::is_integral_v<T>) joins = joins || range.low == merged.back().high + 1;  // sorted: high is not the largest
    }
    if (joins) merged.back().high = std::max(merged.back().high, range.high);
    else merged.push_back(range);
  }
  ranges = std::move(merged);
}

void number_predicate(Operator op, const std::vector<sqlite3_value*>& arguments, Predicate& p) {
  const Limits limits = limits_of(p.width);
  for (sqlite3_value* argument : arguments) {
    const Operand operand = numeric_operand(argument);
    if (operand.kind == Operand::Kind::Null) {
      if (op == Operator::Is) p.nulls = true;
      if (op == Operator::IsNot) {
        if (p.width == Width::F64) p.reals.push_back({-kInfinity, kInfinity});
        else p.integers.push_back({limits.low, limits.high});
      }
      continue;
    }
    if (op == Operator::IsNot) p.nulls = true;
    if (p.width == Width::F64) {
      const RealCut cut = cut_reals(operand);
      add_ranges(p.reals, cut, op, -kInfinity, kInfinity);
      if (operand.kind == Operand::Kind::AboveNumbers && (op == Operator::NotEqual || op == Operator::IsNot)) p.reals = {{-kInfinity, kInfinity}};
    } else {
      add_ranges(p.integers, cut_integers(operand, limits), op, limits.low, limits.high);
    }
  }
  tidy(p.integers);
  tidy(p.reals);
}

// ---- text

// Whether SQLite might take it for a number, in which case a comparison with numeric affinity would not be one of text.
bool looks_numeric(std::string_view text) {
  size_t i = 0;
  while (i < text.size() && (text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r'))) i++;
  if (i == text.size()) return false;
  const char c = text[i];
  return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'I' || c == 'i' || c == 'N' || c == 'n';
}

class AnyText final : public TextMatcher {
 public:
  bool matches(std::string_view) const override { return true; }
};

class Numeric final : public TextMatcher {
 public:
  explicit Numeric(std::vector<std::string> strings) : strings_(std::move(strings)) {}
  bool matches(std::string_view text) const override { return looks_numeric(text) || std::ranges::binary_search(strings_, text, std::less<>{}); }

 private:
  const std::vector<std::string> strings_;
};

class Compared final : public TextMatcher {
 public:
  Compared(Operator op, std::string operand, bool or_numeric) : op_(op), operand_(std::move(operand)), or_numeric_(or_numeric) {}
  bool matches(std::string_view text) const override {
    // char_traits<char> compares as unsigned bytes, which is the BINARY collation.
    const int order = text.compare(operand_);
    switch (op_) {
      case Operator::Less: return order < 0 || (or_numeric_ && looks_numeric(text));
      case Operator::LessEqual: return order <= 0 || (or_numeric_ && looks_numeric(text));
      case Operator::Greater: return order > 0;
      case Operator::GreaterEqual: return order >= 0;
      default: return order != 0;
    }
  }

 private:
  const Operator op_;
  const std::string operand_;
  const bool or_numeric_;
};

class Patterned final : public TextMatcher {
 public:
  Patterned(Pattern::Kind kind, std::string_view pattern) : pattern_(kind, pattern) {}
  bool matches(std::string_view text) const override { return pattern_.matches(text); }

 private:
  const Pattern pattern_;
};

class Expression final : public TextMatcher {
 public:
  explicit Expression(std::shared_ptr<Regexp> regexp) : regexp_(std::move(regexp)) {}
  bool matches(std::string_view text) const override { return regexp_->search(text); }

 private:
  const std::shared_ptr<Regexp> regexp_;
};

std::string pattern_predicate(Operator op, sqlite3_value* argument, Predicate& p) {
  const int type = sqlite3_value_type(argument);
  if (type == SQLITE_NULL) return "";
  // better-sqlite3 builds SQLite so that LIKE and GLOB never match a blob.
  if (type == SQLITE_BLOB && op != Operator::Regexp) return "";
  sqlite3_value* copy = sqlite3_value_dup(argument);
  const std::string pattern(text_of(copy));
  sqlite3_value_free(copy);
  if (op == Operator::Regexp) {
    std::string error;
    auto regexp = Regexp::compile(pattern, error);
    if (!regexp) return error;
    p.text = std::make_shared<Expression>(std::move(regexp));
    return "";
  }
  if (pattern.size() > 50'000) return "LIKE or GLOB pattern too complex";
  p.text = std::make_shared<Patterned>(op == Operator::Like ? Pattern::Kind::Like : Pattern::Kind::Glob, pattern);
  return "";
}

void equal_text(const std::vector<sqlite3_value*>& arguments, Operator op, Predicate& p) {
  p.exact = true;
  bool numbers = false;
  for (sqlite3_value* argument : arguments) {
    switch (sqlite3_value_type(argument)) {
      case SQLITE_TEXT: p.strings.emplace_back(text_of(argument)); break;
      case SQLITE_INTEGER:
      case SQLITE_FLOAT: numbers = true; break;
      case SQLITE_NULL: p.nulls = p.nulls || op == Operator::Is; break;
      default: break;  // no text equals a blob
    }
  }
  std::ranges::sort(p.strings);
  p.strings.erase(std::unique(p.strings.begin(), p.strings.end()), p.strings.end());
  if (!numbers) return;
  p.exact = false;
  p.text = std::make_shared<Numeric>(std::move(p.strings));
  p.strings.clear();
}

void compare_text(Operator op, sqlite3_value* argument, bool final, Predicate& p) {
  const bool differs = op == Operator::NotEqual || op == Operator::IsNot;
  switch (sqlite3_value_type(argument)) {
    case SQLITE_NULL:
      if (op == Operator::IsNot) p.text = std::make_shared<AnyText>();
      return;
    case SQLITE_TEXT:
      p.nulls = op == Operator::IsNot;
      p.text = std::make_shared<Compared>(op, std::string(text_of(argument)), !final);
      return;
    case SQLITE_BLOB:  // text sorts before blobs
      p.nulls = op == Operator::IsNot;
      if (differs || op == Operator::Less || op == Operator::LessEqual) p.text = std::make_shared<AnyText>();
      return;
    default:  // it depends on the other side's affinity: SQLite decides
      p.nulls = op == Operator::IsNot;
      p.text = std::make_shared<AnyText>();
  }
}

}  // namespace

bool Predicate::passes(int64_t value) const {
  if (text != nullptr) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return text->matches({buffer, static_cast<size_t>(end - buffer)});
  }
  if (integers.size() <= 4) {
    bool found = false;
    for (const auto& range : integers) found |= value >= range.low && value <= range.high;
    return found;
  }
  const auto after = std::ranges::upper_bound(integers, value, {}, &Range<int64_t>::low);
  return after != integers.begin() && value <= std::prev(after)->high;
}

bool Predicate::passes(double value) const {
  const auto after = std::ranges::upper_bound(reals, value, {}, &Range<double>::low);
  return after != reals.begin() && value <= std::prev(after)->high;
}

bool Predicate::passes(std::string_view value) const {
  if (exact) return std::ranges::binary_search(strings, value, std::less<>{});
  return text != nullptr && text->matches(value);
}

std::string make_predicate(const store::ColumnSpec& column, int number, Operator op, const std::vector<sqlite3_value*>& arguments, bool final,
                           Predicate& p) {
  p.column = number;
  p.width = column.width;
  p.process = column.process;
  if (op == Operator::IsNull) {
    p.nulls = true;
    return "";
  }
  if (op == Operator::NotNull) {
    const Limits limits = limits_of(column.width);
    if (column.width == Width::Text) p.text = std::make_shared<AnyText>();
    else if (column.width == Width::F64) p.reals.push_back({-kInfinity, kInfinity});
    else p.integers.push_back({limits.low, limits.high});
    return "";
  }
  if (op == Operator::Like || op == Operator::Glob || op == Operator::Regexp) return pattern_predicate(op, arguments[0], p);
  if (column.width != Width::Text) {
    number_predicate(op, arguments, p);
  } else if (op == Operator::Equal || op == Operator::Is || op == Operator::In) {
    equal_text(arguments, op, p);
  } else {
    compare_text(op, arguments[0], final, p);
  }
  return "";
}

}  // namespace shrike::sqlite
