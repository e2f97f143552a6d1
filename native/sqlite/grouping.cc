#include "grouping.h"

#include <algorithm>
#include <numeric>

namespace shrike::sqlite {

using store::TextRef;
using store::Width;

bool Grouping::possible(const store::ColumnSpec& column) {
  return column.width == Width::Text || column.width == Width::I8 || (column.process && column.width != Width::F64);
}

Grouping::Grouping(const std::vector<store::ColumnSpec>& columns, std::vector<GroupColumn> by) {
  for (const GroupColumn& column : by) {
    const store::ColumnSpec& spec = columns[static_cast<size_t>(column.column)];
    Values values{};
    values.by = column;
    values.width = spec.width;
    values.process = spec.process;
    columns_.push_back(std::move(values));
  }
  pairs_.resize(columns_.size() - 1);
  parts_.resize(columns_.size() - 1);
}

void Grouping::enter(const store::ChunkView& chunk) {
  chunk_ = &chunk;
  contexts_ = nullptr;
  for (Values& values : columns_) {
    values.view = chunk.column(values.by.column);
    if (values.process && contexts_ == nullptr) contexts_ = chunk.row_contexts();
    const size_t size = values.process ? chunk.contexts() : values.width == Width::Text ? std::max(values.view.text_count, 1u) : 256;
    values.local.assign(size, kUnknown);
  }
}

void Grouping::grow(Values& values) {
  values.slots.assign(values.slots.empty() ? 64 : values.slots.size() * 4, kUnknown);
  const size_t mask = values.slots.size() - 1;
  for (uint32_t n = 0; n < values.texts.size(); n++) {
    if (values.nulls[n]) continue;
    size_t slot = values.texts[n].hash & mask;
    while (values.slots[slot] != kUnknown) slot = (slot + 1) & mask;
    values.slots[slot] = n;
  }
}

uint32_t Grouping::add(Values& values, TextRef text, int64_t integer, bool null) {
  const auto number = static_cast<uint32_t>(values.nulls.size());
  values.nulls.push_back(null);
  if (values.width == Width::Text) values.texts.push_back(text);
  else values.integers.push_back(integer);
  return number;
}

uint32_t Grouping::number_null(Values& values) {
  if (values.null == kUnknown) values.null = add(values, {"", 0, 0}, 0, true);
  return values.null;
}

uint32_t Grouping::number_text(Values& values, const TextRef& text) {
  if (values.slots.size() <= values.texts.size() * 2) grow(values);
  const size_t mask = values.slots.size() - 1;
  size_t slot = text.hash & mask;
  for (; values.slots[slot] != kUnknown; slot = (slot + 1) & mask) {
    const TextRef& known = values.texts[values.slots[slot]];
    if (known.hash == text.hash && known.view() == text.view()) return values.slots[slot];
  }
  // A copy: the chunk may be let go before the scan ends.
  values.slots[slot] = add(values, {arena_.add(text.view()), text.size, text.hash}, 0, false);
  return values.slots[slot];
}

uint32_t Grouping::number_integer(Values& values, int64_t value) {
  const auto [it, added] = values.known.try_emplace(value, 0);
  if (added) it->second = add(values, {}, value, false);
  return it->second;
}

uint32_t Grouping::resolve(Values& values, uint32_t local) {
  const void* data = values.view.values;
  if (values.process && local == 0) return number_null(values);
  if (data == nullptr) return number_null(values);
  switch (values.width) {
    case Width::Text: {
      const uint32_t id = values.process ? static_cast<const uint32_t*>(data)[local] : local;
      return id == 0 ? number_null(values) : number_text(values, values.view.texts[id]);
    }
    case Width::I8: {
      const auto value = values.process ? static_cast<const int8_t*>(data)[local] : static_cast<int8_t>(local);
      return value == store::kNull8 ? number_null(values) : number_integer(values, value);
    }
    case Width::I32: {
      const int32_t value = static_cast<const int32_t*>(data)[local];
      return value == store::kNull32 ? number_null(values) : number_integer(values, value);
    }
    case Width::U32: return number_integer(values, static_cast<const uint32_t*>(data)[local]);
    case Width::I64: {
      const int64_t value = static_cast<const int64_t*>(data)[local];
      return value == store::kNull64 ? number_null(values) : number_integer(values, value);
    }
    case Width::F64: break;
  }
  return number_null(values);
}

void Grouping::number(const uint32_t* rows, uint32_t count, uint32_t* groups) {
  const auto each = [&](Values& values, auto&& visit) {
    const auto look_up = [&](auto&& local_of) {
      for (uint32_t i = 0; i < count; i++) {
        const uint32_t local = local_of(rows[i]);
        uint32_t number = values.local[local];
        if (number == kUnknown) number = values.local[local] = resolve(values, local);
        visit(i, number);
      }
    };
    if (values.process) look_up([contexts = contexts_](uint32_t row) { return contexts[row]; });
    else if (values.view.values == nullptr) look_up([](uint32_t) { return 0u; });
    else if (values.width == Width::Text) look_up([ids = static_cast<const uint32_t*>(values.view.values)](uint32_t row) { return ids[row]; });
    else look_up([bytes = static_cast<const uint8_t*>(values.view.values)](uint32_t row) { return uint32_t{bytes[row]}; });
  };
  each(columns_[0], [&](uint32_t i, uint32_t number) { groups[i] = number; });
  for (size_t c = 1; c < columns_.size(); c++) {
    auto& pairs = pairs_[c - 1];
    auto& parts = parts_[c - 1];
    uint64_t last = UINT64_MAX;
    uint32_t last_group = 0;
    each(columns_[c], [&](uint32_t i, uint32_t number) {
      const uint64_t pair = uint64_t{groups[i]} << 32 | number;
      if (pair != last) {
        const auto [it, added] = pairs.try_emplace(pair, static_cast<uint32_t>(parts.size()));
        if (added) parts.emplace_back(groups[i], number);
        last = pair;
        last_group = it->second;
      }
      groups[i] = last_group;
    });
  }
  groups_ = static_cast<uint32_t>(parts_.empty() ? columns_[0].nulls.size() : parts_.back().size());
}

Grouping::Key Grouping::key(uint32_t group, size_t n) const {
  for (size_t c = columns_.size() - 1; c > n; c--) group = parts_[c - 1][group].first;
  if (n > 0) group = parts_[n - 1][group].second;
  const Values& values = columns_[n];
  const bool text = values.width == Width::Text;
  return {values.nulls[group], text ? &values.texts[group] : nullptr, text ? 0 : values.integers[group]};
}

std::vector<uint32_t> Grouping::places() const {
  // The place of each value among those of its column.
  std::vector<std::vector<uint32_t>> ranks;
  for (const Values& values : columns_) {
    std::vector<uint32_t> order(values.nulls.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order, [&values](uint32_t a, uint32_t b) {
      if (values.by.descends) std::swap(a, b);
      if (values.nulls[a] || values.nulls[b]) return values.nulls[a] && !values.nulls[b];
      return values.width == Width::Text ? values.texts[a].view() < values.texts[b].view() : values.integers[a] < values.integers[b];
    });
    std::vector<uint32_t>& rank = ranks.emplace_back(order.size());
    for (uint32_t place = 0; place < order.size(); place++) rank[order[place]] = place;
  }
  if (columns_.size() == 1) return ranks[0];
  // Values of all columns, one after the other, of each group.
  std::vector<uint32_t> keys(size_t{groups_} * columns_.size());
  for (uint32_t group = 0; group < groups_; group++) {
    uint32_t at = group;
    for (size_t c = columns_.size(); c-- > 1;) {
      keys[group * columns_.size() + c] = ranks[c][parts_[c - 1][at].second];
      at = parts_[c - 1][at].first;
    }
    keys[group * columns_.size()] = ranks[0][at];
  }
  std::vector<uint32_t> order(groups_), places(groups_);
  std::iota(order.begin(), order.end(), 0u);
  const auto key = [&](uint32_t group) { return std::basic_string_view<uint32_t>(keys.data() + group * columns_.size(), columns_.size()); };
  std::ranges::sort(order, [&](uint32_t a, uint32_t b) { return key(a) < key(b); });
  for (uint32_t place = 0; place < groups_; place++) places[order[place]] = place;
  return places;
}

}  // namespace shrike::sqlite
