// A table's rows again and again, later each time: a history of any length made of a recorded one, for benchmarks.
#pragma once

#include <cstdint>

#include "table.h"

namespace shrike::store {

// The rows of one table as they were when it was made.
class Replicator {
 public:
  explicit Replicator(Table& table) : table_(table), chunks_(table.snapshot()), last_rows_(chunks_->empty() ? 0 : chunks_->back()->rows()) {}

  // Appends them once more, `seconds` later than they were. Processes get exec_ids of their own, as they would have. Returns how many rows.
  uint64_t append(uint32_t copy, int64_t seconds);

 private:
  Table& table_;
  const Snapshot chunks_;
  const uint32_t last_rows_;  // the last chunk grows while it is copied
};

}  // namespace shrike::store
