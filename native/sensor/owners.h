// The processes behind records whose header was kept from an earlier moment (SK_OWNED).
//
// A connection can outlive the process that made it by minutes, until the other side has acknowledged the last byte or is given up. The process
// tree forgets the dead after some seconds, and their pids go to others. So those who have had connections are remembered here, as they were
// when last seen: a fixed number of them, the newer in place of the older.
#pragma once

#include <vector>

#include "handler.h"

namespace shrike::sensor {

class Owners {
 public:
  // `remembered`: how many of the dead at most.
  explicit Owners(size_t remembered) : remembered_(remembered) {}

  // Whose record it is. Unlike ProcessTree::resolve it takes no facts from the record, which may be older than what is known.
  Process& of(const sk_event& event, Context& context);
  // Remembers a process that something may be heard of after its end.
  void keep(const Process& process);

 private:
  size_t slot(uint32_t pid, uint64_t start) const { return (pid ^ start >> 20 ^ start * 0x9e3779b97f4a7c15ull >> 40) % remembered_.size(); }

  std::vector<Process> remembered_;
  uint64_t last_kept_ = 0;
  Process stranger_;
};

// The same without a memory of the dead, for records that come soon after what they are about. On the sensor's thread only.
Process& owner_of(const sk_event& event, Context& context);

}  // namespace shrike::sensor
