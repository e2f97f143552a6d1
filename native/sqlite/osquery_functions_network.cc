#include <arpa/inet.h>

#include <array>
#include <compare>
#include <cstring>
#include <optional>
#include <utility>

#include "base64.h"
#include "digest.h"
#include "osquery_functions.h"

namespace shrike::sqlite {
namespace {

struct Address {
  bool v6;
  std::array<uint8_t, 16> bytes;  // IPv4: the first four, the rest zero
  size_t size() const { return v6 ? 16 : 4; }
  auto operator<=>(const Address&) const = default;
};

std::optional<Address> parse(std::string_view text, int family) {
  Address address{family == AF_INET6, {}};
  if (address.v6) text = text.substr(0, text.find('%'));  // a zone
  char copy[INET6_ADDRSTRLEN + 1] = {};
  if (text.size() >= sizeof copy) return std::nullopt;
  text.copy(copy, text.size());
  if (std::strlen(copy) != text.size() || inet_pton(family, copy, address.bytes.data()) != 1) return std::nullopt;
  return address;
}

std::optional<Address> parse(std::string_view text) {
  auto address = parse(text, AF_INET6);
  return address ? address : parse(text, AF_INET);
}

void inet_aton(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (is_null(arguments[0])) return;
  const auto address = parse(text_of(arguments[0]), AF_INET);
  if (!address) return;
  const auto& b = address->bytes;
  sqlite3_result_int64(context, static_cast<int64_t>(b[0]) << 24 | b[1] << 16 | b[2] << 8 | b[3]);
}

struct Block {
  Address address;
  int prefix;
};

std::optional<Block> parse_block(std::string_view text, int family) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(slash + 1);
  if (digits.empty() || digits.size() > 3 || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  const auto address = parse(text.substr(0, slash), family);
  int prefix = 0;
  for (const char c : digits) prefix = prefix * 10 + (c - '0');
  if (!address || prefix > static_cast<int>(address->size()) * 8) return std::nullopt;
  return Block{*address, prefix};
}

// The bits after the prefix, all zero or all one.
Address edge(const Block& block, bool ones) {
  Address edge = block.address;
  for (int bit = block.prefix; bit < static_cast<int>(edge.size()) * 8; bit++) {
    const auto mask = static_cast<uint8_t>(0x80 >> bit % 8);
    uint8_t& byte = edge.bytes[static_cast<size_t>(bit / 8)];
    byte = static_cast<uint8_t>(ones ? byte | mask : byte & ~mask);
  }
  return edge;
}

constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

void in_cidr_block(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) != SQLITE_TEXT) return sqlite3_result_error(context, "CIDR must be a string", -1);
  if (sqlite3_value_type(arguments[1]) != SQLITE_TEXT) return sqlite3_result_error(context, "IP address must be a string", -1);
  auto address = parse(text_of(arguments[1]));
  if (!address) return sqlite3_result_error(context, "IP address cannot be parsed", -1);
  const std::string_view cidr = text_of(arguments[0]);
  auto block = parse_block(cidr, address->v6 ? AF_INET6 : AF_INET);
  if (!block && address->v6 && std::memcmp(address->bytes.data(), kMapped, sizeof kMapped) == 0 && (block = parse_block(cidr, AF_INET))) {
    // A socket of both families sees IPv4 peers so; osquery refuses the pair.
    Address inner{false, {}};
    std::memcpy(inner.bytes.data(), address->bytes.data() + sizeof kMapped, 4);
    address = inner;
  }
  if (!block) {
    return sqlite3_result_error(context, address->v6 ? "CIDR for IP address v6 cannot be parsed" : "CIDR for IP address v4 cannot be parsed", -1);
  }
  const Address first = edge(*block, false), last = edge(*block, true);
  // The addresses of hosts: an IPv4 network's own address and its broadcast address are none.
  const bool whole = address->v6 || block->prefix == 32;
  sqlite3_result_int(context, whole ? first <= *address && *address <= last : first < *address && *address < last);
}

// github.com/corelight/community-id-spec, version 1, as osquery has it: ports of ICMP are taken as they are given.
const char* community_id(int count, sqlite3_value** arguments, std::string& id) {
  int64_t seed = 0;
  if (count == 6) {
    if (sqlite3_value_type(arguments[5]) != SQLITE_INTEGER) return "Community ID seed must be an integer";
    seed = sqlite3_value_int64(arguments[5]);
    if (seed < INT16_MIN || seed > INT16_MAX) return "Community ID seed must fit in 2 bytes";
  }
  if (sqlite3_value_type(arguments[0]) != SQLITE_TEXT || sqlite3_value_type(arguments[1]) != SQLITE_TEXT) return "Community ID IPs must be strings";
  auto source = parse(text_of(arguments[0])), destination = parse(text_of(arguments[1]));
  if (!source) return "Community ID saddr cannot be parsed as IP";
  if (!destination) return "Community ID daddr cannot be parsed as IP";
  if (sqlite3_value_type(arguments[2]) != SQLITE_INTEGER || sqlite3_value_type(arguments[3]) != SQLITE_INTEGER) return "Community ID ports must be integers";
  int64_t from = sqlite3_value_int64(arguments[2]), to = sqlite3_value_int64(arguments[3]);
  if (from < 0 || from > UINT16_MAX || to < 0 || to > UINT16_MAX) return "Community ID ports must fit in 2 bytes";
  if (sqlite3_value_type(arguments[4]) != SQLITE_INTEGER) return "Community ID protocol must be an integer";
  const int64_t protocol = sqlite3_value_int64(arguments[4]);
  if (protocol < 0 || protocol > UINT8_MAX) return "Community ID protocol must fit in 1 byte";
  if (std::pair(*destination, to) < std::pair(*source, from)) {
    std::swap(source, destination);
    std::swap(from, to);
  }
  std::string bytes;
  const auto put16 = [&](int64_t value) {
    bytes += static_cast<char>(value >> 8 & 0xff);
    bytes += static_cast<char>(value & 0xff);
  };
  const auto put = [&](const Address& address) { bytes.append(reinterpret_cast<const char*>(address.bytes.data()), address.size()); };
  put16(seed);
  put(*source);
  put(*destination);
  bytes += static_cast<char>(protocol);
  bytes += '\0';
  put16(from);
  put16(to);
  const auto digest = sha1(bytes);
  id = "1:" + to_base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
  return nullptr;
}

template <bool Strict> void community_id_v1(sqlite3_context* context, int count, sqlite3_value** arguments) {
  std::string id;
  const char* error = community_id(count, arguments, id);
  if (error == nullptr) give_text(context, id);
  else if (Strict) sqlite3_result_error(context, error, -1);
}

}  // namespace

int declare_osquery_network(sqlite3* db) {
  int rc = declare_function(db, "inet_aton", 1, inet_aton);
  if (rc == SQLITE_OK) rc = declare_function(db, "in_cidr_block", 2, in_cidr_block);
  for (const int count : {5, 6}) {
    if (rc == SQLITE_OK) rc = declare_function(db, "community_id_v1", count, community_id_v1<false>);
    if (rc == SQLITE_OK) rc = declare_function(db, "community_id_v1_strict", count, community_id_v1<true>);
  }
  return rc;
}

}  // namespace shrike::sqlite
