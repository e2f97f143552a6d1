// SPDX-License-Identifier: Apache-2.0
// Throws made and mutilated DNS messages at the parser and at the stream reader. Run, with the sanitizers, by dns_message.test.ts.
//
//   dns_property fuzz SEED ROUNDS     properties; prints the first that does not hold and exits with 1
//   dns_property parse [cut] HEX      prints what is in a message, as one line of JSON
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "../../native/sensor/dns_message.h"
#include "../../native/sensor/dns_stream.h"
#include "../../native/sensor/text.h"

using namespace shrike::sensor;
using std::string;

namespace {

std::mt19937_64 random_bits;
size_t below(size_t limit) { return random_bits() % limit; }

[[noreturn]] void fail(const char* what, const string& bytes) {
  fprintf(stderr, "%s:", what);
  for (char c : bytes) fprintf(stderr, " %02x", static_cast<uint8_t>(c));
  fprintf(stderr, "\n");
  exit(1);
}

void put16(string& out, unsigned value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value);
}

// Writes messages that are right, and keeps what a reader must find in them.
struct Maker {
  string bytes;
  DnsMessage want;
  std::vector<std::pair<size_t, string>> names;  // where a name begins, and its text

  string label() {
    string text;
    for (size_t i = 0, n = 1 + below(12); i < n; i++) text += static_cast<char>('a' + below(26) - (below(4) ? 0 : 32));
    return text;
  }
  // Some labels, and then the end or a pointer to a name that was written before.
  string name() {
    size_t begin = bytes.size();
    string text;
    for (size_t i = 0, n = below(4); i < n; i++) {
      string one = label();
      bytes += static_cast<char>(one.size());
      bytes += one;
      text += (text.empty() ? "" : ".") + one;
    }
    if (!names.empty() && below(2)) {
      auto& [at, rest] = names[below(names.size())];
      if (at < 0x3fff && text.size() + rest.size() < 200) {
        put16(bytes, 0xc000 | static_cast<unsigned>(at));
        text += (text.empty() || rest.empty() ? "" : ".") + rest;
        names.emplace_back(begin, text);
        return text.empty() ? "." : text;
      }
    }
    bytes += '\0';
    names.emplace_back(begin, text);
    return text.empty() ? "." : text;
  }

  explicit Maker(bool response) {
    want.id = static_cast<uint16_t>(below(65536));
    want.response = response;
    size_t questions = 1 + below(2), answers = response ? below(6) : 0;
    put16(bytes, want.id);
    put16(bytes, response ? 0x8180 : 0x0100);
    put16(bytes, static_cast<unsigned>(questions));
    put16(bytes, static_cast<unsigned>(answers));
    put16(bytes, 0);
    put16(bytes, 0);
    for (size_t i = 0; i < questions; i++) {
      DnsQuestion question;
      question.name = name();
      question.type = static_cast<uint16_t>(below(300));
      question.klass = 1;
      put16(bytes, question.type);
      put16(bytes, 1);
      want.questions.push_back(question);
    }
    for (size_t i = 0; i < answers; i++) {
      DnsRecord record;
      record.name = name();
      bool pointing = below(2);
      record.type = pointing ? 5 : 1;
      put16(bytes, record.type);
      put16(bytes, 1);
      put16(bytes, 0);
      put16(bytes, 300);
      size_t length_at = bytes.size();
      put16(bytes, 0);
      if (pointing) {
        record.data = name();
      } else {
        bytes += string("\xc0\x00\x02\x07", 4);
        record.data = "192.0.2.7";
      }
      size_t length = bytes.size() - length_at - 2;
      bytes[length_at] = static_cast<char>(length >> 8);
      bytes[length_at + 1] = static_cast<char>(length);
      want.answers.push_back(record);
    }
  }
};

void same(const DnsMessage& got, const DnsMessage& want, const string& bytes) {
  bool equal = got.id == want.id && got.response == want.response && got.questions.size() == want.questions.size() && got.answers.size() == want.answers.size();
  for (size_t i = 0; equal && i < want.questions.size(); i++)
    equal = got.questions[i].name == want.questions[i].name && got.questions[i].type == want.questions[i].type;
  for (size_t i = 0; equal && i < want.answers.size(); i++)
    equal = got.answers[i].name == want.answers[i].name && got.answers[i].data == want.answers[i].data;
  if (!equal) fail("read otherwise than written", bytes);
}

void bounded(const DnsMessage& message, const string& bytes) {
  // 255 bytes of name are at most 255 escapes of four characters.
  for (auto& question : message.questions)
    if (question.name.size() > 1020) fail("a name without bound", bytes);
  for (auto& answer : message.answers)
    if (answer.name.size() > 1020 || answer.data.size() > 4 * 65536 + 100) fail("data without bound", bytes);
  if (message.questions.size() > 16 || message.answers.size() > 256) fail("counts without bound", bytes);
}

