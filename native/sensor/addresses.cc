#include "addresses.h"

#include <arpa/inet.h>

namespace shrike::sensor {

std::string_view AddressTexts::of(const uint8_t* bytes, bool ipv6) {
  uint64_t high, low;
  memcpy(&high, bytes, sizeof(high));
  memcpy(&low, bytes + 8, sizeof(low));
  uint8_t family = ipv6 ? AF_INET6 : AF_INET;
  uint64_t hash = (high ^ (low * 0x9e3779b97f4a7c15ull)) * 0xff51afd7ed558ccdull;
  Entry& entry = entries_[(hash >> 32) % entries_.size()];
  if (entry.family != family || entry.high != high || entry.low != low) {
    entry.high = high;
    entry.low = low;
    entry.family = family;
    entry.length = static_cast<uint8_t>(inet_ntop(family, bytes, entry.text, sizeof(entry.text)) ? strlen(entry.text) : 0);
  }
  return {entry.text, entry.length};
}

}  // namespace shrike::sensor
