#include "io_uring_events.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "file_flags.h"
#include "io_uring_names.h"

namespace shrike::sensor {
namespace {

constexpr uint64_t kPatience = 10'000'000'000;  // ns
constexpr size_t kMaxWaiting = 16384;
constexpr uint32_t kWrites = 2;                 // FMODE_WRITE
constexpr uint32_t kCreated = 0x100000;         // FMODE_CREATED

enum : uint8_t { kAccept = 13, kConnect = 16, kOpenat = 18, kOpenat2 = 28, kRename = 35, kUnlink = 36, kMkdir = 37, kSymlink = 38, kLink = 39, kFsetxattr = 41, kSetxattr = 42, kSocket = 45, kFtruncate = 55, kBind = 56 };

sk_file_op file_op(const sk_io_uring& submission) {
  switch (submission.opcode) {
    case kOpenat:
    case kOpenat2: return (submission.flags & O_ACCMODE) == O_RDONLY ? SK_FILE_READ : SK_FILE_OPEN;
    case kRename: return SK_FILE_RENAME;
    case kUnlink: return submission.flags & AT_REMOVEDIR ? SK_FILE_RMDIR : SK_FILE_UNLINK;
    case kMkdir: return SK_FILE_MKDIR;
    case kSymlink: return SK_FILE_SYMLINK;
    case kLink: return SK_FILE_LINK;
    case kSetxattr: return SK_FILE_SETXATTR;
    default: return SK_FILE_NONE;  // those on descriptors have no name to show
  }
}

const char* family_name(uint32_t family) {
  switch (family) {
    case AF_UNIX: return "unix";
    case AF_INET: return "inet";
    case AF_INET6: return "inet6";
    case AF_NETLINK: return "netlink";
    case AF_PACKET: return "packet";
    case 40: return "vsock";
    default: return nullptr;
  }
}

// Fills text and port; the text stays empty for what has none.
void address_of(const sk_io_uring& record, std::string& text, int& port) {
  char buffer[INET6_ADDRSTRLEN];
  port = -1;
  if (record.family == AF_INET && record.address_len >= sizeof(sockaddr_in)) {
    sockaddr_in address;
    memcpy(&address, record.address, sizeof(address));
    text = inet_ntop(AF_INET, &address.sin_addr, buffer, sizeof(buffer));
    port = ntohs(address.sin_port);
  } else if (record.family == AF_INET6 && record.address_len >= 24) {
    sockaddr_in6 address{};
    memcpy(&address, record.address, std::min<size_t>(sizeof(address), record.address_len));
    bool mapped = IN6_IS_ADDR_V4MAPPED(&address.sin6_addr);
    text = mapped ? inet_ntop(AF_INET, address.sin6_addr.s6_addr + 12, buffer, sizeof(buffer)) : inet_ntop(AF_INET6, &address.sin6_addr, buffer, sizeof(buffer));
    port = ntohs(address.sin6_port);
  } else if (record.family == AF_UNIX && record.address_len > 2) {
    const char* path = reinterpret_cast<const char*>(record.address) + 2;
    size_t length = record.address_len - 2u;
    // An abstract name begins with NUL and is shown with an @.
    text = path[0] ? std::string(path, strnlen(path, length)) : "@" + std::string(path + 1, strnlen(path + 1, length - 1));
  }
}

}  // namespace

IoUringEvents::IoUringEvents(std::vector<std::string>& problems, FileEvents& files) : table_("io_uring_events", problems), files_(files) {
#define COLUMN(name) c_.name = table_.column(#name)
  COLUMN(operation); COLUMN(opcode); COLUMN(fd); COLUMN(fixed_file); COLUMN(path); COLUMN(dest_path); COLUMN(cwd); COLUMN(family); COLUMN(remote_address);
  COLUMN(remote_port); COLUMN(flags); COLUMN(mode); COLUMN(size); COLUMN(result); COLUMN(success); COLUMN(error); COLUMN(user_data); COLUMN(ring); COLUMN(sqpoll);
  COLUMN(path_source);
#undef COLUMN
  // `path` is the executable's in most event tables; here it is the file's, as in process_file_events.
}

std::vector<Handler::Type> IoUringEvents::types() const { return {{SK_IO_URING, "io_uring_events"}, {SK_IO_URING_DONE, "io_uring_completions"}}; }

void IoUringEvents::handle(const sk_event& event, size_t length, Context& context) {
  if (length < sizeof(sk_io_uring)) {
    Counters::instance().get("io_uring_events", "lost_decode").fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const auto& record = reinterpret_cast<const sk_io_uring&>(event);
  latest_ = std::max<uint64_t>(latest_, event.ktime);
  switch (record.phase) {
    case SK_RING_SETUP: write(record, length, nullptr, 0, context); break;
    case SK_RING_SUBMIT: submitted(record, length, context); break;
    case SK_RING_COMPLETE: completed(record, length, context); break;
  }
  expire(latest_, context);
}

void IoUringEvents::end_batch() { table_.release(); }

void IoUringEvents::submitted(const sk_io_uring& record, size_t length, Context& context) {
  Key key{record.ring, record.request};
  // The address of a request is used again; one that still waits under it has ended without our seeing it.
  if (auto before = waiting_.extract(key); before && !(reinterpret_cast<const sk_io_uring*>(before.mapped().data())->opcode == kAccept)) {
    write(*reinterpret_cast<const sk_io_uring*>(before.mapped().data()), before.mapped().size(), nullptr, 0, context);
  }
  waiting_[key].assign(reinterpret_cast<const char*>(&record), length);
  by_user_data_[{record.ring, record.user_data}] = record.request;
  order_.emplace_back(record.e.ktime, key);
}

void IoUringEvents::completed(const sk_io_uring& record, size_t length, Context& context) {
  Key key{record.ring, record.request};
  auto at = waiting_.find(key);
  if (at == waiting_.end()) {
    auto by = by_user_data_.find({record.ring, record.user_data});
    if (by == by_user_data_.end()) return;
    at = waiting_.find({record.ring, by->second});
    if (at == waiting_.end()) return;
  }
  std::string submission = record.seen & SK_RING_MORE ? at->second : std::move(waiting_.extract(at).mapped());
  const auto& began = *reinterpret_cast<const sk_io_uring*>(submission.data());
  write(began, submission.size(), &record, length, context);
  if (!(record.seen & SK_RING_MORE)) by_user_data_.erase({began.ring, began.user_data});
}

void IoUringEvents::expire(uint64_t now, Context& context) {
  while (!order_.empty() && (order_.front().first + kPatience < now || order_.size() > kMaxWaiting)) {
    auto [when, key] = order_.front();
    order_.pop_front();
    auto at = waiting_.find(key);
    if (at == waiting_.end()) continue;
    const auto& record = *reinterpret_cast<const sk_io_uring*>(at->second.data());
    if (record.e.ktime != when) continue;
    // To wait for connections is what accept does.
    if (record.opcode == kAccept && order_.size() <= kMaxWaiting) continue;
    auto ended = waiting_.extract(at);
    by_user_data_.erase({record.ring, record.user_data});
    write(record, ended.mapped().size(), nullptr, 0, context);
  }
}

IoUringEvents::Names IoUringEvents::names_of(const sk_io_uring& submission, size_t length) const {
  Strings strings(submission.e, sizeof(submission), length);
  Names names;
  bool cut = submission.e.flags & SK_PATH_TRUNCATED;
  std::string root, base, dest_base;
  turn_round(root, strings.take(submission.root_len), false);
  turn_round(names.cwd, strings.take(submission.cwd_len), submission.e.flags & SK_CWD_TRUNCATED);
  turn_round(base, strings.take(submission.base_len), cut);
  resolve_path(names.path, strings.take_string(submission.path_len), root, submission.seen & SK_RING_BASE ? base : names.cwd);
  turn_round(dest_base, strings.take(submission.dest_base_len), cut);
  std::string_view dest = strings.take_string(submission.dest_len);
  if (submission.opcode == kSymlink) {
    names.dest = dest;
  } else {
    resolve_path(names.dest, dest, root, submission.seen & SK_RING_DEST_BASE ? dest_base : names.cwd);
  }
  names.attribute = strings.take_string(submission.name_len);
  names.partial = cut;
  return names;
}

void IoUringEvents::write(const sk_io_uring& submission, size_t length, const sk_io_uring* done, size_t done_length, Context& context) {
  bool setup = submission.phase == SK_RING_SETUP;
  Names names = names_of(submission, length);
  bool opens = submission.opcode == kOpenat || submission.opcode == kOpenat2, known_path = false;
  if (!setup && opens && done && done->result >= 0 && !(submission.seen & SK_RING_DIRECT) && done->seen & SK_RING_FILE) {
    Strings strings(done->e, sizeof(*done), done_length);
    turn_round(names.path, strings.take(done->path_len), done->e.flags & SK_PATH_TRUNCATED);
    names.partial = done->e.flags & SK_PATH_TRUNCATED;
    known_path = true;
  }
  std::optional<FileEvents::Seen> seen = setup ? std::nullopt : files_.take_request(submission.request, file_op(submission));
  if (seen) {
    names.path = seen->path;
    if (!seen->dest.empty()) names.dest = seen->dest;
    names.partial = seen->partial;
  }
  store::RowWriter& row = table_.begin(submission.e, context.tree.resolve(submission.e), context);
  row.set_int(c_.ring, static_cast<int64_t>(submission.ring));
  row.set_text(c_.operation, setup ? "setup" : ring_operation(submission.opcode));
  if (submission.seen & SK_RING_FD) {
    row.set_int(c_.fd, submission.fd);
    if (!setup) row.set_int(c_.fixed_file, (submission.seen & SK_RING_FIXED) != 0);
  }
  bool polled = setup ? submission.flags & 2 : submission.seen & SK_RING_SQPOLL;
  row.set_int(c_.sqpoll, polled);
  if (setup) {
    row.set_text(c_.flags, ring_setup_flags(static_cast<uint32_t>(submission.flags)));
    row.set_int(c_.size, submission.mode);
    row.set_int(c_.result, submission.fd);
    row.set_int(c_.success, 1);
    row.set_int(c_.error, 0);
    table_.commit();
    return;
  }
  row.set_int(c_.opcode, submission.opcode);
  row.set_int(c_.user_data, static_cast<int64_t>(submission.user_data));
  row.set_text(c_.cwd, names.cwd);
  if (!names.path.empty()) {
    row.set_text(c_.path, names.path);
    row.set_text(c_.path_source, known_path || seen ? "kernel" : "argument");
  }
  if (!names.dest.empty()) row.set_text(c_.dest_path, names.dest);
  if (const char* family = family_name(submission.family)) row.set_text(c_.family, family);
  std::string address;
  int port = -1;
  if (submission.opcode == kConnect || submission.opcode == kBind) address_of(submission, address, port);
  if (!address.empty()) row.set_text(c_.remote_address, address);
  if (port >= 0) row.set_int(c_.remote_port, port);
  sk_file_op op = file_op(submission);
  if (op != SK_FILE_NONE) {
    row.set_text(c_.flags, file_flags(op, static_cast<uint32_t>(submission.flags)));
  } else if (submission.flags) {
    row.set_text(c_.flags, std::to_string(submission.flags));
  }
  if (submission.opcode == kMkdir || (opens && submission.flags & O_CREAT)) {
    char mode[8];
    snprintf(mode, sizeof(mode), "%04o", submission.mode & 07777u);
    row.set_text(c_.mode, mode);
  }
  if (submission.size) row.set_int(c_.size, submission.size);
  if (done) {
    row.set_int(c_.result, done->result);
    row.set_int(c_.success, done->result >= 0);
    row.set_int(c_.error, done->result < 0 ? -done->result : 0);
  }
  table_.commit();
  if (op != SK_FILE_NONE) write_file(submission, done, names, known_path, seen, context);
}

void IoUringEvents::write_file(const sk_io_uring& submission, const sk_io_uring* done, const Names& names, bool known_path, const std::optional<FileEvents::Seen>& seen,
                               Context& context) {
  FileAct act;
  act.op = file_op(submission);
  act.error = done && done->result < 0 ? -done->result : 0;
  bool opens = act.op == SK_FILE_READ || act.op == SK_FILE_OPEN;
  bool made = known_path && done->flags & kCreated;
  if (act.op == SK_FILE_OPEN && (made || (!known_path && submission.flags & O_CREAT))) act.op = SK_FILE_CREATE;
  // The rules of the table: what is not watched is left out when it is only read, is no file of a file system, or failed in a common way.
  if (opens && !files_.watched(names.path)) {
    if (act.op == SK_FILE_READ) return;
    if (known_path && (done->seen & SK_RING_DEVICE || !(done->flags & kWrites))) return;
    if (act.error && act.error != EACCES && act.error != EPERM && act.error != EROFS && act.error != ETXTBSY) return;
  }
  if (act.error == EEXIST && (act.op == SK_FILE_MKDIR || act.op == SK_FILE_SYMLINK || act.op == SK_FILE_LINK)) return;
  act.path = names.path;
  act.dest = names.dest;
  act.has_dest = !names.dest.empty();
  act.cwd = names.cwd;
  act.attribute = names.attribute;
  act.syscall = ring_operation(submission.opcode);
  act.from_kernel = known_path || seen;
  act.partial = names.partial;
  act.io_uring = true;
  act.flags = static_cast<uint32_t>(submission.flags);
  if (act.op == SK_FILE_MKDIR) act.mode = submission.mode;
  if (known_path) {
    act.inode = static_cast<int64_t>(done->inode);
    act.device = done->dev;
    act.size = done->size;
    act.mode = done->mode;
    act.fstype = {done->fstype, strnlen(done->fstype, sizeof(done->fstype))};
  }
  if (seen) {
    act.inode = static_cast<int64_t>(seen->inode);
    act.device = seen->device;
    act.fstype = seen->fstype;
    if (act.inode && act.op != SK_FILE_MKDIR) act.mode = seen->mode;
    if (act.inode) act.size = seen->size;
  }
  // So that what the kernel produced and what was stored still add up for that table.
  static std::atomic<uint64_t>& produced = Counters::instance().get("process_file_events", "produced");
  produced.fetch_add(1, std::memory_order_relaxed);
  files_.write(submission.e, context.tree.resolve(submission.e), act, context);
}

}  // namespace shrike::sensor
