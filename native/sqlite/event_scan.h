// Walks the rows of an event table that pass a set of predicates, in the order asked for, a run at a time, so that LIMIT stops it early.
#pragma once

#include <vector>

#include "../store/segment.h"
#include "../store/snapshot.h"
#include "chunk_filter.h"

namespace shrike::sqlite {

enum class Order : uint8_t { Oldest, Newest, TimeUp, TimeDown };

class EventScan {
 public:
  EventScan(store::Snapshot chunks, std::vector<Predicate> predicates, Order order);

  // Goes to the next row that passes, at first to the first one. False at the end, or when `stopped` has become true (see `stop`).
  template <typename Stopped> bool next(Stopped&& stopped) {
    if (++position_ < count_) return true;
    while (!finished_ && !stopped()) {
      if (advance()) return true;
    }
    return false;
  }

  const store::ChunkView& chunk() const { return *(merging_ ? merged_[row_at()].chunk : chunk_); }
  // Which one, by its place in the table: unlike its address, never another's in the same scan.
  size_t chunk_number() const { return merging_ ? merged_[row_at()].chunk_number : number_; }
  // The chunk on disk that the scan was last at, or null.
  const store::Segment* segment() const { return number_ < chunks_->size() ? (*chunks_)[number_]->segment() : nullptr; }
  uint32_t row() const {
    if (merging_) return merged_[row_at()].row;
    return everything_ ? (descends_ ? last_ - position_ : first_ + position_) : selected_[descends_ ? count_ - 1 - position_ : position_];
  }

 private:
  // A row outside its chunk, while rows of several chunks are put in order.
  struct Reference {
    int64_t time;
    const store::ChunkView* chunk;
    uint32_t row;
    uint32_t chunk_number;
  };

  // One step: a run or a chunk. True when there are rows to hand out.
  bool advance();
  bool enter_chunk();
  bool advance_run();
  bool advance_merge();
  uint32_t row_at() const { return descends_ ? count_ - 1 - position_ : position_; }
  uint32_t rows_of(size_t number) const;
  bool ordered_by_time() const;

  const store::Snapshot chunks_;
  ChunkFilter filter_;
  const bool descends_;
  bool merging_ = false;
  bool finished_ = false;
  bool inside_ = false;      // a chunk has been entered and has rows left
  bool everything_ = false;  // the run is rows first_ to last_, all of them
  uint32_t last_chunk_rows_; // the only chunk that can grow is the last: it is read as far as it was when the scan began
  size_t visited_ = 0;       // chunks done with, from the end that the scan began at
  size_t number_ = 0;        // of the chunk entered
  const store::ChunkView* chunk_ = nullptr;
  std::shared_ptr<const store::ChunkView> opened_;  // what chunk_ points to
  uint32_t from_ = 0, to_ = 0;  // rows of the chunk not looked at yet
  uint32_t first_ = 0, last_ = 0;
  uint32_t position_ = UINT32_MAX, count_ = 0;
  uint32_t selected_[kRun];
  std::vector<Reference> merged_, carried_;
  std::vector<std::pair<uint32_t, std::shared_ptr<const store::ChunkView>>> held_;  // chunks, by number, that references point to
  std::vector<int64_t> limits_;  // merging: what the chunks not visited yet could still hold
};

}  // namespace shrike::sqlite
