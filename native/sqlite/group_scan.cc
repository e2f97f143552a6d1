#include "group_scan.h"

#include <algorithm>

namespace shrike::sqlite {

using store::Width;

double group_bytes(const std::vector<store::ColumnSpec>& columns, const store::ChunkList& chunks, const GroupPlan& plan, uint64_t used) {
  // What a string takes here: its entry, its slots, its bytes.
  constexpr double kString = 120;
  double bytes = 0;
  for (const auto& chunk : chunks) {
    const double rows = chunk->rows();
    const store::Segment* segment = chunk->segment();
    if (!plan.one_each) bytes += rows * sizeof(uint32_t);
    double most = 1;  // runs of this chunk
    for (const GroupColumn& by : plan.by) {
      const store::ColumnSpec& spec = columns[static_cast<size_t>(by.column)];
      double different = spec.process ? chunk->contexts() : 256;
      if (spec.width == Width::Text) different = segment != nullptr ? segment->column_info(by.column).text_count : chunk->column(by.column).text_count;
      bytes += different * kString;
      most *= std::max(different, 1.0);
    }
    bytes += std::min(most, rows) * (plan.by.size() > 1 ? 16 + 80 : 16);
    if (segment == nullptr || plan.one_each) continue;
    // Rows of all chunks stay within reach, so what is decoded of those on disk stays in memory.
    for (size_t c = 0; c < columns.size(); c++) {
      if ((used >> std::min<size_t>(c, 63) & 1) == 0) continue;
      const store::SegmentColumn& info = segment->column_info(static_cast<int>(c));
      if (!info.present) continue;
      bytes += (columns[c].process ? chunk->contexts() : rows) * 8 + info.text_count * 64.0;
    }
  }
  return bytes;
}

GroupScan::GroupScan(const std::vector<store::ColumnSpec>& columns, store::Snapshot chunks, std::vector<Predicate> predicates, GroupPlan plan)
    : chunks_(std::move(chunks)), plan_(std::move(plan)), filter_(std::move(predicates)), grouping_(columns, plan_.by),
      last_chunk_rows_(chunks_->empty() ? 0 : chunks_->back()->rows()), held_(chunks_->size()) {}

bool GroupScan::collect() {
  if (visited_ == chunks_->size()) {
    collected_ = true;
    if (!streams()) order_runs();
    return false;
  }
  number_ = visited_++;
  const auto& listed = (*chunks_)[number_];
  uint32_t from = 0, to = number_ + 1 == chunks_->size() ? last_chunk_rows_ : listed->rows();
  if (from == to || !filter_.may_pass(*listed)) return false;
  std::shared_ptr<const store::ChunkView> opened = listed->open(listed);
  if (!opened || !filter_.enter(*opened, from, to)) return false;
  selected_.resize(to - from + kRun);  // the kernels may write a little more than they tell
  uint32_t n = 0;
  if (filter_.keeps_all()) {
    for (; from < to; from++) selected_[n++] = from;
  } else {
    // `select` writes at most as many as it looks at, and those before it are taken.
    for (; from < to; from += kRun) n += filter_.select(from, std::min(from + kRun, to), selected_.data() + n);
  }
  if (n == 0) return false;
  selected_.resize(n);
  groups_.resize(n);
  grouping_.enter(*opened);
  grouping_.number(selected_.data(), n, groups_.data());
  counts_.resize(grouping_.groups(), 0);
  held_[number_] = std::move(opened);
  if (!streams()) place();
  return true;
}

// Appends the rows of the chunk at hand, those of a group side by side.
void GroupScan::place() {
  const auto number = static_cast<uint32_t>(number_);
  auto at = static_cast<uint32_t>(rows_.size());
  if (plan_.one_each) {
    for (size_t i = 0; i < selected_.size(); i++) {
      if (counts_[groups_[i]] != 0) continue;
      counts_[groups_[i]] = 1;
      runs_.push_back({groups_[i], number, at++, 1});
      rows_.push_back(selected_[i]);
    }
    return;
  }
  touched_.clear();
  for (const uint32_t group : groups_) {
    if (counts_[group]++ == 0) touched_.push_back(group);
  }
  rows_.resize(rows_.size() + selected_.size());
  for (const uint32_t group : touched_) {
    const uint32_t count = counts_[group];
    runs_.push_back({group, number, at, count});
    counts_[group] = at;
    at += count;
  }
  for (size_t i = 0; i < selected_.size(); i++) rows_[counts_[groups_[i]]++] = selected_[i];
  for (const uint32_t group : touched_) counts_[group] = 0;
}

// Of the chunk at hand, the rows whose group was not met before.
bool GroupScan::take_firsts() {
  rows_.clear();
  for (size_t i = 0; i < selected_.size(); i++) {
    if (counts_[groups_[i]] != 0) continue;
    counts_[groups_[i]] = 1;
    rows_.push_back(selected_[i]);
  }
  // The chunk before this one is not needed any more.
  if (current_number_ != number_) held_[current_number_].reset();
  current_number_ = number_;
  current_ = held_[number_].get();
  first_ = position_ = 0;
  count_ = static_cast<uint32_t>(rows_.size());
  return count_ > 0;
}

// By group, and within one as the chunks are stored.
void GroupScan::order_runs() {
  std::vector<uint32_t> places;
  if (plan_.ordered && grouping_.groups() > 0) places = grouping_.places();
  const auto place = [&](const Run& run) { return places.empty() ? run.group : places[run.group]; };
  std::vector<uint32_t> starts(size_t{grouping_.groups()} + 1, 0);
  for (const Run& run : runs_) starts[place(run) + 1]++;
  for (size_t i = 1; i < starts.size(); i++) starts[i] += starts[i - 1];
  std::vector<Run> sorted(runs_.size());
  if (plan_.newest_first) {
    for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) sorted[starts[place(*run)]++] = *run;
  } else {
    for (const Run& run : runs_) sorted[starts[place(run)]++] = run;
  }
  runs_ = std::move(sorted);
}

bool GroupScan::next_run() {
  if (++run_ >= runs_.size()) {
    run_ = runs_.size();
    count_ = 0;
    position_ = UINT32_MAX;
    return false;
  }
  const Run& run = runs_[run_];
  number_ = run.chunk;
  current_ = held_[run.chunk].get();
  if (run_ == 0 || runs_[run_ - 1].group != run.group) {
    keys_.resize(plan_.by.size());
    for (size_t i = 0; i < keys_.size(); i++) keys_[i] = grouping_.key(run.group, i);
  }
  first_ = run.first;
  count_ = run.count;
  position_ = 0;
  return true;
}

}  // namespace shrike::sqlite
