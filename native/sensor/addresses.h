// Addresses as text. Most events are about a few addresses again and again, so the text of each is made once.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace shrike::sensor {

class AddressTexts {
 public:
  // `bytes` are 16, in network order; IPv4 is in the first four. The view holds until the next call.
  std::string_view of(const uint8_t* bytes, bool ipv6);

 private:
  struct Entry {
    uint64_t high = 0, low = 0;
    uint8_t length = 0, family = 0;
    char text[46];
  };
  std::array<Entry, 1024> entries_{};
};

}  // namespace shrike::sensor
