// Addresses as text. Most events are about a few addresses again and again, so the text of each is made once.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "../store/store.h"

namespace shrike::sensor {

struct Address {
  std::string_view text() const { return {characters, length}; }

  uint64_t high = 0, low = 0;
  uint8_t length = 0, family = 0;
  char characters[46];
  store::TextId as_local, as_remote;  // where the dictionaries of the two columns have it
};

class Addresses {
 public:
  // `bytes` are 16, in network order; IPv4 is in the first four. The address holds until the next call.
  Address& of(const uint8_t* bytes, bool ipv6);

 private:
  std::array<Address, 1024> known_{};
};

}  // namespace shrike::sensor
