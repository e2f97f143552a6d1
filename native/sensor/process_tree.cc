#include "process_tree.h"

#include <atomic>
#include <cstdio>
#include <functional>
#include <fcntl.h>
#include <unistd.h>

#include "text.h"

namespace shrike::sensor {
namespace {

constexpr uint32_t kMaxDepth = 64;
constexpr uint64_t kGraceNs = 1'000'000'000;
constexpr size_t kGraves = 1024;
constexpr uint64_t kTick = 10'000'000;  // ns in one of /proc/PID/stat's clock ticks (USER_HZ is 100 on every architecture we build for)

// Writes a number so that it ends at `end`; returns where it begins.
char* decimal_before(char* end, uint64_t value) {
  do {
    *--end = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value);
  return end;
}

std::shared_ptr<const Image> empty_image() {
  static const auto image = std::make_shared<const Image>();
  return image;
}

Credentials credentials_of(const sk_exec& record) {
  const sk_event& e = record.e;
  return {true,          e.uid,         e.gid,          e.euid, e.egid, record.suid, record.sgid, record.fsuid, record.fsgid, record.cap_permitted,
          record.cap_effective, record.cap_inheritable};
}

}  // namespace

const std::string& Lineage::paths() const {
  if (json.empty()) {
    json = "[";
    for (const Lineage* node = this; node; node = node->next.get()) {
      if (json.size() > 1) json += ',';
      append_json_string(json, node->image->path);
    }
    json += ']';
  }
  return json;
}

uint64_t ProcessTree::first_context() {
  static std::atomic<uint64_t> trees{0};
  return (trees.fetch_add(1) << 44) + 1;
}

Process& ProcessTree::insert(uint32_t pid, uint64_t start) {
  Process& process = processes_.make(pid);
  process.pid = pid;
  process.start = start;
  process.image = empty_image();
  char digits[48], *at = digits + sizeof(digits);
  at = decimal_before(at, pid);
  *--at = '-';
  at = decimal_before(at, start / kTick);
  *--at = '-';
  process.exec_id.reserve(boot_.size() + static_cast<size_t>(digits + sizeof(digits) - at));
  process.exec_id.append(boot_).append(at, static_cast<size_t>(digits + sizeof(digits) - at));
  return process;
}

void ProcessTree::set_facts(Process& process, const sk_event& event) {
  process.uid = event.uid;
  process.gid = event.gid;
  process.euid = event.euid;
  process.egid = event.egid;
  process.auid = event.auid;
  if (event.ppid) process.ppid = event.ppid;
  if (event.mnt_ns) process.mnt_ns = event.mnt_ns;
  if (event.pid_ns) process.pid_ns = event.pid_ns;
  if (!process.cgroup || process.cgroup_id != event.cgroup) {
    process.cgroup_id = event.cgroup;
    process.hierarchy = event.hierarchy;
    process.cgroup = cgroups_.find(event.hierarchy, event.cgroup);
  }
  process.context = next_context_++;
}

std::shared_ptr<const Lineage> ProcessTree::lineage_of(Process& creator) {
  if (!creator.as_creator) {
    uint32_t depth = creator.lineage ? creator.lineage->depth + 1 : 1;
    // A program that forks itself for ever would grow the chain for ever: past the limit the far end is let go.
    bool deep = depth > kMaxDepth;
    creator.as_creator = std::make_shared<const Lineage>(Lineage{creator.image, deep ? nullptr : creator.lineage, deep ? 1 : depth, {}});
  }
  return creator.as_creator;
}

void ProcessTree::fork(const sk_fork& record) {
  bury(record.e.ktime);
  Process* creator = find(record.creator_pid);
  auto image = creator ? creator->image : empty_image();
  auto lineage = creator ? lineage_of(*creator) : nullptr;
  const Cgroup* cgroup = creator && creator->cgroup_id == record.e.cgroup ? creator->cgroup : nullptr;
  Process& child = insert(record.e.pid, record.e.start);
  child.image = std::move(image);
  child.lineage = std::move(lineage);
  child.creator = record.creator_pid;
  child.cgroup = cgroup;
  child.cgroup_id = record.e.cgroup;
  child.hierarchy = record.e.hierarchy;
  if (creator) {
    child.credentials = creator->credentials;
    child.namespaces = creator->namespaces;
  }
  set_facts(child, record.e);
}

Process& ProcessTree::exec(const sk_exec& record, std::string path, std::string cmdline) {
  Process* process = find(record.e.pid);
  if (!process || process->start != record.e.start) {
    Process* parent = find(record.e.ppid);
    auto lineage = parent && parent->start == record.parent_start ? lineage_of(*parent) : nullptr;
    process = &insert(record.e.pid, record.e.start);
    process->lineage = std::move(lineage);
    process->creator = record.e.ppid;
  }
  process->image = std::make_shared<const Image>(Image{std::move(path), std::move(cmdline)});
  process->as_creator = nullptr;
  if (record.e.type == SK_EXEC) process->exec_time = record.e.ktime;
  else first_.push_back(process->pid);
  Credentials before = process->credentials;
  process->credentials = credentials_of(record);
  process->namespaces[SK_NS_MNT] = record.e.mnt_ns;
  process->namespaces[SK_NS_NET] = record.net_ns;
  process->namespaces[SK_NS_USER] = record.user_ns;
  if (!process->namespaces[SK_NS_PID]) process->namespaces[SK_NS_PID] = record.e.pid_ns;
  set_facts(*process, record.e);
  if (observer_ && record.e.type == SK_EXEC && before.known) observer_->executed(*process, before, record);
  return *process;
}

void ProcessTree::link_orphans() {
  // Parents first: a lineage holds its own top.
  std::function<void(Process&, int)> link = [&](Process& process, int depth) {
    if (process.lineage || depth > static_cast<int>(kMaxDepth)) return;
    Process* parent = find(process.ppid);
    if (!parent || parent == &process) return;
    link(*parent, depth + 1);
    process.lineage = lineage_of(*parent);
    process.creator = process.ppid;
  };
  for (const uint32_t pid : first_) {
    if (Process* process = find(pid)) process->lineage = nullptr, process->as_creator = nullptr;
  }
  for (const uint32_t pid : first_) {
    if (Process* process = find(pid)) link(*process, 0);
  }
  first_ = {};
}

void ProcessTree::exit(const sk_event& event) {
  Process* process = find(event.pid);
  if (!process || process->start != event.start) return;
  graves_.push_back({event.ktime, event.pid, event.start});
}

void ProcessTree::bury(uint64_t now) {
  while (!graves_.empty() && (graves_.front().when + kGraceNs < now || graves_.size() > kGraves)) {
    const Process* found = processes_.find(graves_.front().pid);
    if (found && found->start == graves_.front().start) processes_.erase(graves_.front().pid);
    graves_.pop_front();
  }
}

Process& ProcessTree::resolve(const sk_event& event) {
  Process* process = find(event.pid);
  if (!process || process->start != event.start) {
    unknown_++;
    process = &insert(event.pid, event.start);
    set_facts(*process, event);
    read_proc(*process);
    return *process;
  }
  if (process->uid != event.uid || process->gid != event.gid || process->euid != event.euid || process->egid != event.egid ||
      process->auid != event.auid || (event.hierarchy == process->hierarchy && process->cgroup_id != event.cgroup) ||
      (event.ppid && process->ppid != event.ppid)) {
    set_facts(*process, event);
    // Threads may differ for a moment while a library changes them one after the other; the first one is the process.
    if (observer_ && event.euid == 0 && event.tid == event.pid && process->credentials.known && process->credentials.euid != 0 && event.type != SK_CRED) {
      observer_->found_root(*process, event);
    }
  }
  return *process;
}

Process* ProcessTree::find(uint32_t pid) {
  return processes_.find(pid);
}

const Image* ProcessTree::parent_image(const Process& process) {
  if (process.ppid == process.creator && process.lineage) return process.lineage->image.get();
  Process* parent = find(process.ppid);
  return parent ? parent->image.get() : nullptr;
}

// A process that was missed (its fork was lost) may still be there to ask. The start time tells whether it is the same one.
void ProcessTree::read_proc(Process& process) {
  char name[64];
  auto image = std::make_shared<Image>();
  snprintf(name, sizeof(name), "/proc/%u/stat", process.pid);
  std::string stat = read_file(name, 4096);
  size_t close = stat.rfind(')');
  if (close == std::string::npos) return;
  unsigned ppid = 0;
  unsigned long long start = 0;
  if (sscanf(stat.c_str() + close + 2, "%*c %u %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &ppid, &start) != 2) return;
  if (start != process.start / kTick) return;
  process.ppid = ppid;
  snprintf(name, sizeof(name), "/proc/%u/exe", process.pid);
  char target[4096];
  ssize_t length = readlink(name, target, sizeof(target));
  if (length > 0) image->path.assign(target, static_cast<size_t>(length));
  snprintf(name, sizeof(name), "/proc/%u/cmdline", process.pid);
  std::string args = read_file(name, SK_ARGS_MAX);
  image->cmdline = join_args(args);
  process.image = std::move(image);
  process.creator = ppid;
  if (Process* parent = find(ppid)) process.lineage = lineage_of(*parent);
}

}  // namespace shrike::sensor
