// SPDX-License-Identifier: Apache-2.0
// Compares the automaton of the watch list with a glob matcher so plain that it can be seen to be right. Run by watch.test.ts.
//
//   watch_property SEED ROUNDS     random globs against random paths
//   watch_property match PATH GLOB…   prints yes or no, and what is wrong with the globs
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "../../native/sensor/watch.h"

namespace {

using std::string;
using std::string_view;

bool plain(string_view glob, string_view path, bool at_name);

bool in_set(string_view set, char c) {
  bool negated = set.starts_with('!');
  if (negated) set.remove_prefix(1);
  bool found = false;
  for (size_t i = 0; i < set.size(); i++) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      found |= set[i] <= c && c <= set[i + 2];
      i += 2;
    } else {
      found |= set[i] == c;
    }
  }
  return found != negated && c != '/';
}

bool alternatives(string_view glob, string_view path, bool at_name) {
  size_t close = glob.find('}'), begin = 1;
  for (size_t i = 1; i <= close; i++) {
    if (glob[i] != ',' && i != close) continue;
    if (plain(string(glob.substr(begin, i - begin)) + string(glob.substr(close + 1)), path, at_name)) return true;
    begin = i + 1;
  }
  return false;
}

// `at_name`: whether a slash, or nothing, came just before.
bool plain(string_view glob, string_view path, bool at_name) {
  if (glob.empty()) return path.empty();
  char c = glob[0];
  if (c == '{') return alternatives(glob, path, at_name);
  if (at_name && glob == "**") return !path.empty();
  if (at_name && glob.starts_with("**/")) {
    if (plain(glob.substr(3), path, true)) return true;
    for (size_t i = 0; i < path.size(); i++)
      if (path[i] == '/' && plain(glob.substr(3), path.substr(i + 1), true)) return true;
    return false;
  }
  if (c == '*') {
    bool across = glob.starts_with("**");
    for (size_t i = 0;; i++) {
      if (plain(glob.substr(across ? 2 : 1), path.substr(i), false)) return true;
      if (i == path.size() || (!across && path[i] == '/')) return false;
    }
  }
  if (path.empty()) return false;
  if (c == '?') return path[0] != '/' && plain(glob.substr(1), path.substr(1), false);
  if (c == '[') {
    size_t close = glob.find(']');
    return in_set(glob.substr(1, close - 1), path[0]) && plain(glob.substr(close + 1), path.substr(1), false);
  }
  return c == path[0] && plain(glob.substr(1), path.substr(1), c == '/');
}

std::mt19937 random_bits;
size_t below(size_t limit) { return std::uniform_int_distribution<size_t>(0, limit - 1)(random_bits); }

string name() {
  static const char* const usual[] = {"etc", "shadow", "home", "root", ".ssh", "id_rsa", "id_ed25519", "a", "ab", "abc", "key.pem", "x.key", "run", "secrets", "-"};
  if (below(3)) return usual[below(std::size(usual))];
  string text;
  for (size_t n = 1 + below(below(8) ? 6 : 45); n > 0; n--) text += "abcs.-_\xc3\x01"[below(9)];
  return text;
}

string path() {
  string text;
  for (size_t n = 1 + below(6); n > 0; n--) text += "/" + name();
  return text;
}

string glob_name() {
  string text = name();
  for (size_t changes = below(4); changes > 0; changes--) {
    static const char* const pieces[] = {"*", "?", "[a-c]", "[!s.]", "{a,id_,}", "**", "[.-]"};
    size_t at = below(text.size() + 1);
    // Not into a set or an alternative that is there already.
    if (text.find_first_of("[{") < at) continue;
    text = text.substr(0, at) + pieces[below(std::size(pieces))] + text.substr(at + (at < text.size() ? below(2) : 0));
  }
  return text;
}

// Either of its own, or made from a path so that it often matches.
string glob(const string& like) {
  string text;
  if (below(2)) {
    for (size_t n = 1 + below(4); n > 0; n--) text += below(5) ? "/" + glob_name() : "/**";
    return text;
  }
  for (size_t at = 0; at < like.size();) {
    size_t end = std::min(like.find('/', at + 1), like.size());
    switch (below(6)) {
      case 0: text += "/*"; break;
      case 1: text += "/**"; break;
      case 2: text += like.substr(at, 2) + "*"; break;
      default: text += like.substr(at, end - at);
    }
    at = end;
  }
  return text;
}

int compare(unsigned seed, int rounds) {
  random_bits.seed(seed);
  size_t checked = 0, matched = 0, refused = 0;
  for (int round = 0; round < rounds; round++) {
    std::vector<string> paths, globs, problems;
    for (int i = 0; i < 60; i++) paths.push_back(path());
    for (size_t n = 1 + below(8); n > 0; n--) globs.push_back(glob(paths[below(paths.size())]));
    shrike::sensor::Watch watch(globs, problems);
    for (const string& problem : problems) {
      // Random globs are wilder than real ones; those that make too large an automaton are refused, and that is right.
      if (problem.find("too intricate") != string::npos) continue;
      printf("seed %u: %s\n", seed, problem.c_str());
      return 1;
    }
    if (!problems.empty()) {
      refused++;
      continue;
    }
    for (const string& one : paths) {
      bool expected = false;
      for (const string& each : globs) expected |= plain(each, one, false);
      checked++;
      matched += expected;
      if (watch.matches(one) == expected) continue;
      printf("seed %u: %s is %s by the automaton for", seed, one.c_str(), expected ? "missed" : "matched wrongly");
      for (const string& each : globs) printf(" %s", each.c_str());
      printf("\n");
      return 1;
    }
  }
  printf("%zu paths compared, %zu of them watched, %zu lists refused\n", checked, matched, refused);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc >= 4 && string_view(argv[1]) == "match") {
    std::vector<string> problems;
    shrike::sensor::Watch watch(std::vector<string>(argv + 3, argv + argc), problems);
    printf("%s\n", watch.matches(argv[2]) ? "yes" : "no");
    for (const string& problem : problems) printf("%s\n", problem.c_str());
    return 0;
  }
  if (argc != 3) return 2;
  return compare(static_cast<unsigned>(strtoul(argv[1], nullptr, 10)), atoi(argv[2]));
}
