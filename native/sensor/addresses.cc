#include "addresses.h"

#include <arpa/inet.h>
#include <cstring>

namespace shrike::sensor {

Address& Addresses::of(const uint8_t* bytes, bool ipv6) {
  uint64_t high, low;
  memcpy(&high, bytes, sizeof(high));
  memcpy(&low, bytes + 8, sizeof(low));
  uint8_t family = ipv6 ? AF_INET6 : AF_INET;
  uint64_t hash = (high ^ (low * 0x9e3779b97f4a7c15ull)) * 0xff51afd7ed558ccdull;
  Address& address = known_[(hash >> 32) % known_.size()];
  if (address.family != family || address.high != high || address.low != low) {
    address = {.high = high, .low = low, .family = family};
    if (inet_ntop(family, bytes, address.characters, sizeof(address.characters))) address.length = static_cast<uint8_t>(strlen(address.characters));
  }
  return address;
}

}  // namespace shrike::sensor
