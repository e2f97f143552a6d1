// A chunk in memory. Its arrays are reserved whole and never move; pages that were never written take no memory.
#pragma once

#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

#include "chunk_view.h"
#include "store.h"

namespace shrike::store {

// Where each array of a table's chunks lies in the chunk's mapping. Computed once per table.
struct Layout {
  Layout(std::vector<ColumnSpec> columns, uint32_t capacity, uint64_t max_bytes);
  std::vector<ColumnSpec> columns;
  uint32_t capacity;        // rows
  uint32_t entry_capacity;  // contexts, and entries of one dictionary
  uint64_t max_bytes;
  size_t row_contexts;            // offset of the context of each row
  std::vector<size_t> values;     // offset per column
  std::vector<size_t> texts;      // offset of the dictionary per text column
  size_t size;
};

size_t width_bytes(Width width);

// Blocks of text that never move.
class Arena {
 public:
  const char* add(std::string_view text);
  uint64_t bytes() const { return bytes_; }

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  size_t block_size_ = 4096;
  uint64_t bytes_ = 0;
};

class Chunk final : public ChunkView {
 public:
  explicit Chunk(const Layout& layout);
  ~Chunk() override;
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;

  uint32_t rows() const override { return rows_.load(std::memory_order_acquire); }
  uint32_t contexts() const override { return contexts_.load(std::memory_order_acquire); }
  const uint32_t* row_contexts() const override { return at<uint32_t>(row_contexts_offset_); }
  ColumnView column(int column) const override;
  Bounds bounds(int column) const override;
  bool time_ascends() const override { return time_ascends_.load(std::memory_order_relaxed); }
  uint64_t bytes() const override { return bytes_.load(std::memory_order_relaxed); }

 private:
  friend class ChunkWriter;
  struct Column {
    Width width;
    size_t values, texts;
    // False while every value is NULL. Set, by the writer, after the NULLs of earlier rows were written.
    std::atomic<bool> touched{false};
    std::atomic<uint32_t> text_count{1};
  };
  template <typename T> T* at(size_t offset) const { return reinterpret_cast<T*>(memory_ + offset); }

  char* memory_;
  size_t size_;
  size_t row_contexts_offset_;
  int column_count_;
  std::unique_ptr<Column[]> columns_;
  Arena arena_;
  std::atomic<uint32_t> rows_{0};
  std::atomic<uint32_t> contexts_{1};
  std::atomic<int64_t> min_[3], max_[3];
  std::atomic<bool> time_ascends_{true};
  std::atomic<uint64_t> bytes_{0};
};

}  // namespace shrike::store
