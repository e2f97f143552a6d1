// dns_lookup_events: what is asked of name servers, and what they answer.
#pragma once

#include <array>
#include <optional>

#include "../../bpf/include/socket_event.h"
#include "addresses.h"
#include "dns_message.h"
#include "dns_stream.h"
#include "handler.h"
#include "owners.h"

namespace shrike::sensor {

class DnsEvents : public Handler {
 public:
  explicit DnsEvents(std::vector<std::string>& problems);
  std::vector<Type> types() const override;
  std::string loaded(Loader& loader, const SensorOptions& options) override;
  void handle(const sk_event& event, size_t length, Context& context) override;
  void end_batch() override { events_.release(); }

 private:
  // One message: a row for each of its questions, or one if it has none that can be read. `problem` is null when all is well.
  void report(const sk_dns& record, std::string_view bytes, bool cut, Process& process, Context& context);
  void row(const sk_dns& record, const DnsMessage* message, size_t question, const char* problem, Process& process, Context& context);
  std::optional<uint64_t> latency(const sk_dns& record, const DnsMessage& message);

  // When a question was sent. Looked up by socket and id; one that is overwritten loses its latency and nothing else.
  struct Asked {
    uint64_t socket = 0, when = 0;
    uint16_t id = 0;
  };

  EventTable events_;
  Owners owners_{0};
  Addresses addresses_;
  DnsStreams streams_;
  DnsMessage message_;
  std::array<Asked, 4096> asked_{};
  Process nobody_;
  std::atomic<uint64_t>& lost_;
  struct {
    int name, type, type_id, status, response, action, name_sent, klass, rcode, answers, records, id, server_address, server_port, local_address, local_port, protocol,
        latency, authoritative, truncated, error, uptime, net_namespace;
  } c_;
};

}  // namespace shrike::sensor
