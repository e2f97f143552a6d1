// The tree of processes, kept from the first moment, so that each event can carry who did it and who was behind that.
//
// HOW IT WORKS
//
// An Image is what an exec made of a process: path and command line. It never changes and is shared with the children that fork from it. A
// Process is one pid with its start time. Its Lineage is the chain of images of those that created it, as they were when they did; it is a
// shared list, so a thousand children of one shell cost one node. `context` numbers one immutable set of facts (image, ids, cgroup): whenever
// one of them changes the process gets a new number, and the store keeps the facts once for each number and chunk.
#pragma once

#include <array>
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../../bpf/include/event.h"
#include "cgroups.h"

namespace shrike::sensor {

struct Image {
  std::string path;
  std::string cmdline;
};

struct Lineage {
  std::shared_ptr<const Image> image;
  std::shared_ptr<const Lineage> next;
  uint32_t depth;
  mutable std::string json;  // of the paths from here to the top, made when first asked for

  const std::string& paths() const;
};

// Who a process is and what it may do, as the last record that shows all of it had it (exec, the task iterator, SK_CRED).
struct Credentials {
  bool known = false;
  uint32_t uid = 0, gid = 0, euid = 0, egid = 0, suid = 0, sgid = 0, fsuid = 0, fsgid = 0;
  uint64_t permitted = 0, effective = 0, inheritable = 0;
};

struct Process {
  uint32_t pid = 0, ppid = 0;
  uint32_t uid = 0, gid = 0, euid = 0, egid = 0, auid = 0;
  uint32_t mnt_ns = 0, pid_ns = 0;
  uint64_t start = 0;       // ns since boot
  uint64_t exec_time = 0;   // ns since boot; 0 when it has not called exec since it began
  uint64_t context = 0;
  const Cgroup* cgroup = nullptr;
  uint64_t cgroup_id = 0;
  uint32_t hierarchy = 0;
  std::string exec_id;
  std::shared_ptr<const Image> image;
  std::shared_ptr<const Lineage> lineage;           // of the creator and those above
  std::shared_ptr<const Lineage> as_creator;        // what children get; empty until asked for
  uint32_t creator = 0;                             // pid that forked it
  Credentials credentials;
  std::array<uint32_t, SK_NS_MAX> namespaces{};     // as far as records have shown them; 0: not seen
};

// Is told of changes of credentials that come with records of other tables.
class CredentialObserver {
 public:
  virtual ~CredentialObserver() = default;
  // After an exec: `process` is as it is now.
  virtual void executed(Process& process, const Credentials& before, const sk_exec& record) = 0;
  // A process is found to be root that was not, and no record said how. process.credentials are still the old ones.
  virtual void found_root(Process& process, const sk_event& event) = 0;
};

// Processes by pid. An array: the kernel gives no pid above 4,194,304, and pages of it that are never used take no memory.
class PidTable {
 public:
  static constexpr uint32_t kLimit = 4'194'304;
  PidTable() : slots_(static_cast<Process**>(calloc(kLimit + 1, sizeof(Process*)))) {}
  ~PidTable() {
    for (uint32_t pid = 0; pid <= kLimit && count_ > 0; pid++) erase(pid);
    free(slots_);
  }
  PidTable(const PidTable&) = delete;
  PidTable& operator=(const PidTable&) = delete;

  Process* find(uint32_t pid) const { return pid <= kLimit ? slots_[pid] : nullptr; }
  // In the place of any that has the pid now. A pid that cannot be (from a damaged recording) shares the last place.
  Process& make(uint32_t pid) {
    pid = std::min(pid, kLimit);
    erase(pid);
    count_++;
    return *(slots_[pid] = new Process);
  }
  void erase(uint32_t pid) {
    if (pid > kLimit || slots_[pid] == nullptr) return;
    delete slots_[pid];
    slots_[pid] = nullptr;
    count_--;
  }
  size_t size() const { return count_; }

 private:
  Process** const slots_;
  size_t count_ = 0;
};

class ProcessTree {
 public:
  // `boot` is the first eight digits of the boot id; exec ids begin with it.
  explicit ProcessTree(std::string boot) : boot_(std::move(boot)) {}

  Cgroups& cgroups() { return cgroups_; }
  void observe(CredentialObserver* observer) { observer_ = observer; }

  void fork(const sk_fork& record);
  // SK_EXEC and SK_TASK. Strings have been decoded: see record.h.
  Process& exec(const sk_exec& record, std::string path, std::string cmdline);
  // After the processes that were there at the start have been read: gives each its lineage, whatever order they came in.
  void link_orphans();
  void exit(const sk_event& event);
  // Whose event it is; made from /proc, or from the record alone, if it is not known. Facts that the record shows changed are updated.
  Process& resolve(const sk_event& event);
  // The process with that pid now, or null.
  Process* find(uint32_t pid);
  // The parent as the kernel has it, which after the creator's death is init or a subreaper; null when it is not known.
  const Image* parent_image(const Process& process);

  // A context number that no other set of facts has.
  uint64_t unique_context() { return next_context_++; }

  size_t size() const { return processes_.size(); }
  uint64_t unknown() const { return unknown_; }

 private:
  // The store outlives the tree, and must not take a new tree's numbers for those of the one before.
  static uint64_t first_context();
  Process& insert(uint32_t pid, uint64_t start);
  void set_facts(Process& process, const sk_event& event);
  std::shared_ptr<const Lineage> lineage_of(Process& creator);
  void read_proc(Process& process);
  void bury(uint64_t now);

  struct Grave { uint64_t when; uint32_t pid; uint64_t start; };

  std::string boot_;
  Cgroups cgroups_;
  CredentialObserver* observer_ = nullptr;
  PidTable processes_;
  std::vector<uint32_t> first_;  // pids that were there at the start, until they are linked
  std::deque<Grave> graves_;  // ended; kept a moment for events that come after the end
  uint64_t next_context_ = first_context();
  uint64_t unknown_ = 0;
};

}  // namespace shrike::sensor
