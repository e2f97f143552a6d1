#include "file_events.h"

#include <bpf/bpf.h>
#include <cstring>

#include "file_calls.h"
#include "file_flags.h"
#include "loader.h"
#include "syscalls.h"
#include "text.h"

namespace shrike::sensor {
namespace {

constexpr size_t kMaxSeen = 65536;

constexpr const char* kOperations[SK_FILE_OP_MAX] = {"",        "open",  "create", "read",  "truncate", "rename",   "unlink",     "rmdir",
                                                     "link",    "symlink", "mkdir", "mknod", "chmod",    "chown",    "setxattr",   "removexattr"};

std::string_view fixed_string(const char* text, size_t size) { return {text, strnlen(text, size)}; }

}  // namespace

void turn_round(std::string& path, std::string_view walk, bool truncated) {
  path.clear();
  if (walk.empty() && !truncated) {
    path = "/";
    return;
  }
  if (truncated) path = "\u2026";
  size_t end = walk.size();
  while (end > 0) {
    size_t before = end > 1 ? walk.rfind('\0', end - 2) : std::string_view::npos;
    size_t begin = before == std::string_view::npos ? 0 : before + 1;
    path.append(1, '/').append(walk.substr(begin, end - 1 - begin));
    end = begin;
  }
  const std::string& own = own_root_path();
  if (own.empty() || truncated || !path.starts_with(own)) return;
  if (path.size() == own.size()) {
    path = "/";
  } else if (path[own.size()] == '/') {
    path.erase(0, own.size());
  }
}

void resolve_path(std::string& path, std::string_view given, const std::string& root, const std::string& folder) {
  if (given.empty()) {
    path.clear();
  } else if (given.starts_with('/')) {
    path = absolute_path(given, "/");
    if (root != "/") path = path == "/" ? root : root + path;
  } else {
    path = absolute_path(given, folder);
  }
}

FileEvents::FileEvents(std::vector<std::string>& problems) : table_("process_file_events", problems) {
#define COLUMN(name) c_.name = table_.column(#name)
  COLUMN(operation); COLUMN(ppid); COLUMN(partial); COLUMN(cwd); COLUMN(path); COLUMN(dest_path); COLUMN(fsuid); COLUMN(fsgid); COLUMN(suid); COLUMN(sgid);
  COLUMN(uptime); COLUMN(success); COLUMN(error); COLUMN(syscall); COLUMN(flags); COLUMN(mode); COLUMN(inode); COLUMN(device); COLUMN(size); COLUMN(fstype);
  COLUMN(attribute); COLUMN(new_uid); COLUMN(new_gid); COLUMN(path_source); COLUMN(io_uring);
#undef COLUMN
}

std::vector<Handler::Type> FileEvents::types() const { return {{SK_FILE, "process_file_events"}, {SK_FILE_PATH, "file_paths"}}; }

std::string FileEvents::loaded(Loader& loader, const SensorOptions& options) {
  int calls = loader.map("sk_file_calls"), list = loader.map("sk_watch_list");
  if (calls < 0 || list < 0) return {};  // the loader has said why
  for (const auto& [number, call] : file_calls()) bpf_map_update_elem(calls, &number, &call, BPF_ANY);
  std::vector<std::string> problems;
  watch_ = std::make_unique<Watch>(options.watch_reads, problems);
  globs_ = options.watch_reads;
  list_map_ = list;
  uint32_t zero = 0;
  if (bpf_map_update_elem(list, &zero, &watch_->table(), BPF_ANY) != 0) problems.push_back(std::string("the watch list cannot be set: ") + strerror(errno));
  std::string joined;
  for (const std::string& problem : problems) joined += (joined.empty() ? "" : "; ") + problem;
  return joined;
}

// The kernel sees paths from the root of the mount namespace; for an agent in a chroot, globs begin at its own. That is known after attaching.
void FileEvents::end_batch() {
  table_.release();
  if (root_known_ || list_map_ < 0) return;
  root_known_ = true;
  if (own_root_path().empty()) return;
  std::string prefix;
  for (char c : own_root_path()) {
    if (strchr("*?[]{},\\", c)) prefix += '\\';
    prefix += c;
  }
  std::vector<std::string> globs, problems;
  for (const std::string& glob : globs_) globs.push_back(prefix + glob);
  uint32_t zero = 0;
  bpf_map_update_elem(list_map_, &zero, &Watch(globs, problems).table(), BPF_ANY);
}

void FileEvents::handle(const sk_event& event, size_t length, Context& context) {
  if (event.type == SK_FILE && length >= sizeof(sk_file)) {
    ended(reinterpret_cast<const sk_file&>(event), length, context);
  } else if (event.type == SK_FILE_PATH && length >= sizeof(sk_file_path)) {
    seen(reinterpret_cast<const sk_file_path&>(event), length);
  } else {
    Counters::instance().get("process_file_events", "lost_decode").fetch_add(1, std::memory_order_relaxed);
  }
}

void FileEvents::set_flags(store::RowWriter& row, sk_file_op op, uint32_t flags) {
  auto [at, added] = flags_.try_emplace(static_cast<uint64_t>(op) << 32 | flags);
  if (added) at->second.text = file_flags(op, flags);
  row.set_text(c_.flags, at->second.text, at->second.known);
}

void FileEvents::seen(const sk_file_path& record, size_t length) {
  Strings strings(record.e, sizeof(record), length);
  // What nobody took belongs to operations that were refused on the way, or to threads that are gone.
  if (seen_.size() > kMaxSeen) seen_.clear();
  if (seen_by_request_.size() > kMaxSeen) seen_by_request_.clear();
  Seen& seen = record.request ? seen_by_request_[record.request] : seen_[record.e.tid];
  seen.op = record.op;
  turn_round(seen.path, strings.take(record.path_len), record.e.flags & SK_PATH_TRUNCATED);
  seen.dest.clear();
  if (record.dest_len) turn_round(seen.dest, strings.take(record.dest_len), record.e.flags & SK_PATH_TRUNCATED);
  seen.fstype = fixed_string(record.fstype, sizeof(record.fstype));
  seen.inode = record.inode;
  seen.size = record.size;
  seen.device = record.dev;
  seen.mode = record.mode;
  seen.partial = record.e.flags & SK_PATH_TRUNCATED;
}

void FileEvents::ended(const sk_file& record, size_t length, Context& context) {
  Strings strings(record.e, sizeof(record), length);
  std::string_view root = strings.take(record.root_len), cwd = strings.take(record.cwd_len), base = strings.take(record.base_len);
  std::string_view path = strings.take(record.path_len), dest_base = strings.take(record.dest_base_len);
  std::string_view dest = strings.take_string(record.dest_len), attribute = strings.take_string(record.name_len);
  bool cut = record.e.flags & SK_PATH_TRUNCATED;
  FileAct act;
  act.op = record.op < SK_FILE_OP_MAX ? static_cast<sk_file_op>(record.op) : SK_FILE_NONE;
  turn_round(root_, root, false);
  // Most programs stay where they are.
  if (cwd != cwd_walk_ || cwd_.empty() || record.e.flags & SK_CWD_TRUNCATED) {
    turn_round(cwd_, cwd, record.e.flags & SK_CWD_TRUNCATED);
    cwd_walk_ = record.e.flags & SK_CWD_TRUNCATED ? std::string_view("\0", 2) : cwd;
  }
  act.cwd = cwd_;
  act.partial = cut;
  act.from_kernel = record.e.flags & SK_KERNEL_PATH;
  if (act.from_kernel) {
    turn_round(path_, path, cut);
  } else {
    if (record.has_base & 1) turn_round(base_, base, cut);
    while (!path.empty() && path.back() == '\0') path.remove_suffix(1);
    resolve_path(path_, path, root_, record.has_base & 1 ? base_ : cwd_);
    act.partial |= path.empty();
  }
  act.has_dest = !dest.empty();
  if (act.op == SK_FILE_SYMLINK) {
    dest_ = dest;
  } else if (act.has_dest) {
    if (record.has_base & 2) turn_round(base_, dest_base, cut);
    resolve_path(dest_, dest, root_, record.has_base & 2 ? base_ : cwd_);
  }
  act.fstype = fixed_string(record.fstype, sizeof(record.fstype));
  act.inode = static_cast<int64_t>(record.inode);
  act.device = record.dev;
  act.size = record.size;
  act.mode = record.mode;
  std::optional<Seen> seen = take(seen_, record.e.tid, record.op);
  if (seen && !act.from_kernel) {
    path_ = seen->path;
    if (!seen->dest.empty()) dest_ = seen->dest;
    act.from_kernel = true;
    act.partial = seen->partial;
    act.inode = static_cast<int64_t>(seen->inode);
    act.device = seen->device;
    act.fstype = seen->fstype;
    act.mode = seen->mode;
    if (act.op != SK_FILE_TRUNCATE) act.size = seen->size;
  }
  bool asks_mode = act.op == SK_FILE_CHMOD || act.op == SK_FILE_MKDIR || act.op == SK_FILE_MKNOD;
  if (asks_mode) act.mode = record.mode;
  if (!asks_mode && !act.inode) act.mode = -1;
  if (act.op != SK_FILE_TRUNCATE && !act.inode) act.size = -1;
  act.path = path_;
  act.dest = dest_;
  act.attribute = attribute;
  act.syscall = syscall_name(record.syscall);
  act.error = record.error;
  act.flags = record.flags;
  if (act.op == SK_FILE_CHOWN) {
    act.owner = record.owner;
    act.group = record.group;
  }
  act.fsuid = record.fsuid;
  act.fsgid = record.fsgid;
  act.suid = record.suid;
  act.sgid = record.sgid;
  write(record.e, context.tree.resolve(record.e), act, context);
}

void FileEvents::write(const sk_event& event, Process& process, const FileAct& act, Context& context) {
  store::RowWriter& row = table_.begin(event, process, context);
  set(row, c_.operation, kOperations[act.op], operations_[act.op]);
  row.set_int(c_.ppid, process.ppid);
  row.set_int(c_.partial, act.partial);
  row.set_int(c_.uptime, static_cast<int64_t>(event.ktime / 1'000'000'000));
  if (!act.cwd.empty()) set(row, c_.cwd, act.cwd, last_cwd_);
  if (!act.path.empty()) set(row, c_.path, act.path, last_path_);
  if (act.has_dest) row.set_text(c_.dest_path, act.dest);
  if (act.fsuid >= 0) {
    row.set_int(c_.fsuid, act.fsuid);
    row.set_int(c_.fsgid, act.fsgid);
    row.set_int(c_.suid, act.suid);
    row.set_int(c_.sgid, act.sgid);
  }
  row.set_int(c_.success, act.error == 0);
  row.set_int(c_.error, act.error);
  if (!act.syscall.empty()) set(row, c_.syscall, act.syscall, last_syscall_);
  set_flags(row, act.op, act.flags);
  if (act.mode >= 0) {
    char mode[4];
    for (int i = 0; i < 4; i++) mode[i] = static_cast<char>('0' + (act.mode >> (9 - 3 * i) & 7));
    uint32_t permissions = act.mode & 07777;
    if (permissions < modes_.size()) {
      row.set_text(c_.mode, {mode, sizeof(mode)}, modes_[permissions]);
    } else {
      row.set_text(c_.mode, {mode, sizeof(mode)});
    }
  }
  if (act.inode) {
    row.set_int(c_.inode, act.inode);
    row.set_int(c_.device, act.device);
    set(row, c_.fstype, act.fstype, last_fstype_);
  }
  if (act.size >= 0) row.set_int(c_.size, act.size);
  if (!act.attribute.empty()) row.set_text(c_.attribute, act.attribute);
  if (act.owner >= 0) {
    // -1 leaves an id as it is.
    if (act.owner != UINT32_MAX) row.set_int(c_.new_uid, act.owner);
    if (act.group != UINT32_MAX) row.set_int(c_.new_gid, act.group);
  }
  set(row, c_.path_source, act.from_kernel ? "kernel" : "argument", act.from_kernel ? from_kernel_ : from_argument_);
  row.set_int(c_.io_uring, act.io_uring);
  table_.commit();
}

}  // namespace shrike::sensor
