#include "dns_message.h"

#include <arpa/inet.h>
#include <cstdio>
#include <cstring>

namespace shrike::sensor {
namespace {

constexpr size_t kHeader = 12;
constexpr size_t kMaxName = 255;
constexpr size_t kMaxQuestions = 16;
constexpr size_t kMaxAnswers = 256;
constexpr size_t kMaxUnknown = 64;  // bytes of data of an unknown type that are shown

enum : uint16_t { kA = 1, kNs = 2, kCname = 5, kSoa = 6, kPtr = 12, kMx = 15, kTxt = 16, kAaaa = 28, kSrv = 33, kDname = 39, kSvcb = 64, kHttps = 65, kCaa = 257 };

// One byte of a name or a text: printable ones as they are, the rest in decimal (RFC 1035, 5.1). `special` are escaped by a backslash.
void append_byte(std::string& out, uint8_t byte, std::string_view special) {
  if (byte < 0x20 || byte > 0x7e) {
    char text[8];
    snprintf(text, sizeof(text), "\\%03u", byte);
    out += text;
    return;
  }
  if (special.find(static_cast<char>(byte)) != std::string_view::npos) out += '\\';
  out += static_cast<char>(byte);
}

// Reads from a part of a message. The first read that does not fit fails it, and all that follow.
class Reader {
 public:
  Reader(std::string_view message, size_t at, size_t end) : message_(message), at_(at), end_(end) {}

  bool ok() const { return ok_; }
  // Failed because the bytes ended, not because of what they say.
  bool ran_out() const { return ran_out_; }
  size_t at() const { return at_; }
  size_t left() const { return end_ - at_; }

  uint8_t u8() { return take(1) ? byte(at_ - 1) : 0; }
  uint16_t u16() { return take(2) ? static_cast<uint16_t>(byte(at_ - 2) << 8 | byte(at_ - 1)) : 0; }
  uint32_t u32() {
    uint32_t high = u16();
    return high << 16 | u16();
  }
  std::string_view bytes(size_t length) { return take(length) ? message_.substr(at_ - length, length) : std::string_view{}; }
  // The next `length` bytes as a part of their own, in which names may still point to the whole message.
  Reader part(size_t length) {
    size_t begin = at_;
    return take(length) ? Reader(message_, begin, begin + length) : Reader(message_, 0, 0);
  }

  std::string name() {
    std::string text;
    size_t at = at_, end = end_, bound = at_, size = 1;
    bool jumped = false;
    for (;;) {
      if (at >= end) return fail(!jumped);
      uint8_t length = byte(at);
      if ((length & 0xc0) == 0xc0) {
        if (at + 1 >= end) return fail(!jumped);
        size_t target = static_cast<size_t>(length & 0x3f) << 8 | byte(at + 1);
        if (!jumped) at_ = at + 2;
        if (target >= bound || target < kHeader) return fail(false);
        jumped = true;
        bound = at = target;
        end = message_.size();
        continue;
      }
      if (length & 0xc0) return fail(false);
      at++;
      if (length == 0) break;
      if (at + length > end) return fail(!jumped);
      size += length + 1u;
      if (size > kMaxName) return fail(false);
      if (!text.empty()) text += '.';
      for (size_t i = 0; i < length; i++) append_byte(text, byte(at + i), ".\\");
      at += length;
    }
    if (!jumped) at_ = at;
    return text.empty() ? "." : text;
  }

 private:
  uint8_t byte(size_t at) const { return static_cast<uint8_t>(message_[at]); }
  bool take(size_t length) {
    if (!ok_ || length > end_ - at_) {
      fail(true);
      return false;
    }
    at_ += length;
    return true;
  }
  std::string fail(bool ran_out) {
    if (ok_) ran_out_ = ran_out;
    ok_ = false;
    at_ = end_;
    return {};
  }

