// Counts of what each stage took, passed and dropped, per table. Process-wide; every increment is one relaxed atomic add.
// Stages: produced, lost_ring, lost_scratch, filtered (in the kernel); received, lost_decode (sensor); stored, evicted (store).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace shrike {

class Counters {
 public:
  static Counters& instance();
  // The counter lives as long as the process; keep the reference.
  std::atomic<uint64_t>& get(std::string_view table, std::string_view stage);

  struct Sample { std::string table, stage; uint64_t value; };
  // A collector adds samples that live elsewhere (per-CPU maps in the kernel). Returns a handle for remove_collector.
  int add_collector(std::function<void(std::vector<Sample>&)> collector);
  void remove_collector(int handle);
  std::vector<Sample> sample();
};

}  // namespace shrike
