// Fills one chunk. What only the writer needs (the hash tables that find a string's or a context's id) lives here and goes when it is sealed.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "chunk.h"

namespace shrike::store {

// Open-addressing set of dictionary ids.
class Interner {
 public:
  // Returns the id of `text`, adding it when it is new; 0 when the dictionary is full.
  uint32_t intern(std::string_view text, TextRef* texts, std::atomic<uint32_t>& count, uint32_t capacity, Arena& arena);

 private:
  void grow(const TextRef* texts);
  std::vector<uint32_t> slots_;
  uint32_t used_ = 0;
  uint32_t last_ = 0;
};

// Open-addressing map from a context's number to its index in the chunk.
class ContextMap {
 public:
  // 0 when it is not there.
  uint32_t find(uint64_t id) const;
  void add(uint64_t id, uint32_t index);

 private:
  struct Slot {
    uint64_t id;
    uint32_t index;  // 0: free
  };
  void grow();
  std::vector<Slot> slots_;
  uint32_t used_ = 0;
  uint64_t highest_ = 0;
};

class ChunkWriter {
 public:
  ChunkWriter(const Layout& layout, std::shared_ptr<Chunk> chunk);

  // Whether another row may be started.
  bool has_room() const { return row_ < layout_.capacity && entries_ + 32 < layout_.entry_capacity && bytes() < layout_.max_bytes; }
  uint32_t rows() const { return row_; }
  uint64_t bytes() const;
  const std::shared_ptr<Chunk>& chunk() const { return chunk_; }

  // The row being written has only NULLs from here on.
  void begin();
  void set_int(int column, int64_t value) { store_int(column, row_, value); }
  void set_real(int column, double value) { store_real(column, row_, value); }
  void set_text(int column, std::string_view value) { store_text(column, row_, value); }
  // The id of the text that the row has in this column, and putting it there: only for columns that had a text in this chunk.
  uint32_t text_id(int column) const { return chunk_->columns_[column].width == Width::Text ? chunk_->at<uint32_t>(chunk_->columns_[column].values)[row_] : 0; }
  void set_text_id(int column, uint32_t id) { chunk_->at<uint32_t>(chunk_->columns_[column].values)[row_] = id; }
  // Unlike an address, never used again.
  uint64_t serial() const { return serial_; }
  bool use_context(uint64_t id);
  uint32_t add_context(uint64_t id);
  void store_int(int column, uint32_t index, int64_t value);
  void store_real(int column, uint32_t index, double value);
  void store_text(int column, uint32_t index, std::string_view value);
  // Of a text column, for a value that is hardly ever there already: a new dictionary entry, without a look.
  void store_text_once(int column, uint32_t index, std::string_view value);
  void commit(int64_t eid, int64_t time, int64_t ntime);
  // Lets readers know the size; after the last row, the final one.
  uint64_t publish_size();

 private:
  // Called before a value of a column is written: rows before its first must read as NULL.
  void touch(int column) {
    if (!chunk_->columns_[column].touched.load(std::memory_order_relaxed)) first_touch(column);
  }
  void first_touch(int column);
  void put_null(int column, uint32_t index);
  void fill_null(int column, uint32_t from, uint32_t to);
  void bound(int column, int64_t value);

  const Layout& layout_;
  std::shared_ptr<Chunk> chunk_;
  std::vector<Interner> interners_;
  ContextMap context_map_;
  std::vector<int> touched_rows_, touched_process_;
  uint64_t serial_;
  uint32_t row_ = 0;
  uint32_t filled_ = 0;       // rows that hold NULLs, if nothing else, in every touched column
  bool begun_ = false;        // a row was begun and not committed: it holds values
  uint32_t contexts_ = 1;
  uint32_t entries_ = 1;      // of the largest dictionary, or contexts
  uint64_t text_entries_ = 0; // over all dictionaries
  uint32_t row_width_ = 4, context_width_ = 0;
  int64_t last_time_ = INT64_MIN;
};

}  // namespace shrike::store
