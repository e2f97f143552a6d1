// A sealed chunk on disk.
//
// HOW IT WORKS
//
// The file, all numbers little-endian:
//
// | part   | content |
// | ------ | ------- |
// | start  | "SHRKSEG\n", version, size of the header, CRC-32 of the header |
// | header | table, rows, contexts, bounds, size of the file; per column: name, width, lowest and highest value, where its blocks are |
// | blocks | one after the other: the context of each row; per column the values, for a text column also its dictionary and membership filter |
//
// A block is known by offset, size, and CRC-32. Columns are found by name, so that a file of an earlier version of a table can be read: a column it
// lacks is NULL. A `Segment` has only the header in memory, enough to know that a query need not open the file; `open` gives a chunk that
// decodes the columns that are used when they are used.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "chunk_view.h"
#include "store.h"

namespace shrike::store {

// A segment that cannot be read; the message names the file and what is wrong with it.
struct SegmentError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct BlockRef {
  uint64_t offset = 0;
  uint32_t size = 0;
  uint32_t crc = 0;
};

struct SegmentColumn {
  bool present = false;  // false: every value is NULL
  Width width = Width::I64;  // as written, which may not be as the table has it now
  int64_t low = 0, high = 0; // of integers, NULLs left out; low above high: only NULLs
  uint32_t text_count = 0;
  BlockRef values, texts, filter;
};

// The bytes of a segment file with the rows that `chunk` has now.
std::string encode_segment(const std::string& table, const std::vector<ColumnSpec>& columns, const ChunkView& chunk);

class Segment final : public ChunkView {
 public:
  // Reads and checks the header. Throws SegmentError.
  Segment(std::string path, const std::string& table, const std::vector<ColumnSpec>& columns);

  const std::string& path() const { return path_; }
  const std::vector<ColumnSpec>& columns() const { return *columns_; }
  const SegmentColumn& column_info(int column) const { return info_[static_cast<size_t>(column)]; }
  const BlockRef& row_contexts_block() const { return row_contexts_block_; }
  const Segment* segment() const override { return this; }
  uint64_t disk_bytes() const override { return file_size_; }

  uint32_t rows() const override { return rows_; }
  uint32_t contexts() const override { return contexts_; }
  Bounds bounds(int column) const override { return bounds_[column]; }
  bool time_ascends() const override { return time_ascends_; }
  uint64_t bytes() const override { return sizeof(*this) + path_.size() + info_.size() * sizeof(SegmentColumn); }
  bool may_have_integer(int column, int64_t low, int64_t high) const override;
  bool may_have_text(int column, std::string_view text) const override;
  // Null when the file is gone: retention deleted it after the reader's snapshot was taken.
  std::shared_ptr<const ChunkView> open(std::shared_ptr<const ChunkView> self) const override;
  // Only an open segment has these.
  const uint32_t* row_contexts() const override { return nullptr; }
  ColumnView column(int) const override { return {}; }

  // Reads and checks one block. Throws SegmentError.
  std::string read_block(int fd, const BlockRef& block) const;

 private:
  const std::string path_;
  const std::vector<ColumnSpec>* columns_;
  std::vector<SegmentColumn> info_;
  BlockRef row_contexts_block_;
  uint32_t rows_ = 0, contexts_ = 0;
  Bounds bounds_[3]{};
  bool time_ascends_ = false;
  uint64_t file_size_ = 0;
  mutable std::mutex filters_mutex_;
  // Filters of columns that were asked about, and left in memory: a few kilobytes each, for the columns that queries look up.
  mutable std::vector<std::shared_ptr<const std::string>> filters_;
};

// Decoded columns of open segments that are kept for the next query, in bytes over all of them. Default 48 MiB.
void set_segment_cache(uint64_t bytes);

}  // namespace shrike::store
