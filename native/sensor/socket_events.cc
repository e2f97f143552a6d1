#include "socket_events.h"

#include <cerrno>
#include <sys/socket.h>

#include "text.h"

namespace shrike::sensor {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

}  // namespace

SocketEvents::SocketEvents(std::vector<std::string>& problems)
    : events_("socket_events", problems),
      actions_{{{}, {"socket", {}}, {"bind", {}}, {"listen", {}}, {"connect", {}}, {"accept", {}}, {"close", {}}}},
      types_{{{}, {"stream", {}}, {"dgram", {}}, {"raw", {}}, {"rdm", {}}, {"seqpacket", {}}, {"dccp", {}}, {}, {}, {}, {"packet", {}}}},
      lost_(Counters::instance().get("socket_events", "lost_decode")) {
#define COLUMN(name) c_.name = events_.column(#name)
  COLUMN(action); COLUMN(fd); COLUMN(family); COLUMN(protocol); COLUMN(local_address); COLUMN(remote_address); COLUMN(local_port); COLUMN(remote_port);
  COLUMN(socket); COLUMN(uptime); COLUMN(success); COLUMN(status); COLUMN(type); COLUMN(error); COLUMN(bytes_sent); COLUMN(bytes_received);
  COLUMN(duration); COLUMN(direction); COLUMN(io_uring); COLUMN(net_namespace);
#undef COLUMN
}

std::vector<Handler::Type> SocketEvents::types() const { return {{SK_SOCKET, "socket_events"}}; }

void SocketEvents::handle(const sk_event& event, size_t length, Context& context) {
  const auto& record = reinterpret_cast<const sk_socket&>(event);
  if (length < sizeof(record) || record.action == 0 || record.action >= actions_.size()) {
    lost_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  Process& process = event.flags & SK_OWNED ? owners_.of(event, context) : context.tree.resolve(event);
  if (record.action != SK_ACT_CLOSE) owners_.keep(process);
  store::RowWriter& row = events_.begin(event, process, context);
  set(row, c_.action, actions_[record.action]);
  if (record.fd >= 0) row.set_int(c_.fd, record.fd);
  row.set_int(c_.family, record.family);
  row.set_int(c_.protocol, record.protocol);
  row.set_int(c_.uptime, static_cast<int64_t>(event.ktime) / kSecond);
  // The end of a connection is no failure; its error says why it ended.
  bool done = record.error == 0 || record.action == SK_ACT_CLOSE;
  row.set_int(c_.success, done);
  set(row, c_.status, done ? succeeded_ : record.error == EINPROGRESS ? in_progress_ : failed_);
  row.set_int(c_.error, record.error);
  if (record.type < types_.size()) set(row, c_.type, types_[record.type]);
  if (event.flags & SK_OUTGOING) set(row, c_.direction, outgoing_);
  if (event.flags & SK_INCOMING) set(row, c_.direction, incoming_);
  row.set_int(c_.io_uring, (event.flags & SK_IO_URING_TASK) != 0);
  if (record.net_ns) row.set_int(c_.net_namespace, record.net_ns);
  if ((record.family == AF_INET || record.family == AF_INET6) && record.action != SK_ACT_SOCKET) {
    bool ipv6 = record.family == AF_INET6;
    Address& local = addresses_.of(record.local, ipv6);
    row.set_text(c_.local_address, local.text(), local.as_local);
    row.set_int(c_.local_port, record.local_port);
    if (record.remote_port) {
      Address& remote = addresses_.of(record.remote, ipv6);
      row.set_text(c_.remote_address, remote.text(), remote.as_remote);
      row.set_int(c_.remote_port, record.remote_port);
    }
    if (record.action == SK_ACT_CLOSE) {
      row.set_int(c_.bytes_sent, static_cast<int64_t>(record.sent));
      row.set_int(c_.bytes_received, static_cast<int64_t>(record.received));
      row.set_int(c_.duration, static_cast<int64_t>(record.duration));
    }
  } else if (record.family == AF_UNIX && record.path_len) {
    Strings strings(event, sizeof(record), length);
    std::string_view name = strings.take(record.path_len);
    if (event.flags & SK_KERNEL_PATH) {
      row.set_text(c_.socket, path_of_walk(name, event.flags & SK_PATH_TRUNCATED));
    } else if (name[0] == '\0') {
      // An abstract name has every byte it was given, NULs too; shown as other tools show it.
      std::string text(name);
      for (char& c : text)
        if (c == '\0') c = '@';
      row.set_text(c_.socket, text);
    } else {
      row.set_text(c_.socket, name.substr(0, name.find('\0')));
    }
  }
  events_.commit();
}

}  // namespace shrike::sensor
