#include "dns_events.h"

#include <bpf/bpf.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

#include "loader.h"
#include "text.h"

namespace shrike::sensor {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

std::string answers_json(const DnsMessage& message) {
  std::string json = "[";
  for (const DnsRecord& answer : message.answers) {
    if (json.size() > 1) json += ',';
    append_json_string(json, answer.data);
  }
  return json + "]";
}

std::string records_json(const DnsMessage& message) {
  std::string json = "[";
  for (const DnsRecord& answer : message.answers) {
    json += json.size() > 1 ? ",{\"name\":" : "{\"name\":";
    append_json_string(json, answer.name);
    json += ",\"type\":\"" + dns_type_name(answer.type) + "\",\"ttl\":" + std::to_string(answer.ttl) + ",\"data\":";
    append_json_string(json, answer.data);
    json += '}';
  }
  return json + "]";
}

std::string joined(const DnsMessage& message) {
  std::string text;
  for (const DnsRecord& answer : message.answers) {
    if (!text.empty()) text += ';';
    text += answer.data;
  }
  return text;
}

}  // namespace

DnsEvents::DnsEvents(std::vector<std::string>& problems)
    : events_("dns_lookup_events", problems), lost_(Counters::instance().get("dns_lookup_events", "lost_decode")) {
#define COLUMN(name) c_.name = events_.column(#name)
  COLUMN(name); COLUMN(type); COLUMN(type_id); COLUMN(status); COLUMN(response); COLUMN(action); COLUMN(name_sent); COLUMN(rcode); COLUMN(answers);
  COLUMN(records); COLUMN(id); COLUMN(server_address); COLUMN(server_port); COLUMN(local_address); COLUMN(local_port); COLUMN(protocol); COLUMN(latency);
  COLUMN(authoritative); COLUMN(truncated); COLUMN(error); COLUMN(uptime); COLUMN(net_namespace);
#undef COLUMN
  c_.klass = events_.column("class");
}

std::vector<Handler::Type> DnsEvents::types() const { return {{SK_DNS, "dns_lookup_events"}}; }

std::string DnsEvents::loaded(Loader& loader, const SensorOptions& options) {
  int map = loader.map("sk_dns_ports");
  if (map < 0) return {};  // the object did not load, which the loader says
  sk_dns_ports ports{};
  for (size_t i = 0; i < options.dns_ports.size() && i < SK_DNS_PORTS; i++) ports.port[i] = options.dns_ports[i];
  uint32_t zero = 0;
  return bpf_map_update_elem(map, &zero, &ports, BPF_ANY) == 0 ? std::string{} : std::string("the ports of name servers cannot be set: ") + strerror(errno);
}

void DnsEvents::handle(const sk_event& event, size_t length, Context& context) {
  const auto& record = reinterpret_cast<const sk_dns&>(event);
  if (length < sizeof(record) || record.data_len > length - sizeof(record) || record.data_len > record.length) {
    lost_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  if (!record.known && !nobody_.context) {
    // Connections to name servers that were there before the programs were: whose, is not known.
    nobody_.image = std::make_shared<const Image>();
    nobody_.context = context.tree.unique_context();
  }
  Process& process = record.known ? owners_.of(event, context) : nobody_;
  std::string_view data(reinterpret_cast<const char*>(&record + 1), record.data_len);
  if (record.protocol != IPPROTO_TCP) {
    report(record, data, event.flags & SK_CUT, process, context);
    return;
  }
  DnsStreams::Segment segment{record.socket * 2 + ((event.flags & SK_OUTGOING) != 0), record.sequence, record.length, data};
  bool whole = streams_.add(segment, [&](std::string_view bytes, bool cut) { report(record, bytes, cut, process, context); });
  if (!whole) {
    lost_.fetch_add(1, std::memory_order_relaxed);
    row(record, nullptr, 0, "malformed", process, context);
  }
}

void DnsEvents::report(const sk_dns& record, std::string_view bytes, bool cut, Process& process, Context& context) {
  bool good = parse_dns(bytes, cut, message_);
  const char* problem = !good ? "malformed" : message_.complete ? nullptr : "incomplete";
  if (bytes.size() < 12) return row(record, nullptr, 0, problem, process, context);
  size_t rows = std::max<size_t>(message_.questions.size(), 1);
  for (size_t i = 0; i < rows; i++) row(record, &message_, i, problem, process, context);
}

std::optional<uint64_t> DnsEvents::latency(const sk_dns& record, const DnsMessage& message) {
  Asked& asked = asked_[((record.socket * 0x9e3779b97f4a7c15ull >> 40) ^ message.id) % asked_.size()];
  if (!message.response) {
    asked = {record.socket, record.e.ktime, message.id};
    return std::nullopt;
  }
  if (!asked.when || asked.socket != record.socket || asked.id != message.id || record.e.ktime < asked.when) return std::nullopt;
  return record.e.ktime - asked.when;
}

void DnsEvents::row(const sk_dns& record, const DnsMessage* message, size_t question, const char* problem, Process& process, Context& context) {
  store::RowWriter& row = events_.begin(record.e, process, context);
  row.set_int(c_.uptime, static_cast<int64_t>(record.e.ktime) / kSecond);
  if (message) {
    row.set_text(c_.action, message->response ? "response" : "query");
    if (question < message->questions.size()) {
      const DnsQuestion& asked = message->questions[question];
      row.set_text(c_.name, dns_lower(asked.name));
      row.set_text(c_.name_sent, asked.name);
      row.set_text(c_.type, dns_type_name(asked.type));
      row.set_int(c_.type_id, asked.type);
      row.set_text(c_.klass, dns_class_name(asked.klass));
    }
    row.set_int(c_.id, message->id);
    if (std::optional<uint64_t> ns = latency(record, *message)) row.set_int(c_.latency, static_cast<int64_t>(*ns));
    if (message->response) {
      row.set_int(c_.status, message->rcode);
      row.set_text(c_.rcode, dns_rcode_name(message->rcode));
      row.set_int(c_.authoritative, message->authoritative);
      row.set_int(c_.truncated, message->truncated);
      row.set_text(c_.answers, answers_json(*message));
      row.set_text(c_.records, records_json(*message));
      row.set_text(c_.response, joined(*message));
    }
  } else {
    row.set_text(c_.action, record.e.flags & SK_OUTGOING ? "query" : "response");
  }
  bool ipv6 = record.family == AF_INET6;
  row.set_text(c_.server_address, addresses_.of(record.remote, ipv6).text());
  row.set_int(c_.server_port, record.remote_port);
  row.set_text(c_.local_address, addresses_.of(record.local, ipv6).text());
  row.set_int(c_.local_port, record.local_port);
  row.set_text(c_.protocol, record.protocol == IPPROTO_TCP ? "tcp" : "udp");
  if (problem) row.set_text(c_.error, problem);
  if (record.net_ns) row.set_int(c_.net_namespace, record.net_ns);
  events_.commit();
}

}  // namespace shrike::sensor