  std::string_view message_;
  size_t at_, end_;
  bool ok_ = true, ran_out_ = false;
};

std::string address(int family, std::string_view bytes) {
  char text[INET6_ADDRSTRLEN] = "";
  if (bytes.size() == (family == AF_INET ? 4u : 16u)) inet_ntop(family, bytes.data(), text, sizeof(text));
  return text;
}

std::string unknown(std::string_view bytes) {
  std::string text = "\\# " + std::to_string(bytes.size()) + " ";
  char hex[3];
  for (char c : bytes.substr(0, kMaxUnknown)) {
    snprintf(hex, sizeof(hex), "%02x", static_cast<uint8_t>(c));
    text += hex;
  }
  if (bytes.size() > kMaxUnknown) text += "…";
  return text;
}

void append_bytes(std::string& out, std::string_view bytes, std::string_view special) {
  for (char c : bytes) append_byte(out, static_cast<uint8_t>(c), special);
}

// SVCB and HTTPS parameters (RFC 9460).
std::string service_parameter(uint16_t key, std::string_view value) {
  static const char* const names[] = {"mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath"};
  std::string text = key < std::size(names) ? names[key] : "key" + std::to_string(key);
  std::string list;
  Reader in(value, 0, value.size());
  auto add = [&](const std::string& one) { list += list.empty() ? one : "," + one; };
  switch (key) {
    case 1:
      while (in.ok() && in.left()) {
        std::string one;
        append_bytes(one, in.bytes(in.u8()), ",\\\"");
        add(one);
      }
      break;
    case 3: add(std::to_string(in.u16())); break;
    case 4: while (in.ok() && in.left()) add(address(AF_INET, in.bytes(4))); break;
    case 6: while (in.ok() && in.left()) add(address(AF_INET6, in.bytes(16))); break;
    case 7: append_bytes(list, value, "\\\""); break;
    default: if (!value.empty()) list = unknown(value);
  }
  return list.empty() ? text : text + "=" + list;
}

std::string data_text(uint16_t type, Reader& in) {
  switch (type) {
    case kA: return address(AF_INET, in.bytes(4));
    case kAaaa: return address(AF_INET6, in.bytes(16));
    case kNs: case kCname: case kPtr: case kDname: return in.name();
    case kMx: {
      std::string preference = std::to_string(in.u16());
      return preference + " " + in.name();
    }
    case kTxt: {
      // One text may be sent in several strings; they belong together.
      std::string text;
      while (in.ok() && in.left()) append_bytes(text, in.bytes(in.u8()), "\\");
      return text;
    }
    case kSrv: {
      std::string text = std::to_string(in.u16());
      text += " " + std::to_string(in.u16());
      text += " " + std::to_string(in.u16());
      return text + " " + in.name();
    }
    case kSoa: {
      std::string text = in.name();
      text += " " + in.name();
      for (int i = 0; i < 5; i++) text += " " + std::to_string(in.u32());
      return text;
    }
    case kSvcb: case kHttps: {
      std::string text = std::to_string(in.u16());
      text += " " + in.name();
      while (in.ok() && in.left()) {
        uint16_t key = in.u16();
        std::string_view value = in.bytes(in.u16());
        if (in.ok()) text += " " + service_parameter(key, value);
      }
      return text;
    }
    case kCaa: {
      std::string text = std::to_string(in.u8()) + " ";
      append_bytes(text, in.bytes(in.u8()), "\\");
      text += " \"";
      append_bytes(text, in.bytes(in.left()), "\\\"");
      return text + "\"";
    }
    default: return unknown(in.bytes(in.left()));
  }
}

}  // namespace

bool parse_dns(std::string_view bytes, bool cut, DnsMessage& message) {
  message = {};
  Reader in(bytes, 0, bytes.size());
  message.id = in.u16();
  uint16_t flags = in.u16();
  uint16_t questions = in.u16(), answers = in.u16();
  in.u32();
  if (!in.ok()) return false;
  message.response = flags & 0x8000;
  message.opcode = flags >> 11 & 15;
  message.authoritative = flags & 0x0400;
  message.truncated = flags & 0x0200;
  message.rcode = flags & 15;
  // A datagram that TC says was cut by the server may end in the middle of a record.
  bool short_is_fine = cut || message.truncated;
  if (questions > kMaxQuestions) return false;
  for (uint16_t i = 0; i < questions; i++) {
    DnsQuestion question;
    question.name = in.name();
    question.type = in.u16();
    question.klass = in.u16();
    if (!in.ok()) return short_is_fine && in.ran_out();
    message.questions.push_back(std::move(question));
  }
  for (uint16_t i = 0; i < answers; i++) {
    if (i == kMaxAnswers) return true;
    DnsRecord record;
    record.name = in.name();
    record.type = in.u16();
    record.klass = in.u16();
    record.ttl = in.u32();
    Reader data = in.part(in.u16());
    if (!in.ok()) return short_is_fine && in.ran_out();
    record.data = data_text(record.type, data);
    // The record's own length is final: what does not fit into it, or is left over, is wrong.
    if (!data.ok() || data.left()) return false;
    message.answers.push_back(std::move(record));
  }
  message.complete = true;
  return true;
}

std::string dns_type_name(uint16_t type) {
  switch (type) {
    case kA: return "A";
    case kNs: return "NS";
    case kCname: return "CNAME";
    case kSoa: return "SOA";
    case 10: return "NULL";
    case kPtr: return "PTR";
    case 13: return "HINFO";
    case kMx: return "MX";
    case kTxt: return "TXT";
    case 24: return "SIG";
    case 25: return "KEY";
    case kAaaa: return "AAAA";
    case 29: return "LOC";
    case kSrv: return "SRV";
    case 35: return "NAPTR";
    case kDname: return "DNAME";
    case 41: return "OPT";
    case 43: return "DS";
    case 44: return "SSHFP";
    case 46: return "RRSIG";
    case 47: return "NSEC";
    case 48: return "DNSKEY";
    case 50: return "NSEC3";
    case 52: return "TLSA";
    case kSvcb: return "SVCB";
    case kHttps: return "HTTPS";
    case 99: return "SPF";
    case 249: return "TKEY";
    case 250: return "TSIG";
    case 251: return "IXFR";
    case 252: return "AXFR";
    case 255: return "ANY";
    case 256: return "URI";
    case kCaa: return "CAA";
    default: return "TYPE" + std::to_string(type);
  }
}

std::string dns_rcode_name(uint8_t rcode) {
  static const char* const names[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"};
  return rcode < std::size(names) ? names[rcode] : "RCODE" + std::to_string(rcode);
}

std::string dns_class_name(uint16_t klass) {
  switch (klass) {
    case 1: return "IN";
    case 3: return "CH";
    case 4: return "HS";
    case 254: return "NONE";
    case 255: return "ANY";
    default: return "CLASS" + std::to_string(klass);
  }
}

std::string dns_lower(std::string_view name) {
  std::string lower(name);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

}  // namespace shrike::sensor
