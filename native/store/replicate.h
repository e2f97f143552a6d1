// A table's rows again and again, later each time: a history of any length made of a recorded one, for benchmarks.
#pragma once

#include <cstdint>

#include "table.h"

namespace shrike::store {

// The rows of one table as they were when it was made.
class Replicator {
 public:
  explicit Replicator(Table& table) : table_(table), rows_(table.snapshot()) {}

  // Appends them once more, `seconds` later than they were. Processes get exec_ids of their own, as they would have. Returns how many rows.
  uint64_t append(uint32_t copy, int64_t seconds);

 private:
  Table& table_;
  const Snapshot rows_;
};

}  // namespace shrike::store
