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
// arrays never move, and a row becomes visible by one release store of the chunk's row count. The list of chunks is immutable; the writer
// replaces it whole, and a reader keeps the one it began with (see snapshot.h).
//
// All tables share one budget of bytes. When it is exceeded the oldest sealed chunk of any table goes; its rows are counted as `evicted`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace shrike::store {

enum class Width : uint8_t { I8, I32, U32, I64, F64, Text };

struct ColumnSpec {
  std::string name;
  Width width;
  bool process;         // scope 'process'
  bool hidden = false;  // not in SELECT *
  std::string type;     // SQL type in the declaration; by width when empty
};

class Table;
class ChunkWriter;

struct Options {
  uint64_t memory_bytes = 256ull << 20;
  uint32_t chunk_rows = 65536;
};

// Process-wide. Opened once by the agent; every query connection reads it.
class Store {
 public:
  static Store& instance();
  // The budget may change at any time; the rows per chunk only before the first table is made.
  void configure(const Options& options);
  // Creates the table, or returns it if it is there with the same columns; nullptr if its columns differ.
  // Columns `eid`, `time`, `ntime` must be the first three.
  Table* create_table(std::string name, std::vector<ColumnSpec> columns);
  Table* find(std::string_view name) const;
  // In the order they were made. Tables live as long as the process.
  std::vector<Table*> tables() const;
  // Drops every row, counting none of them. For tests.
  void clear();

  int64_t next_eid();
  // The newest one given.
  int64_t last_eid() const;
  // No eid up to this one is given any more.
  void skip_eids(int64_t eid);
  uint64_t memory_bytes() const;
  // Called by writers: the bytes of some table changed by `delta`.
  void account(int64_t delta);
  bool over_budget() const;
  // Evicts the oldest sealed chunks until within the budget. False when there is nothing left to evict.
  bool evict();

 private:
  struct State;
  Store();
  std::unique_ptr<State> state_;
};

// Fills the process columns of a new context; columns left out are NULL.
class ContextWriter {
 public:
  ContextWriter(ChunkWriter& chunk, uint32_t index) : chunk_(chunk), index_(index) {}
  void set_int(int column, int64_t value);
  void set_text(int column, std::string_view value);
  // The same for a value that no other context of the chunk is likely to have: an id. Looking for it would be for nothing.
  void set_text_once(int column, std::string_view value);

 private:
  ChunkWriter& chunk_;
  uint32_t index_;
};

// Remembers where one column's dictionary has one text. For texts that come again and again: finding the id is most of what they cost.
struct TextId {
  uint64_t chunk = 0;
  uint32_t id = 0;
};

// Writes rows of one table. Not movable, not thread-safe; holds the table's writer lock while it lives, so keep one per drain, not for ever.
// Integers that do not fit a column's width are stored as the nearest value that does.
class RowWriter {
 public:
  explicit RowWriter(Table& table);
  ~RowWriter();
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;
  // Starts a row. `time` is seconds since the epoch, `ntime` CLOCK_BOOTTIME in ns. eid is given by the store, ascending over all tables.
  void begin(int64_t time, int64_t ntime);
  // Which process image did it. `context` is unique to one immutable set of process-column values; `fill(ContextWriter&)` runs once per
  // context and chunk. A row without a context has NULL in every process column.
  template <typename Fill> void context(uint64_t context, Fill&& fill) {
    if (use_context(context)) return;
    ContextWriter writer = add_context(context);
    fill(writer);
  }
  void set_int(int column, int64_t value);
  void set_real(int column, double value);
  void set_text(int column, std::string_view value);  // columns not set are NULL
  // The same, for a text that is always the same for one `known`, which belongs to this column alone.
  void set_text(int column, std::string_view value, TextId& known);
  // Makes the row visible. Returns its eid. A row begun and not committed is forgotten.
  int64_t commit();

 private:
  bool use_context(uint64_t context);
  ContextWriter add_context(uint64_t context);
  Table& table_;
  ChunkWriter* chunk_;
  int64_t time_ = 0, ntime_ = 0;
};

}  // namespace shrike::store
