// DNS messages (RFC 1035), as they come from anybody: nothing in them is trusted.
//
// A compression pointer must lead to before the name it is in, so each one goes further back and no name can go round in circles. Every length is
// checked against the message, every count against a limit. Only the header, the questions and the answers are read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shrike::sensor {

struct DnsQuestion {
  std::string name;  // as sent, without the final dot; "." for the root
  uint16_t type = 0;
  uint16_t klass = 0;
};

struct DnsRecord {
  std::string name;
  uint16_t type = 0;
  uint16_t klass = 0;
  uint32_t ttl = 0;  // seconds
  std::string data;  // as text
};

struct DnsMessage {
  uint16_t id = 0;
  bool response = false;
  bool authoritative = false;
  bool truncated = false;  // by the server (TC)
  uint8_t opcode = 0;
  uint8_t rcode = 0;
  std::vector<DnsQuestion> questions;
  std::vector<DnsRecord> answers;
  bool complete = false;  // all questions and answers that the header counts are here
};

// Reads a message. Returns false when it is malformed; `message` then holds what came before. `cut` says that the bytes are only the beginning
// of the message: running out of them is then no error.
bool parse_dns(std::string_view bytes, bool cut, DnsMessage& message);

// "A", "AAAA", …; "TYPE65280" for a type without a name. Likewise "NXDOMAIN" and "RCODE12", "IN" and "CLASS9".
std::string dns_type_name(uint16_t type);
std::string dns_rcode_name(uint8_t rcode);
std::string dns_class_name(uint16_t klass);

// ASCII letters only, as DNS compares names.
std::string dns_lower(std::string_view name);

}  // namespace shrike::sensor
