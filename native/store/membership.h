// A Bloom filter: says for certain that a string is not among those added, or that it may be. Six bits a string, about one wrong "may" in eighteen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "codec.h"

namespace shrike::store {

class Membership {
 public:
  explicit Membership(size_t strings) : bits_((strings * 6 + 71) / 8, '\0') {}
  explicit Membership(std::string bytes) : bits_(std::move(bytes)) {}

  void add(std::string_view text) {
    each(text, [this](size_t bit) { return bits_[bit >> 3] |= static_cast<char>(1 << (bit & 7)), true; });
  }
  bool may_have(std::string_view text) const {
    return each(text, [this](size_t bit) { return (bits_[bit >> 3] >> (bit & 7) & 1) != 0; });
  }
  const std::string& bytes() const { return bits_; }

 private:
  template <typename Visit> bool each(std::string_view text, Visit&& visit) const {
    const uint64_t hash = stable_hash(text);
    const uint64_t bits = bits_.size() * 8;
    if (bits == 0) return false;
    uint64_t at = hash;
    const uint64_t step = hash >> 32 | 1;
    for (int i = 0; i < 4; i++, at += step) {
      if (!visit(static_cast<size_t>((static_cast<unsigned __int128>(at * 0x9E3779B97F4A7C15ull) * bits) >> 64))) return false;
    }
    return true;
  }
  std::string bits_;
};

}  // namespace shrike::store
