// HOW IT WORKS
//
// Recursive descent: alternation, concatenation, repeat, atom. Character classes become sorted sets of code points; a group deeper than a hundred is refused.
#include "regexp_parser.h"

#include <algorithm>
#include <optional>

namespace shrike::sqlite {
namespace {

constexpr int kMaxDepth = 100;
constexpr uint32_t kMaxRepeat = 1000;
constexpr uint32_t kLastCodePoint = 0x10FFFF;

void normalise(std::vector<CodeRange>& ranges) {
  std::ranges::sort(ranges, [](CodeRange a, CodeRange b) { return a.low < b.low; });
  std::vector<CodeRange> merged;
  for (const CodeRange range : ranges) {
    if (!merged.empty() && range.low <= merged.back().high + 1) merged.back().high = std::max(merged.back().high, range.high);
    else merged.push_back(range);
  }
  ranges = std::move(merged);
}

void negate(std::vector<CodeRange>& ranges) {
  normalise(ranges);
  std::vector<CodeRange> rest;
  uint32_t next = 0;
  for (const CodeRange range : ranges) {
    if (range.low > next) rest.push_back({next, range.low - 1});
    next = range.high + 1;
  }
  if (next <= kLastCodePoint) rest.push_back({next, kLastCodePoint});
  ranges = std::move(rest);
}

void fold_case(std::vector<CodeRange>& ranges) {
  const size_t count = ranges.size();
  for (size_t i = 0; i < count; i++) {
    const auto both = [&](uint32_t first, uint32_t last, int32_t shift) {
      const uint32_t low = std::max(ranges[i].low, first), high = std::min(ranges[i].high, last);
      if (low <= high) ranges.push_back({low + static_cast<uint32_t>(shift), high + static_cast<uint32_t>(shift)});
    };
    both('A', 'Z', 32);
    both('a', 'z', -32);
  }
}

std::optional<std::vector<CodeRange>> shorthand(char c) {
  switch (c) {
    case 'd': case 'D': return std::vector<CodeRange>{{'0', '9'}};
    case 'w': case 'W': return std::vector<CodeRange>{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
    case 's': case 'S': return std::vector<CodeRange>{{'\t', '\r'}, {' ', ' '}};
    default: return std::nullopt;
  }
}

std::optional<std::vector<CodeRange>> named_class(std::string_view name) {
  using Ranges = std::vector<CodeRange>;
  if (name == "alpha") return Ranges{{'A', 'Z'}, {'a', 'z'}};
  if (name == "digit") return Ranges{{'0', '9'}};
  if (name == "alnum") return Ranges{{'0', '9'}, {'A', 'Z'}, {'a', 'z'}};
  if (name == "upper") return Ranges{{'A', 'Z'}};
  if (name == "lower") return Ranges{{'a', 'z'}};
  if (name == "space") return Ranges{{'\t', '\r'}, {' ', ' '}};
  if (name == "blank") return Ranges{{'\t', '\t'}, {' ', ' '}};
  if (name == "punct") return Ranges{{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}};
  if (name == "xdigit") return Ranges{{'0', '9'}, {'A', 'F'}, {'a', 'f'}};
  if (name == "cntrl") return Ranges{{0, 31}, {127, 127}};
  if (name == "print") return Ranges{{' ', '~'}};
  if (name == "graph") return Ranges{{'!', '~'}};
  if (name == "word") return shorthand('w');
  return std::nullopt;
}

class Parser {
 public:
  Parser(std::string_view pattern, std::string& error, bool captures) : pattern_(pattern), error_(error), captures_(captures) {}
  uint32_t groups() const { return groups_; }

  NodePtr parse() {
    NodePtr node = alternation(0);
    if (node && at_ < pattern_.size()) return fail("unmatched )");
    return node;
  }

 private:
  struct Flags {
    bool ignore_case = false, dot_all = false, multi_line = false;
  };

  bool more() const { return at_ < pattern_.size(); }
  bool looking_at(std::string_view text) const { return pattern_.substr(at_).starts_with(text); }
  bool eat(char c) {
    if (!more() || pattern_[at_] != c) return false;
    at_++;
    return true;
  }
  NodePtr fail(std::string_view what) {
    if (error_.empty()) error_ = "bad regular expression: " + std::string(what) + " at character " + std::to_string(at_ + 1) + " of '" + std::string(pattern_.substr(0, 200)) + "'";
    return nullptr;
  }

  NodePtr alternation(int depth) {
    if (depth > kMaxDepth) return fail("groups nested too deep");
    const Flags outer = flags_;
    auto node = std::make_unique<Node>();
    node->kind = Node::Kind::Alternate;
    do {
      NodePtr branch = concatenation(depth);
      if (!branch) return nullptr;
      node->children.push_back(std::move(branch));
    } while (eat('|'));
    flags_ = outer;
    return node->children.size() == 1 ? std::move(node->children[0]) : std::move(node);
  }

  NodePtr concatenation(int depth) {
    auto node = std::make_unique<Node>();
    node->kind = Node::Kind::Concat;
    while (more() && pattern_[at_] != '|' && pattern_[at_] != ')') {
      NodePtr item = atom(depth);
      if (!item) return nullptr;
      item = repeated(std::move(item));
      if (!item) return nullptr;
      node->children.push_back(std::move(item));
    }
    return node;
  }

  NodePtr repeated(NodePtr item) {
    for (int count = 0; more(); count++) {
      uint32_t least, most;
      const size_t start = at_;
      if (eat('*')) least = 0, most = UINT32_MAX;
      else if (eat('+')) least = 1, most = UINT32_MAX;
      else if (eat('?')) least = 0, most = 1;
      else if (!bounds(least, most)) {
        if (!error_.empty()) return nullptr;
        return item;
      }
      if (count > 0) {
        at_ = start;
        return fail("a repeat of a repeat");
      }
      const bool lazy = eat('?');  // the same set of texts matches, only the places of groups differ
      if (looking_at("+")) return fail("possessive repeats are not supported");
      auto node = std::make_unique<Node>();
      node->kind = Node::Kind::Repeat;
      node->least = least;
      node->most = most;
      node->lazy = lazy;
      node->children.push_back(std::move(item));
      item = std::move(node);
    }
    return item;
  }

  // {n}, {n,} or {n,m}; a brace that starts none of them is a literal, as in PCRE.
  bool bounds(uint32_t& least, uint32_t& most) {
    const size_t start = at_;
    if (!eat('{')) return false;
    const auto number = [&](uint32_t& value) {
      const size_t from = at_;
      value = 0;
      while (more() && pattern_[at_] >= '0' && pattern_[at_] <= '9') value = std::min<uint32_t>(value * 10 + static_cast<uint32_t>(pattern_[at_++] - '0'), 1'000'000);
      return at_ > from;
    };
    bool valid = number(least);
    if (valid) {
      most = least;
      if (eat(',') && !number(most)) most = UINT32_MAX;
      valid = eat('}');
    }
    if (!valid) {
      at_ = start;
      return false;
    }
    if (least > kMaxRepeat || (most != UINT32_MAX && most > kMaxRepeat)) fail("a repeat of more than 1000");
    else if (most < least) fail("a repeat whose bounds are the wrong way round");
    return error_.empty();
  }

  NodePtr assertion(Instruction::Assertion what) {
    auto node = std::make_unique<Node>();
    node->kind = Node::Kind::Assert;
    node->assertion = what;
    return node;
  }

  NodePtr set(std::vector<CodeRange> ranges, bool negated) {
    auto node = std::make_unique<Node>();
    node->kind = Node::Kind::Class;
    if (flags_.ignore_case) fold_case(ranges);
    if (negated) negate(ranges);
    else normalise(ranges);
    node->ranges = std::move(ranges);
    node->stray_bytes = negated;
    return node;
  }

  NodePtr atom(int depth) {
    using Assertion = Instruction::Assertion;
    const char c = pattern_[at_];
    switch (c) {
      case '(': return group(depth);
      case '[': return bracket();
      case '\\': return escape();
      case '*': case '+': case '?': return fail("nothing to repeat");
      case '.': at_++; return set(flags_.dot_all ? std::vector<CodeRange>{} : captures_ ? std::vector<CodeRange>{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}} : std::vector<CodeRange>{{'\n', '\n'}}, true);
      case '^': at_++; return assertion(flags_.multi_line ? Assertion::LineStart : Assertion::TextStart);
      case '$': at_++; return assertion(flags_.multi_line ? Assertion::LineEnd : Assertion::TextEnd);
      default: return set({literal()}, false);
    }
  }

  // One character of the pattern; a byte that is no UTF-8 stands for U+FFFD, which no pattern can mean.
  CodeRange literal() {
    const auto byte = [&](size_t i) { return i < pattern_.size() ? static_cast<unsigned char>(pattern_[i]) : 0u; };
    const uint32_t first = byte(at_);
    const size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
    uint32_t code = length <= 1 ? first : first & (0x7Fu >> length);
    bool valid = length > 0;
    for (size_t i = 1; i < length; i++) {
      valid = valid && (byte(at_ + i) & 0xC0) == 0x80;
      code = code << 6 | (byte(at_ + i) & 0x3F);
    }
    at_ += valid ? length : 1;
    if (!valid) code = 0xFFFD;
    return {code, code};
  }

  NodePtr group(int depth) {
    at_++;
    const Flags outer = flags_;
    bool capturing = true;
    if (eat('?')) {
      if (looking_at("=") || looking_at("!") || looking_at("<=") || looking_at("<!")) return fail("look-around is not supported");
      if (eat('P') || looking_at("<")) {
        if (!eat('<')) return fail("an unknown group");
        const size_t end = pattern_.find('>', at_);
        if (end == std::string_view::npos) return fail("a group's name that does not end");
        at_ = end + 1;
      } else if (eat(':')) {
        capturing = false;
      } else {
        capturing = false;
        bool on = true;
        for (; more() && pattern_[at_] != ')' && pattern_[at_] != ':'; at_++) {
          switch (pattern_[at_]) {
            case '-': on = false; break;
            case 'i': flags_.ignore_case = on; break;
            case 's': flags_.dot_all = on; break;
            case 'm': flags_.multi_line = on; break;
            case 'U': break;
            default: return fail("an unknown flag");
          }
        }
        if (eat(')')) return std::make_unique<Node>();  // holds for the rest of the group around it
        if (!eat(':')) return fail("a group that does not end");
      }
    }
    const uint32_t number = capturing ? groups_++ : 0;
    NodePtr inner = alternation(depth + 1);
    flags_ = outer;
    if (inner && !eat(')')) return fail("missing )");
    if (!inner || !capturing || !captures_) return inner;
    auto node = std::make_unique<Node>();
    node->kind = Node::Kind::Group;
    node->group = number;
    node->children.push_back(std::move(inner));
    return node;
  }

  int hex(char c) const { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

  // After a backslash: the character that it and what follows stand for, if it is one.
  std::optional<uint32_t> escaped() {
    const char c = pattern_[at_];
    const auto one = [&](uint32_t code) {
      at_++;
      return code;
    };
    switch (c) {
      case 'n': return one('\n');
      case 't': return one('\t');
      case 'r': return one('\r');
      case 'f': return one('\f');
      case 'v': return one('\v');
      case 'a': return one(7);
      case 'e': return one(27);
      case '0': return one(0);
      case 'x': {
        at_++;
        const bool braces = eat('{');
        uint32_t code = 0;
        int digits = 0;
        while (more() && hex(pattern_[at_]) >= 0 && digits < (braces ? 6 : 2)) code = code * 16 + static_cast<uint32_t>(hex(pattern_[at_++])), digits++;
        if (digits == 0 || (braces && !eat('}')) || code > kLastCodePoint) {
          fail("a bad \\x");
          return std::nullopt;
        }
        return code;
      }
      default:
        if (hex(c) >= 0 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
          fail(c >= '1' && c <= '9' ? "back references are not supported" : "an unknown escape");
          return std::nullopt;
        }
        return literal().low;
    }
  }

  NodePtr escape() {
    using Assertion = Instruction::Assertion;
    at_++;
    if (!more()) return fail("a backslash with nothing after it");
    const char c = pattern_[at_];
    if (auto ranges = shorthand(c)) {
      at_++;
      return set(std::move(*ranges), c < 'a');
    }
    switch (c) {
      case 'b': at_++; return assertion(Assertion::Word);
      case 'B': at_++; return assertion(Assertion::NotWord);
      case 'A': at_++; return assertion(Assertion::TextStart);
      case 'z': case 'Z': at_++; return assertion(Assertion::TextEnd);
      default: break;
    }
    const auto code = escaped();
    return code ? set({{*code, *code}}, false) : nullptr;
  }

  NodePtr bracket() {
    at_++;
    const bool negated = eat('^');
    std::vector<CodeRange> ranges;
    for (bool first = true; first || !looking_at("]"); first = false) {
      if (!more()) return fail("missing ]");
      if (looking_at("[:")) {
        const size_t end = pattern_.find(":]", at_ + 2);
        const auto named = end == std::string_view::npos ? std::nullopt : named_class(pattern_.substr(at_ + 2, end - at_ - 2));
        if (!named) return fail("an unknown class name");
        ranges.insert(ranges.end(), named->begin(), named->end());
        at_ = end + 2;
        continue;
      }
      if (looking_at("\\") && at_ + 1 < pattern_.size()) {
        if (auto short_ranges = shorthand(pattern_[at_ + 1])) {
          if (pattern_[at_ + 1] < 'a') negate(*short_ranges);
          ranges.insert(ranges.end(), short_ranges->begin(), short_ranges->end());
          at_ += 2;
          continue;
        }
      }
      const auto low = member();
      if (!low) return nullptr;
      uint32_t high = *low;
      if (looking_at("-") && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
        at_++;
        const auto last = member();
        if (!last) return nullptr;
        if (*last < *low) return fail("a range whose ends are the wrong way round");
        high = *last;
      }
      ranges.push_back({*low, high});
    }
    at_++;
    return set(std::move(ranges), negated);
  }

  std::optional<uint32_t> member() {
    if (!eat('\\')) return literal().low;
    if (!more()) {
      fail("missing ]");
      return std::nullopt;
    }
    if (pattern_[at_] == 'b') {
      at_++;
      return 8;
    }
    return escaped();
  }

  std::string_view pattern_;
  std::string& error_;
  size_t at_ = 0;
  Flags flags_;
  const bool captures_;
  uint32_t groups_ = 1;  // the whole match is one
};

}  // namespace

NodePtr parse_regexp(std::string_view pattern, bool captures, uint32_t& groups, std::string& error) {
  error.clear();
  if (pattern.size() > 32 * 1024) {
    error = "bad regular expression: longer than 32 KiB";
    return nullptr;
  }
  Parser parser(pattern, error, captures);
  NodePtr tree = parser.parse();
  groups = parser.groups();
  return tree;
}

}  // namespace shrike::sqlite
