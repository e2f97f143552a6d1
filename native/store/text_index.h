// Finds a string in a chunk's dictionary without looking at all of it: for joins, which look up thousands of strings, one at a time, in every chunk.
//
// HOW IT WORKS
//
// A table of ids by hash, made when a column's dictionary is asked for the second time: a single look-up is served better by the scan that the
// caller does without one. A dictionary that grows is covered as far as it was; the rest is scanned, until it has doubled. All
// indexes together have a bound of bytes; when it is reached, those who have none go on scanning.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace shrike::store {

struct TextRef;

class TextIndex {
 public:
  // Null when there is no memory left for indexes.
  static std::shared_ptr<const TextIndex> make(const TextRef* texts, uint32_t count);
  ~TextIndex();
  TextIndex(const TextIndex&) = delete;
  TextIndex& operator=(const TextIndex&) = delete;

  // Ids below this one are in it.
  uint32_t covers() const { return covers_; }
  // Calls `visit(id)` with each id whose string has this hash, and perhaps others.
  template <typename Visit> void find(uint32_t hash, Visit&& visit) const {
    const size_t mask = slots_.size() - 1;
    for (size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) visit(slots_[slot]);
  }

 private:
  explicit TextIndex(size_t slots) : slots_(slots, 0) {}
  std::vector<uint32_t> slots_;
  uint32_t covers_ = 0;
};

// The indexes of one chunk. Any thread.
class TextIndexes {
 public:
  // Null when the column has none, yet or at all.
  std::shared_ptr<const TextIndex> of(int column, const TextRef* texts, uint32_t count) const;

 private:
  struct Entry {
    int column;
    std::shared_ptr<const TextIndex> index;
  };
  mutable std::mutex mutex_;
  mutable std::vector<Entry> entries_;
};

}  // namespace shrike::store