void messages() {
  Maker made(below(2));
  DnsMessage message;
  if (!parse_dns(made.bytes, false, message) || !message.complete) fail("refused what is right", made.bytes);
  same(message, made.want, made.bytes);

  string part = made.bytes.substr(0, below(made.bytes.size()));
  if (parse_dns(part, false, message)) fail("took a part for the whole", part);
  if (part.size() >= 12 && (!parse_dns(part, true, message) || message.complete)) fail("a cut message is not malformed", part);
  bounded(message, part);

  string wrong = made.bytes;
  for (size_t i = 0, n = 1 + below(8); i < n; i++) wrong[below(wrong.size())] = static_cast<char>(below(4) ? random_bits() : 0xc0 | below(4));
  parse_dns(wrong, below(2), message);
  bounded(message, wrong);

  string noise;
  for (size_t i = 0, n = below(300); i < n; i++) noise += static_cast<char>(random_bits());
  parse_dns(noise, below(2), message);
  bounded(message, noise);
}

// However a stream is cut into segments, and whichever of them come twice, the same messages come out.
void streams() {
  static DnsStreams reader;
  static uint64_t stream = 0;
  std::vector<string> wanted, got;
  string bytes;
  for (size_t i = 0, n = 1 + below(4); i < n; i++) {
    wanted.push_back(Maker(true).bytes);
    put16(bytes, static_cast<unsigned>(wanted.back().size()));
    bytes += wanted.back();
  }
  stream++;
  auto first = static_cast<uint32_t>(random_bits());
  size_t lost_after = below(10) ? bytes.size() : below(bytes.size());
  for (size_t at = 0; at < bytes.size();) {
    size_t from = at - (below(4) ? 0 : below(at + 1)), length = at - from + 1 + below(bytes.size() - at);
    if (at > 0 && at >= lost_after) {
      // A hole: the stream is given up once, and nothing comes out of it any more.
      size_t before = got.size();
      auto keep = [&](std::string_view message, bool) { got.emplace_back(message); };
      if (reader.add({stream, first + static_cast<uint32_t>(at) + 1, 5, "abcde"}, keep)) fail("a hole went unseen", bytes);
      if (!reader.add({stream, first + static_cast<uint32_t>(at), 5, "abcde"}, keep) || got.size() != before) fail("a stream went on after it was given up", bytes);
      return;
    }
    bool whole = reader.add({stream, first + static_cast<uint32_t>(from), static_cast<uint32_t>(length), std::string_view(bytes).substr(from, length)},
                            [&](std::string_view message, bool cut) {
                              if (cut) fail("cut without need", bytes);
                              got.emplace_back(message);
                            });
    if (!whole) fail("a stream was given up without need", bytes);
    at = from + length;
  }
  if (got != wanted) fail("a stream's messages are not what was sent", bytes);
  if (reader.size() > 256) fail("streams without bound", bytes);
}

// Segments of which only the beginning was captured: no message is made up, those before the first cut are whole.
void cut_streams() {
  static DnsStreams reader;
  static uint64_t stream = 0;
  std::vector<string> wanted;
  string bytes;
  for (size_t i = 0; i < 3; i++) {
    wanted.push_back(Maker(true).bytes);
    put16(bytes, static_cast<unsigned>(wanted.back().size()));
    bytes += wanted.back();
  }
  stream++;
  size_t next = 0, room = 1 + below(60);
  for (size_t at = 0; at < bytes.size();) {
    size_t length = 1 + below(bytes.size() - at);
    bool whole = reader.add({stream, static_cast<uint32_t>(at), static_cast<uint32_t>(length), std::string_view(bytes).substr(at, std::min(length, room))},
                            [&](std::string_view message, bool cut) {
                              while (next < wanted.size() && !wanted[next].starts_with(message)) next++;
                              if (next == wanted.size() || (!cut && wanted[next] != message)) fail("a message nobody sent", bytes);
                              next++;
                            });
    if (!whole) return;
    at += length;
  }
}

string json(const DnsMessage& message, bool good) {
  string out = string("{\"good\":") + (good ? "true" : "false") + ",\"complete\":" + (message.complete ? "true" : "false") +
               ",\"id\":" + std::to_string(message.id) + ",\"rcode\":\"" + dns_rcode_name(message.rcode) + "\",\"questions\":[";
  for (auto& question : message.questions) {
    if (&question != &message.questions.front()) out += ',';
    out += "[";
    append_json_string(out, question.name);
    out += ",\"" + dns_type_name(question.type) + "\",\"" + dns_class_name(question.klass) + "\"]";
  }
  out += "],\"answers\":[";
  for (auto& answer : message.answers) {
    if (&answer != &message.answers.front()) out += ',';
    out += "[";
    append_json_string(out, answer.name);
    out += ",\"" + dns_type_name(answer.type) + "\"," + std::to_string(answer.ttl) + ",";
    append_json_string(out, answer.data);
    out += "]";
  }
  return out + "]}";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && !strcmp(argv[1], "fuzz")) {
    random_bits.seed(strtoull(argv[2], nullptr, 10));
    for (long i = 0, rounds = atol(argv[3]); i < rounds; i++) {
      messages();
      streams();
      cut_streams();
    }
    return 0;
  }
  if (argc >= 3 && !strcmp(argv[1], "parse")) {
    string bytes;
    const char* hex = argv[argc - 1];
    for (size_t i = 0; i + 1 < strlen(hex); i += 2) bytes += static_cast<char>(strtol(string(hex + i, 2).c_str(), nullptr, 16));
    DnsMessage message;
    bool good = parse_dns(bytes, argc == 4, message);
    puts(json(message, good).c_str());
    return 0;
  }
  fprintf(stderr, "usage: dns_property fuzz SEED ROUNDS | parse [cut] HEX\n");
  return 2;
}
