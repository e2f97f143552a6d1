#include "watch_glob.h"

namespace shrike::sensor {
namespace {

constexpr size_t kMaxWays = 256;

std::bitset<256> within_name() {
  std::bitset<256> bytes;
  bytes.set();
  bytes.reset('/');
  bytes.reset(0);
  return bytes;
}

std::bitset<256> any() {
  std::bitset<256> bytes;
  bytes.set();
  bytes.reset(0);
  return bytes;
}

GlobPart byte(char c) {
  GlobPart part;
  part.bytes.set(static_cast<unsigned char>(c));
  return part;
}

// The end of the alternatives that begin at `open`, or npos. Brackets and backslashes hide braces.
size_t closing_brace(std::string_view glob, size_t open, std::vector<size_t>& commas) {
  int depth = 0;
  for (size_t i = open; i < glob.size(); i++) {
    switch (glob[i]) {
      case '\\': i++; break;
      case '{': depth++; break;
      case '}':
        if (--depth == 0) return i;
        break;
      case ',':
        if (depth == 1) commas.push_back(i);
        break;
    }
  }
  return std::string_view::npos;
}

// Writes out the alternatives in braces.
bool expand(std::string_view glob, std::vector<std::string>& out, std::string& problem) {
  size_t open = std::string_view::npos;
  for (size_t i = 0; i < glob.size(); i++) {
    if (glob[i] == '\\') {
      i++;
    } else if (glob[i] == '{') {
      open = i;
      break;
    }
  }
  if (open == std::string_view::npos) {
    if (out.size() >= kMaxWays) {
      problem = "it has more than " + std::to_string(kMaxWays) + " alternatives";
      return false;
    }
    out.emplace_back(glob);
    return true;
  }
  std::vector<size_t> ends;
  size_t close = closing_brace(glob, open, ends);
  if (close == std::string_view::npos) {
    problem = "a { is not closed";
    return false;
  }
  ends.push_back(close);
  size_t begin = open + 1;
  for (size_t end : ends) {
    std::string one;
    one.append(glob.substr(0, open)).append(glob.substr(begin, end - begin)).append(glob.substr(close + 1));
    if (!expand(one, out, problem)) return false;
    begin = end + 1;
  }
  return true;
}

// A set in brackets; `at` is on the bracket and ends on its closing one.
bool parse_set(std::string_view glob, size_t& at, GlobPart& part, std::string& problem) {
  size_t i = at + 1;
  bool negated = i < glob.size() && (glob[i] == '!' || glob[i] == '^');
  if (negated) i++;
  for (bool first = true; i < glob.size() && (first || glob[i] != ']'); first = false) {
    if (glob[i] == '\\' && i + 1 < glob.size()) i++;
    auto low = static_cast<unsigned char>(glob[i++]), high = low;
    if (i + 1 < glob.size() && glob[i] == '-' && glob[i + 1] != ']') {
      i++;
      if (glob[i] == '\\' && i + 1 < glob.size()) i++;
      high = static_cast<unsigned char>(glob[i++]);
    }
    for (unsigned value = low; value <= high; value++) part.bytes.set(value);
  }
  if (i >= glob.size()) {
    problem = "a [ is not closed";
    return false;
  }
  if (negated) part.bytes.flip();
  part.bytes &= within_name();
  at = i;
  return true;
}

void parse_way(std::string_view glob, size_t at, GlobParts parts, std::vector<GlobParts>& out, std::string& problem) {
  for (; at < glob.size() && problem.empty(); at++) {
    char c = glob[at];
    if (c == '*' && glob.substr(at).starts_with("**")) {
      bool begins = at == 0 || glob[at - 1] == '/';
      if (begins && at + 2 == glob.size()) {
        parts.push_back({within_name(), false});
        parts.push_back({any(), true});
      } else if (begins && glob[at + 2] == '/') {
        parse_way(glob, at + 3, parts, out, problem);
        parts.push_back({any(), true});
        parts.push_back(byte('/'));
        at++;
      } else {
        parts.push_back({any(), true});
      }
      at++;
    } else if (c == '*') {
      parts.push_back({within_name(), true});
    } else if (c == '?') {
      parts.push_back({within_name(), false});
    } else if (c == '[') {
      GlobPart set;
      if (!parse_set(glob, at, set, problem)) return;
      parts.push_back(set);
    } else {
      if (c == '\\') {
        if (++at == glob.size()) {
          problem = "it ends in a backslash";
          return;
        }
      }
      parts.push_back(byte(glob[at]));
    }
  }
  if (out.size() >= kMaxWays) problem = "it can be read in more than " + std::to_string(kMaxWays) + " ways";
  if (problem.empty()) out.push_back(std::move(parts));
}

}  // namespace

std::vector<GlobParts> parse_glob(std::string_view glob, std::string& problem) {
  std::vector<GlobParts> ways;
  std::vector<std::string> plain;
  if (!expand(glob, plain, problem)) return {};
  for (const std::string& one : plain) {
    if (!one.starts_with('/')) {
      problem = "it does not begin with a slash";
    } else {
      parse_way(one, 0, {}, ways, problem);
    }
    if (!problem.empty()) return {};
  }
  return ways;
}

}  // namespace shrike::sensor
