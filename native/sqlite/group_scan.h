// Hands out the rows of an event table group by group, so that GROUP BY, DISTINCT and ORDER BY need no sorter.
//
// HOW IT WORKS
//
// Chunk after chunk is filtered, its rows numbered by group (grouping.h) and put in order of those numbers by counting; what stays is four
// bytes a row, and a run (chunk, first reference, count) per chunk and group met in it. At the end the runs, not the rows, are put in order of their
// groups. Within a group rows come as they are stored. When one row of each group is enough, rows are handed out as groups are met, and nothing stays.
#pragma once

#include <optional>
#include <vector>

#include "../store/segment.h"
#include "../store/snapshot.h"
#include "chunk_filter.h"
#include "grouping.h"

namespace shrike::sqlite {

struct GroupPlan {
  std::vector<GroupColumn> by;
  bool ordered = false;       // in the order of the values, not only side by side
  bool one_each = false;      // one row of each group is enough
  bool newest_first = false;  // within a group
};

// The most memory that a grouped scan may take, in bytes; beyond it SQLite sorts, on disk if need be.
inline constexpr double kGroupBytes = 192 << 20;
// What it would take: references, the different values, and the columns that `used` names (its last bit stands for all beyond) of chunks on disk.
double group_bytes(const std::vector<store::ColumnSpec>& columns, const store::ChunkList& chunks, const GroupPlan& plan, uint64_t used);

class GroupScan {
 public:
  GroupScan(const std::vector<store::ColumnSpec>& columns, store::Snapshot chunks, std::vector<Predicate> predicates, GroupPlan plan);

  // As EventScan's.
  template <typename Stopped> bool next(Stopped&& stopped) {
    if (++position_ < count_) return true;
    while (!collected_ && !stopped()) {
      if (!collect()) continue;
      if (streams() && take_firsts()) return true;
    }
    if (!collected_ || streams()) return false;
    return next_run();
  }
  const store::ChunkView& chunk() const { return *current_; }
  // The row's value in a column grouped by; null in others.
  const Grouping::Key* key(int column) const {
    if (streams()) return nullptr;
    for (size_t i = 0; i < keys_.size(); i++) {
      if (plan_.by[i].column == column) return &keys_[i];
    }
    return nullptr;
  }
  size_t chunk_number() const { return number_; }
  uint32_t row() const { return rows_[plan_.newest_first ? first_ + count_ - 1 - position_ : first_ + position_]; }
  const store::Segment* segment() const { return number_ < chunks_->size() ? (*chunks_)[number_]->segment() : nullptr; }

 private:
  struct Run {
    uint32_t group, chunk, first, count;
  };

  // Works through one chunk. True when it had rows.
  bool collect();
  // Whether rows are handed out as their groups are met.
  bool streams() const { return plan_.one_each && !plan_.ordered; }
  void place();
  bool take_firsts();
  void order_runs();
  bool next_run();

  const store::Snapshot chunks_;
  const GroupPlan plan_;
  ChunkFilter filter_;
  Grouping grouping_;
  bool collected_ = false;
  size_t visited_ = 0, number_ = 0, current_number_ = 0;
  uint32_t last_chunk_rows_;
  std::vector<std::shared_ptr<const store::ChunkView>> held_;  // by chunk number
  std::vector<uint32_t> rows_;
  std::vector<Run> runs_;
  size_t run_ = SIZE_MAX;
  const store::ChunkView* current_ = nullptr;
  std::vector<Grouping::Key> keys_;  // of the run at hand
  uint32_t first_ = 0, count_ = 0, position_ = UINT32_MAX;
  // Of the chunk at hand.
  std::vector<uint32_t> selected_, groups_;
  std::vector<uint32_t> counts_;   // by group; zero between chunks
  std::vector<uint32_t> touched_;
};

}  // namespace shrike::sqlite
