// What a reader sees of a chunk, whether it is being written, sealed in memory, or decoded from disk.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "text_index.h"

namespace shrike::store {

// A NULL is the smallest value of a signed column, id 0 of a text column, and one particular NaN of a real column.
inline constexpr int8_t kNull8 = INT8_MIN;
inline constexpr int32_t kNull32 = INT32_MIN;
inline constexpr int64_t kNull64 = INT64_MIN;

// One entry of a dictionary. The hash finds a string without comparing all of them.
struct TextRef {
  const char* data;
  uint32_t size;
  uint32_t hash;
  std::string_view view() const { return {data, size}; }
};

// The hash in a TextRef. Not stable across versions: it is never written to disk.
uint64_t hash_text(std::string_view text);

struct ColumnView {
  // One value per row, or per context for process columns; nullptr when every value is NULL.
  const void* values = nullptr;
  // Text columns: the dictionary, by id. Entry 0 stands for NULL and is not to be read.
  const TextRef* texts = nullptr;
  uint32_t text_count = 0;
};

class Segment;

struct Bounds {
  int64_t min, max;
};

// Rows, contexts and dictionary entries only ever grow. Ask `rows()` first: what is asked after it covers at least those rows.
class ChunkView {
 public:
  virtual ~ChunkView() = default;
  virtual uint32_t rows() const = 0;
  // Entries of process columns; entry 0 is all NULL.
  virtual uint32_t contexts() const = 0;
  // The context of each row.
  virtual const uint32_t* row_contexts() const = 0;
  virtual ColumnView column(int column) const = 0;
  // Of columns 0 to 2 (eid, time, ntime). At least as wide as the rows seen before.
  virtual Bounds bounds(int column) const = 0;
  // Whether `time` never falls from one row to the next.
  virtual bool time_ascends() const = 0;
  virtual uint64_t bytes() const = 0;
  // To find a string in the dictionary of a column of this chunk; null when it has to be searched.
  std::shared_ptr<const TextIndex> text_index(int column, const ColumnView& view) const { return text_indexes_.of(column, view.texts, view.text_count); }
  // This chunk, if it is one on disk.
  virtual const Segment* segment() const { return nullptr; }
  virtual uint64_t disk_bytes() const { return 0; }

  // What a chunk on disk can refuse without being opened; true when it cannot tell.
  virtual bool may_have_integer(int, int64_t, int64_t) const { return true; }
  virtual bool may_have_text(int, std::string_view) const { return true; }
  // The chunk to read rows and columns from: itself, or, for one on disk, one that decodes them. `self` is a reference to this chunk. Null when
  // it no longer exists. What it returns may throw SegmentError from row_contexts() and column().
  virtual std::shared_ptr<const ChunkView> open(std::shared_ptr<const ChunkView> self) const { return self; }

 private:
  TextIndexes text_indexes_;
};

}  // namespace shrike::store
