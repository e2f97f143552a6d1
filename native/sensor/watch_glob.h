// One glob, taken apart.
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace shrike::sensor {

// One byte of a set, or with `repeated` any number of them.
struct GlobPart {
  std::bitset<256> bytes;
  bool repeated = false;
};
using GlobParts = std::vector<GlobPart>;

// The ways to read a glob, without its alternatives: a path matches when it matches one of them. Empty with a reason in `problem` when it
// cannot be understood.
std::vector<GlobParts> parse_glob(std::string_view glob, std::string& problem);

}  // namespace shrike::sensor
