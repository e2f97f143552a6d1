// HOW IT WORKS
//
// eids ascend from chunk to chunk and row to row, so the order of eids is the order of storage, or its reverse. So, almost, is the order of
// times: two processors, or a clock that was set back, put rows a little out of order. Where chunks overlap in time, rows are put in order as
// they come: those of one chunk are sorted together with what was carried over, and all that no later chunk can precede are handed out.
// So a query for the newest few rows still reads only the newest chunk or two.
#include "event_scan.h"

#include <algorithm>
#include <limits>

namespace shrike::sqlite {

EventScan::EventScan(store::Snapshot chunks, std::vector<Predicate> predicates, Order order)
    : chunks_(std::move(chunks)), filter_(std::move(predicates)), descends_(order == Order::Newest || order == Order::TimeDown),
      last_chunk_rows_(chunks_->empty() ? 0 : chunks_->back()->rows()) {
  const bool by_time = order == Order::TimeUp || order == Order::TimeDown;
  merging_ = by_time && !ordered_by_time();
  if (!merging_) return;
  // limits_[n]: the first time, in the order of the scan, that is still to come after n chunks.
  limits_.assign(chunks_->size() + 1, descends_ ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max());
  for (size_t n = chunks_->size(); n-- > 0;) {
    const store::Bounds bounds = (*chunks_)[descends_ ? chunks_->size() - 1 - n : n]->bounds(1);
    limits_[n] = descends_ ? std::max(limits_[n + 1], bounds.max) : std::min(limits_[n + 1], bounds.min);
  }
}

uint32_t EventScan::rows_of(size_t number) const { return number + 1 == chunks_->size() ? last_chunk_rows_ : (*chunks_)[number]->rows(); }

bool EventScan::ordered_by_time() const {
  int64_t latest = std::numeric_limits<int64_t>::min();
  for (size_t i = 0; i < chunks_->size(); i++) {
    if (rows_of(i) == 0) continue;
    const store::Bounds bounds = (*chunks_)[i]->bounds(1);
    if (bounds.min < latest || !(*chunks_)[i]->time_ascends()) return false;
    latest = bounds.max;
  }
  return true;
}

bool EventScan::enter_chunk() {
  if (visited_ == chunks_->size()) {
    finished_ = true;
    return false;
  }
  number_ = descends_ ? chunks_->size() - 1 - visited_ : visited_;
  visited_++;
  const auto& listed = (*chunks_)[number_];
  from_ = 0;
  to_ = rows_of(number_);
  if (from_ == to_ || !filter_.may_pass(*listed)) return false;
  opened_ = listed->open(listed);
  chunk_ = opened_.get();
  return chunk_ != nullptr && filter_.enter(*chunk_, from_, to_);
}

bool EventScan::advance() { return merging_ ? advance_merge() : advance_run(); }

bool EventScan::advance_run() {
  if (!inside_) {
    inside_ = enter_chunk();
    if (!inside_) return false;
  }
  position_ = 0;
  everything_ = filter_.keeps_all();
  if (everything_) {
    first_ = from_;
    last_ = to_ - 1;
    count_ = to_ - from_;
    inside_ = false;
    return true;
  }
  const uint32_t size = std::min(kRun, to_ - from_);
  const uint32_t from = descends_ ? to_ - size : from_;
  count_ = filter_.select(from, from + size, selected_);
  (descends_ ? to_ : from_) = descends_ ? from : from + size;
  inside_ = from_ < to_;
  return count_ > 0;
}

bool EventScan::advance_merge() {
  const auto before = [](const Reference& a, const Reference& b) {
    if (a.time != b.time) return a.time < b.time;
    return a.chunk_number != b.chunk_number ? a.chunk_number < b.chunk_number : a.row < b.row;
  };
  if (visited_ == chunks_->size() && carried_.empty()) {
    finished_ = true;
    return false;
  }
  merged_.clear();
  if (visited_ < chunks_->size() && enter_chunk()) {
    held_.emplace_back(static_cast<uint32_t>(number_), opened_);
    const auto* times = static_cast<const int64_t*>(chunk_->column(1).values);
    for (uint32_t from = from_; from < to_; from += kRun) {
      const uint32_t n = filter_.select(from, std::min(from + kRun, to_), selected_);
      for (uint32_t i = 0; i < n; i++) merged_.push_back({times[selected_[i]], chunk_, selected_[i], static_cast<uint32_t>(number_)});
    }
  }
  // Both are kept ascending; a descending scan hands them out from the end.
  if (!std::ranges::is_sorted(merged_, before)) std::ranges::sort(merged_, before);
  const size_t middle = merged_.size();
  merged_.insert(merged_.end(), carried_.begin(), carried_.end());
  std::ranges::inplace_merge(merged_, merged_.begin() + static_cast<std::ptrdiff_t>(middle), before);
  carried_.clear();
  const int64_t limit = limits_[visited_];
  if (descends_) {
    const auto ready = std::ranges::partition_point(merged_, [limit](const Reference& r) { return r.time < limit; });
    carried_.assign(merged_.begin(), ready);
    merged_.erase(merged_.begin(), ready);
  } else {
    const auto ready = std::ranges::partition_point(merged_, [limit](const Reference& r) { return r.time <= limit; });
    carried_.assign(ready, merged_.end());
    merged_.erase(ready, merged_.end());
  }
  std::erase_if(held_, [this](const auto& held) {
    const auto of_it = [&held](const Reference& reference) { return reference.chunk_number == held.first; };
    return std::ranges::none_of(merged_, of_it) && std::ranges::none_of(carried_, of_it);
  });
  position_ = 0;
  count_ = static_cast<uint32_t>(merged_.size());
  return count_ > 0;
}

}  // namespace shrike::sqlite
