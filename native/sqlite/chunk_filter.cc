#include "chunk_filter.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "filter_kernels.h"

namespace shrike::sqlite {
namespace {

using store::ChunkView;
using store::ColumnView;
using store::TextRef;
using store::Width;

constexpr uint8_t kNo = 0, kYes = 1, kUnknown = 2;

// A predicate whose work per value is more than a comparison.
bool costly(const Predicate& p) { return p.text != nullptr; }

// Whether the value at `index` passes.
bool passes(const Predicate& p, const ColumnView& view, uint32_t index, bool no_context) {
  if (view.values == nullptr || no_context) return p.nulls;
  switch (p.width) {
    case Width::I8: {
      const int8_t value = static_cast<const int8_t*>(view.values)[index];
      return value == store::kNull8 ? p.nulls : p.passes(int64_t{value});
    }
    case Width::I32: {
      const int32_t value = static_cast<const int32_t*>(view.values)[index];
      return value == store::kNull32 ? p.nulls : p.passes(int64_t{value});
    }
    case Width::I64: {
      const int64_t value = static_cast<const int64_t*>(view.values)[index];
      return value == store::kNull64 ? p.nulls : p.passes(value);
    }
    case Width::U32: return p.passes(int64_t{static_cast<const uint32_t*>(view.values)[index]});
    case Width::F64: {
      const double value = static_cast<const double*>(view.values)[index];
      return std::isnan(value) ? p.nulls : p.passes(value);
    }
    case Width::Text: {
      const uint32_t id = static_cast<const uint32_t*>(view.values)[index];
      return id == 0 ? p.nulls : p.passes(view.texts[id].view());
    }
  }
  return false;
}

// The ids of the strings that an exact predicate names; usually none or one.
std::vector<uint32_t> find_ids(const Predicate& p, const ChunkView& chunk, const ColumnView& view) {
  std::vector<uint32_t> ids;
  if (p.strings.empty()) return ids;
  std::vector<std::pair<uint32_t, const std::string*>> wanted;
  for (const std::string& text : p.strings) wanted.emplace_back(static_cast<uint32_t>(store::hash_text(text) >> 32), &text);
  std::ranges::sort(wanted, {}, [](const auto& entry) { return entry.first; });
  const auto try_entry = [&](uint32_t id, size_t at) {
    const TextRef& entry = view.texts[id];
    for (; at < wanted.size() && wanted[at].first == entry.hash; at++) {
      if (entry.view() == *wanted[at].second) ids.push_back(id);
    }
  };
  uint32_t from = 1;
  if (wanted.size() <= 16) {
    if (const auto index = chunk.text_index(p.column, view)) {
      for (const auto& [hash, text] : wanted) {
        index->find(hash, [&](uint32_t id) {
          if (id < view.text_count && view.texts[id].hash == hash && view.texts[id].view() == *text) ids.push_back(id);
        });
      }
      from = std::min(index->covers(), view.text_count);
    }
  }
  if (wanted.size() == 1) {
    const uint32_t hash = wanted[0].first;
    for (uint32_t id = from; id < view.text_count; id++) {
      if (view.texts[id].hash == hash) try_entry(id, 0);
    }
    return ids;
  }
  for (uint32_t id = from; id < view.text_count; id++) {
    const auto it = std::ranges::lower_bound(wanted, view.texts[id].hash, {}, [](const auto& entry) { return entry.first; });
    try_entry(id, static_cast<size_t>(it - wanted.begin()));
  }
  return ids;
}

}  // namespace

ChunkFilter::ChunkFilter(std::vector<Predicate> predicates) {
  for (Predicate& predicate : predicates) (predicate.process ? process_ : row_).push_back(std::move(predicate));
  // The cheap ones first: what they refuse, the costly ones never see.
  std::ranges::stable_sort(process_, [](const Predicate& a, const Predicate& b) { return costly(a) < costly(b); });
  std::ranges::stable_sort(row_, [](const Predicate& a, const Predicate& b) { return costly(a) < costly(b); });
}

// Prunes by the bounds of eid, time and ntime; eid always ascends, time mostly: there the ends are found by binary search.
bool ChunkFilter::bound(uint32_t& from, uint32_t& to) const {
  for (const Predicate& p : row_) {
    if (p.column > 2 || p.nulls || p.text != nullptr) continue;
    if (p.integers.empty()) return false;
    const int64_t low = p.integers.front().low, high = p.integers.back().high;
    const store::Bounds bounds = chunk_->bounds(p.column);
    if (low > bounds.max || high < bounds.min) return false;
    if (p.column == 2 || (p.column == 1 && !chunk_->time_ascends())) continue;
    const auto* values = static_cast<const int64_t*>(chunk_->column(p.column).values);
    const auto* first = std::lower_bound(values + from, values + to, low);
    const auto* last = std::upper_bound(first, values + to, high);
    from = static_cast<uint32_t>(first - values);
    to = static_cast<uint32_t>(last - values);
  }
  return from < to;
}

bool ChunkFilter::may_pass(const ChunkView& chunk) const {
  const auto possible = [&chunk](const Predicate& p) {
    if (p.nulls) return true;
    if (p.width == Width::Text) return !p.exact || std::ranges::any_of(p.strings, [&](const std::string& text) { return chunk.may_have_text(p.column, text); });
    if (p.width == Width::F64 || p.text != nullptr || p.integers.empty()) return true;
    if (p.column > 2) return std::ranges::any_of(p.integers, [&](const auto& range) { return chunk.may_have_integer(p.column, range.low, range.high); });
    const store::Bounds bounds = chunk.bounds(p.column);
    return p.integers.front().low <= bounds.max && p.integers.back().high >= bounds.min;
  };
  // What is in memory already goes first: a membership filter may have to be read.
  const auto cheap = [](const Predicate& p) { return p.width != Width::Text; };
  for (const auto* list : {&row_, &process_}) {
    for (const Predicate& p : *list) {
      if (cheap(p) && !possible(p)) return false;
    }
  }
  for (const auto* list : {&row_, &process_}) {
    for (const Predicate& p : *list) {
      if (!cheap(p) && !possible(p)) return false;
    }
  }
  return true;
}

bool ChunkFilter::enter(const ChunkView& chunk, uint32_t& from, uint32_t& to) {
  chunk_ = &chunk;
  row_contexts_ = chunk.row_contexts();
  for (Active& active : active_) {
    if (active.answers.capacity() > spare_.capacity()) spare_ = std::move(active.answers);
  }
  active_.clear();
  if (!bound(from, to)) return false;
  for (const Predicate& predicate : row_) {
    Active active{&predicate, Way::Values, {}, 0, {}};
    switch (prepare(predicate, active)) {
      case Verdict::None: return false;
      case Verdict::All: continue;
      case Verdict::Some: active_.push_back(std::move(active));
    }
  }
  if (!process_.empty() && prepare_contexts() == Verdict::None) return false;
  std::ranges::stable_sort(active_, {}, &Active::way);
  return true;
}

ChunkFilter::Verdict ChunkFilter::prepare(const Predicate& p, Active& active) {
  active.view = chunk_->column(p.column);
  if (active.view.values == nullptr) return p.nulls ? Verdict::All : Verdict::None;
  if (p.never()) return Verdict::None;
  if (p.width == Width::Text) return prepare_text(p, active);
  if (p.text != nullptr) return Verdict::Some;
  if (p.column <= 2 && p.integers.size() == 1 && !p.nulls) {
    // `bound` has already cut the rows to the range where the column ascends.
    if (p.column == 0 || (p.column == 1 && chunk_->time_ascends())) return Verdict::All;
  }
  const bool one = p.width == Width::F64 ? p.reals.size() == 1 : p.integers.size() == 1;
  if (one && !p.nulls) active.way = Way::Range;
  // NULL alone, the lowest value of a signed column, is a range too.
  if (p.nulls && p.integers.empty() && p.width != Width::F64 && p.width != Width::U32) active.way = Way::Range;
  if (p.nulls && p.integers.empty() && p.width == Width::U32) return Verdict::None;
  return Verdict::Some;
}

ChunkFilter::Verdict ChunkFilter::prepare_text(const Predicate& p, Active& active) {
  const uint32_t count = active.view.text_count;
  if (p.exact || (p.nulls && p.text == nullptr)) {
    std::vector<uint32_t> ids = find_ids(p, *chunk_, active.view);
    if (p.nulls) ids.push_back(0);
    if (ids.empty()) return Verdict::None;
    if (ids.size() == 1) {
      active.way = Way::Id;
      active.id = ids[0];
      return Verdict::Some;
    }
    active.way = Way::Lookup;
    active.answers = std::move(spare_);
    active.answers.assign(count, kNo);
    for (const uint32_t id : ids) active.answers[id] = kYes;
    return Verdict::Some;
  }
  active.answers = std::move(spare_);
  active.answers.assign(count, kUnknown);
  active.answers[0] = p.nulls ? kYes : kNo;
  active.way = Way::Memo;
  // Few strings for many rows: answer them all now, so that the loop over the rows has no branch.
  if (count <= 1024 || count <= chunk_->rows() / 8) {
    bool any = p.nulls, all = p.nulls;
    for (uint32_t id = 1; id < count; id++) {
      const bool yes = p.passes(active.view.texts[id].view());
      active.answers[id] = yes ? kYes : kNo;
      any |= yes;
      all &= yes;
    }
    if (!any) return Verdict::None;
    if (all) return Verdict::All;
    active.way = Way::Lookup;
  }
  return Verdict::Some;
}

// One process, by a name of its own, as joins look them up: its contexts are found without asking about every one.
bool ChunkFilter::prepare_one_text(Verdict& verdict) {
  const Predicate& p = process_[0];
  if (process_.size() != 1 || p.width != Width::Text || !p.exact || p.nulls || p.strings.size() != 1) return false;
  const ColumnView view = chunk_->column(p.column);
  const std::vector<uint32_t> ids = view.values == nullptr ? std::vector<uint32_t>{} : find_ids(p, *chunk_, view);
  verdict = Verdict::None;
  if (ids.empty()) return true;
  const uint32_t id = ids[0], count = chunk_->contexts();
  const auto* values = static_cast<const uint32_t*>(view.values);
  uint32_t found = 0;
  for (uint32_t context = 1; context < count; context++) found += values[context] == id;
  if (found == 0) return true;
  if (found > 1) return false;
  Active active{&p, Way::Id, {}, 1, {}};
  while (values[active.id] != id) active.id++;
  active.view.values = row_contexts_;
  active_.push_back(std::move(active));
  verdict = Verdict::Some;
  return true;
}

// All process predicates together give one answer per context.
ChunkFilter::Verdict ChunkFilter::prepare_contexts() {
  if (Verdict verdict; prepare_one_text(verdict)) return verdict;
  const uint32_t count = chunk_->contexts();
  process_views_.clear();
  process_memos_.resize(process_.size());
  bool any_costly = false;
  for (size_t i = 0; i < process_.size(); i++) {
    const Predicate& p = process_[i];
    if (p.never()) return Verdict::None;
    process_views_.push_back(chunk_->column(p.column));
    const ColumnView& view = process_views_[i];
    process_memos_[i].clear();
    if (view.values == nullptr) {
      if (!p.nulls) return Verdict::None;
      continue;
    }
    if (p.width != Width::Text) {
      any_costly |= p.text != nullptr;
      continue;
    }
    const bool exact = p.exact || p.text == nullptr;
    std::vector<uint32_t> ids;
    if (exact) {
      ids = find_ids(p, *chunk_, view);
      if (ids.empty() && !p.nulls) return Verdict::None;
    }
    process_memos_[i].assign(view.text_count, exact ? kNo : kUnknown);
    process_memos_[i][0] = p.nulls ? kYes : kNo;
    for (const uint32_t id : ids) process_memos_[i][id] = kYes;
    any_costly |= !exact;
  }
  Active active{&process_[0], Way::Memo, {}, 0, std::move(spare_)};
  active.view.values = row_contexts_;
  active.answers.assign(count, kUnknown);
  if (!any_costly || count <= 1024 || count <= chunk_->rows() / 8) {
    uint32_t yes = 0, last = 0;
    for (uint32_t context = 0; context < count; context++) {
      const bool pass = context_passes(context);
      active.answers[context] = pass ? kYes : kNo;
      yes += pass;
      if (pass) last = context;
    }
    if (yes == 0) return Verdict::None;
    if (yes == count) return Verdict::All;
    active.way = Way::Lookup;
    if (yes == 1) {
      active.way = Way::Id;
      active.id = last;
    }
  }
  active_.push_back(std::move(active));
  return Verdict::Some;
}

bool ChunkFilter::context_passes(uint32_t context) {
  for (size_t i = 0; i < process_.size(); i++) {
    const Predicate& p = process_[i];
    const ColumnView& view = process_views_[i];
    if (context == 0 || view.values == nullptr || p.width != Width::Text) {
      if (!passes(p, view, context, context == 0)) return false;
      continue;
    }
    const uint32_t id = static_cast<const uint32_t*>(view.values)[context];
    uint8_t& answer = process_memos_[i][id];
    if (answer == kUnknown) answer = p.passes(view.texts[id].view()) ? kYes : kNo;
    if (answer == kNo) return false;
  }
  return true;
}

bool ChunkFilter::remembered(Active& active, uint32_t row) {
  const uint32_t id = static_cast<const uint32_t*>(active.view.values)[row];
  uint8_t& answer = active.answers[id];
  if (answer == kUnknown) {
    const bool yes = active.view.values == row_contexts_ ? context_passes(id) : active.predicate->passes(active.view.texts[id].view());
    answer = yes ? kYes : kNo;
  }
  return answer == kYes;
}

// Clears the mask of the rows that do not pass; for the ways that work on whole runs.
void ChunkFilter::apply(const Active& active, uint32_t from, uint32_t count) {
  const Predicate& p = *active.predicate;
  const void* values = active.view.values;
  if (active.way == Way::Id) return kernels::range_u32(static_cast<const uint32_t*>(values) + from, count, active.id, active.id, mask_);
  if (active.way == Way::Lookup) return kernels::lookup_u32(static_cast<const uint32_t*>(values) + from, count, active.answers.data(), mask_);
  const bool null_only = p.integers.empty();
  const int64_t low = null_only ? 0 : p.integers[0].low, high = null_only ? 0 : p.integers[0].high;
  switch (p.width) {
    case Width::I8:
      return kernels::range_i8(static_cast<const int8_t*>(values) + from, count, null_only ? store::kNull8 : static_cast<int8_t>(low),
                               null_only ? store::kNull8 : static_cast<int8_t>(high), mask_);
    case Width::I32:
      return kernels::range_i32(static_cast<const int32_t*>(values) + from, count, null_only ? store::kNull32 : static_cast<int32_t>(low),
                                null_only ? store::kNull32 : static_cast<int32_t>(high), mask_);
    case Width::U32: return kernels::range_u32(static_cast<const uint32_t*>(values) + from, count, static_cast<uint32_t>(low), static_cast<uint32_t>(high), mask_);
    case Width::I64: return kernels::range_i64(static_cast<const int64_t*>(values) + from, count, null_only ? store::kNull64 : low, null_only ? store::kNull64 : high, mask_);
    case Width::F64: return kernels::range_f64(static_cast<const double*>(values) + from, count, p.reals[0].low, p.reals[0].high, mask_);
    case Width::Text: return;
  }
}

uint32_t ChunkFilter::select(uint32_t from, uint32_t to, uint32_t* selected) {
  const uint32_t count = to - from;
  std::memset(mask_, 1, count);
  std::memset(mask_ + count, 0, sizeof mask_ - count < 8 ? sizeof mask_ - count : 8);
  size_t next = 0;
  for (; next < active_.size() && active_[next].way <= Way::Lookup; next++) apply(active_[next], from, count);
  uint32_t n = kernels::collect(mask_, count, from, selected);
  for (; next < active_.size() && n > 0; next++) {
    Active& active = active_[next];
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
      const uint32_t row = selected[i];
      const bool pass = active.way == Way::Memo ? remembered(active, row) : passes(*active.predicate, active.view, row, false);
      selected[kept] = row;
      kept += pass;
    }
    n = kept;
  }
  return n;
}

}  // namespace shrike::sqlite
