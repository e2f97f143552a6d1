// Rows made up at full speed, for benchmarks and for tests that need a writer that never rests.
#pragma once

#include <cstdint>

#include "store.h"

namespace shrike::store {

struct SyntheticFeed {
  uint64_t rows = 0;
  uint32_t texts = 1000;     // different strings in the first row-scope text column; others have 16
  uint32_t contexts = 1000;  // different process images
  uint64_t seed = 1;
  int64_t time = 1'700'000'000;  // of the first row; a second passes every 1,000 rows
  // Rows written between one release of the table's writer lock and the next, as the sensor's drains would.
  uint32_t drain = 4096;
};

// Writes them through RowWriter, as the sensor does. Returns the last eid.
int64_t write_synthetic(Table& table, const SyntheticFeed& feed);

}  // namespace shrike::store
