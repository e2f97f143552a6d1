// The event store: one log of chunks per event table, shared by every thread of the process.
//
// HOW IT WORKS
//
// A table is a list of chunks, oldest first. A chunk holds at most 65,536 rows (or 8 MiB), one array per column. Text columns hold ids into
// a dictionary of the chunk's own, so a chunk can be evicted, or written to disk, by itself. Columns with scope `process` are not stored per
// row: a chunk keeps a second, small set of columns with one entry per process image seen in it, and each row has the index of its entry.
// A filter on a dictionary or process column is evaluated once per distinct value.
//
// One writer per table at a time (RowWriter holds the table's writer lock); any number of readers, which take no lock while they read:
// arrays never move, and a row becomes visible by one release store of the chunk's row count.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace shrike::store {

enum class Width : uint8_t { I8, I32, U32, I64, F64, Text };

struct ColumnSpec {
  std::string name;
  Width width;
  bool process;  // scope 'process'
};

class Table;

// Process-wide. Opened once by the agent; every query connection reads it.
class Store {
 public:
  static Store& instance();
  // Creates the table, or returns it if it is there with the same columns. Columns `eid`, `time`, `ntime` must be the first three.
  Table* create_table(std::string name, std::vector<ColumnSpec> columns);
  Table* find(std::string_view name) const;
};

// Fills the process columns of a new context; columns left out are NULL.
class ContextWriter {
 public:
  void set_int(int column, int64_t value);
  void set_text(int column, std::string_view value);
};

// Writes rows of one table. Not movable, not thread-safe; holds the table's writer lock while it lives, so keep one per drain, not for ever.
class RowWriter {
 public:
  explicit RowWriter(Table& table);
  ~RowWriter();
  // Starts a row. `time` is seconds since the epoch, `ntime` CLOCK_BOOTTIME in ns. eid is given by the store, ascending over all tables.
  void begin(int64_t time, int64_t ntime);
  // Which process image did it. `context` is unique to one immutable set of process-column values; `fill` runs once per context and chunk.
  template <typename Fill> void context(uint64_t context, Fill&& fill);
  void set_int(int column, int64_t value);
  void set_real(int column, double value);
  void set_text(int column, std::string_view value);  // columns not set are NULL
  // Makes the row visible. Returns its eid.
  int64_t commit();
};

}  // namespace shrike::store
