// socket_events: who connects to what, who listens, and how much went over it.
#pragma once

#include <array>

#include "../../bpf/include/socket_event.h"
#include "addresses.h"
#include "handler.h"
#include "owners.h"

namespace shrike::sensor {

class SocketEvents : public Handler {
 public:
  explicit SocketEvents(std::vector<std::string>& problems);
  std::vector<Type> types() const override;
  void handle(const sk_event& event, size_t length, Context& context) override;
  void end_batch() override { events_.release(); }

 private:
  EventTable events_;
  Owners owners_{1024};
  Addresses addresses_;
  // Texts that there are few of, each with where its column's dictionary has it.
  struct Word {
    std::string_view text;
    store::TextId known;
  };
  static void set(store::RowWriter& row, int column, Word& word) {
    if (!word.text.empty()) row.set_text(column, word.text, word.known);
  }
  std::array<Word, 7> actions_;    // by enum sk_socket_action
  std::array<Word, 11> types_;     // by SOCK_*
  Word succeeded_{"succeeded", {}}, failed_{"failed", {}}, in_progress_{"in_progress", {}}, incoming_{"incoming", {}}, outgoing_{"outgoing", {}};
  std::atomic<uint64_t>& lost_;
  struct {
    int action, fd, family, protocol, local_address, remote_address, local_port, remote_port, socket, uptime, success, status, type, error, bytes_sent,
        bytes_received, duration, direction, io_uring, net_namespace;
  } c_;
};

}  // namespace shrike::sensor
