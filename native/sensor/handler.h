// One event table's side of the sensor: turns records of its types into rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../../bpf/include/event.h"
#include "../counters.h"
#include "../store/store.h"
#include "process_tree.h"

namespace shrike::sensor {

class Loader;

struct SensorOptions {
  std::string bpf_dir;
  size_t ring_bytes = 16 << 20;
  std::string record;       // write every record to this file as well; empty: don't
  std::vector<uint16_t> dns_ports{53};   // of name servers whose messages are events
  std::vector<std::string> watch_reads;  // globs of paths whose reading is an event
};

// Seconds since the epoch for the kernel's boot clock.
struct Clock {
  int64_t offset = 0;  // CLOCK_REALTIME - CLOCK_BOOTTIME, ns
  int64_t seconds(uint64_t ktime) const { return (offset + static_cast<int64_t>(ktime)) / 1'000'000'000; }
};

// What a handler may use while it handles a record.
struct Context {
  ProcessTree& tree;
  const Clock& clock;
};

// A table of the store as the sensor writes it: columns by name, the process columns of events/common.ts filled for each process image.
class EventTable {
 public:
  // `problems` gets a line for each column that the table's specification does not have.
  EventTable(const char* name, std::vector<std::string>& problems);

  const char* name() const { return name_; }
  bool ok() const { return table_ != nullptr; }
  // Index of a column; -1 and a problem when the table lacks it.
  int column(const char* name);

  // Starts a row with eid, time, ntime and who did it. `image` stands in for the process's own where a row has another (a script's path).
  store::RowWriter& begin(const sk_event& event, Process& process, Context& context, const Image* image = nullptr);
  void commit();
  // Gives the table back to the store; call at the end of each batch.
  void release() { writer_.reset(); }

 private:
  int find(std::string_view name) const;

  const char* name_;
  store::Table* table_;
  std::vector<std::string>& problems_;
  std::optional<store::RowWriter> writer_;
  std::atomic<uint64_t>& received_;
  int exec_id_, pid_, uid_, gid_, euid_, egid_, auid_, path_, cmdline_, parent_, parent_path_, parent_cmdline_, ancestors_, cgroup_id_, container_id_, pod_uid_;
};

class Handler {
 public:
  virtual ~Handler() = default;
  // Record types it takes, and the table that the kernel's counters of each are shown under.
  struct Type { sk_type type; const char* table; };
  virtual std::vector<Type> types() const = 0;
  // Called once, after the programs are loaded and before they are attached: fill maps here. Returns a problem, or an empty string.
  virtual std::string loaded(Loader&, const SensorOptions&) { return {}; }
  // Called once, before the first record, also in a replay. The context lives as long as records come.
  virtual void started(Context&) {}
  virtual void handle(const sk_event& event, size_t length, Context& context) = 0;
  virtual void end_batch() = 0;
};

// Strings that follow a record's fixed part, taken one after the other; never reads past the record.
class Strings {
 public:
  Strings(const sk_event& event, size_t fixed, size_t length)
      : at_(reinterpret_cast<const char*>(&event) + fixed), end_(reinterpret_cast<const char*>(&event) + length) {
    if (at_ > end_) at_ = end_;
  }
  std::string_view take(size_t length) {
    size_t n = std::min(length, static_cast<size_t>(end_ - at_));
    std::string_view text(at_, n);
    at_ += n;
    return text;
  }
  // Without the NUL that ends it.
  std::string_view take_string(size_t length) {
    std::string_view text = take(length);
    while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
    return text;
  }

 private:
  const char* at_;
  const char* end_;
};

}  // namespace shrike::sensor
