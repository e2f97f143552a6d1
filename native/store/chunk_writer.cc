#include "chunk_writer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace shrike::store {
namespace {

template <typename T> T clamp_to(int64_t value) {
  // The smallest signed value is NULL, so the smallest that can be kept is one above it.
  constexpr int64_t low = std::is_signed_v<T> ? int64_t{std::numeric_limits<T>::min()} + 1 : 0;
  constexpr int64_t high = std::numeric_limits<T>::max();
  return static_cast<T>(value < low ? low : value > high ? high : value);
}

uint64_t next_serial() {
  static std::atomic<uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

uint32_t Interner::intern(std::string_view text, TextRef* texts, std::atomic<uint32_t>& count, uint32_t capacity, Arena& arena) {
  // Runs of one value are common (one program at work): they cost a comparison.
  if (last_ != 0 && texts[last_].size == text.size() && std::memcmp(texts[last_].data, text.data(), text.size()) == 0) return last_;
  if (slots_.size() <= size_t{used_} * 2) grow(texts);
  const uint64_t full = hash_text(text);
  const auto hash = static_cast<uint32_t>(full >> 32);
  const size_t mask = slots_.size() - 1;
  size_t slot = hash & mask;
  while (const uint32_t id = slots_[slot]) {
    const TextRef& entry = texts[id];
    if (entry.hash == hash && entry.size == text.size() && std::memcmp(entry.data, text.data(), text.size()) == 0) return last_ = id;
    slot = (slot + 1) & mask;
  }
  const uint32_t id = count.load(std::memory_order_relaxed);
  if (id >= capacity) return 0;
  texts[id] = {arena.add(text), static_cast<uint32_t>(text.size()), hash};
  slots_[slot] = id;
  used_++;
  count.store(id + 1, std::memory_order_release);  // a reader may evaluate a whole dictionary at once
  return last_ = id;
}

void Interner::grow(const TextRef* texts) {
  std::vector<uint32_t> slots(slots_.empty() ? 32 : slots_.size() * 4, 0);
  const size_t mask = slots.size() - 1;
  for (const uint32_t id : slots_) {
    if (id == 0) continue;
    size_t slot = texts[id].hash & mask;
    while (slots[slot] != 0) slot = (slot + 1) & mask;
    slots[slot] = id;
  }
  slots_ = std::move(slots);
}

namespace {
// Numbers are given in order, so neighbours in time are neighbours in memory; those of different sources differ above bit 31.
uint64_t scatter(uint64_t id) { return id ^ (id >> 32) * 0x9E3779B97F4A7C15ull; }
}  // namespace

uint32_t ContextMap::find(uint64_t id) const {
  if (id > highest_ || slots_.empty()) return 0;
  const size_t mask = slots_.size() - 1;
  for (size_t slot = scatter(id) & mask; slots_[slot].index != 0; slot = (slot + 1) & mask) {
    if (slots_[slot].id == id) return slots_[slot].index;
  }
  return 0;
}

void ContextMap::add(uint64_t id, uint32_t index) {
  if (slots_.size() <= size_t{used_} * 2) grow();
  const size_t mask = slots_.size() - 1;
  size_t slot = scatter(id) & mask;
  while (slots_[slot].index != 0) slot = (slot + 1) & mask;
  slots_[slot] = {id, index};
  used_++;
  highest_ = std::max(highest_, id);
}

void ContextMap::grow() {
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.empty() ? 32 : old.size() * 4, Slot{0, 0});
  const size_t mask = slots_.size() - 1;
  for (const Slot& entry : old) {
    if (entry.index == 0) continue;
    size_t slot = scatter(entry.id) & mask;
    while (slots_[slot].index != 0) slot = (slot + 1) & mask;
    slots_[slot] = entry;
  }
}

ChunkWriter::ChunkWriter(const Layout& layout, std::shared_ptr<Chunk> chunk)
    : layout_(layout), chunk_(std::move(chunk)), interners_(layout.columns.size()), serial_(next_serial()) {
  for (int column = 0; column < 3; column++) touch(column);
}

uint64_t ChunkWriter::bytes() const {
  const uint64_t pages = 4096 * (touched_rows_.size() + touched_process_.size() + 1);
  return pages + uint64_t{row_} * row_width_ + uint64_t{contexts_} * context_width_ + text_entries_ * sizeof(TextRef) + chunk_->arena_.bytes();
}

void ChunkWriter::begin() {
  // NULLs are written for many rows at once, which costs next to nothing for each.
  if (row_ >= filled_) {
    const uint32_t to = std::min(row_ + 256, layout_.capacity);
    for (const int column : touched_rows_) fill_null(column, filled_, to);
    filled_ = to;
  } else if (begun_) {
    for (const int column : touched_rows_) put_null(column, row_);
  }
  begun_ = true;
  chunk_->at<uint32_t>(layout_.row_contexts)[row_] = 0;
}

void ChunkWriter::put_null(int column, uint32_t index) {
  Chunk::Column& c = chunk_->columns_[column];
  switch (c.width) {
    case Width::I8: chunk_->at<int8_t>(c.values)[index] = kNull8; break;
    case Width::I32: chunk_->at<int32_t>(c.values)[index] = kNull32; break;
    case Width::I64: chunk_->at<int64_t>(c.values)[index] = kNull64; break;
    case Width::F64: chunk_->at<double>(c.values)[index] = std::numeric_limits<double>::quiet_NaN(); break;
    case Width::U32:
    case Width::Text: chunk_->at<uint32_t>(c.values)[index] = 0; break;
  }
}

void ChunkWriter::fill_null(int column, uint32_t from, uint32_t to) {
  const Chunk::Column& c = chunk_->columns_[column];
  const auto fill = [&](auto* values, auto null) { std::fill(values + from, values + to, null); };
  switch (c.width) {
    case Width::I8: return fill(chunk_->at<int8_t>(c.values), kNull8);
    case Width::I32: return fill(chunk_->at<int32_t>(c.values), kNull32);
    case Width::I64: return fill(chunk_->at<int64_t>(c.values), kNull64);
    case Width::F64: return fill(chunk_->at<double>(c.values), std::numeric_limits<double>::quiet_NaN());
    case Width::U32:
    case Width::Text: return fill(chunk_->at<uint32_t>(c.values), uint32_t{0});
  }
}

void ChunkWriter::first_touch(int column) {
  Chunk::Column& c = chunk_->columns_[column];
  const bool process = layout_.columns[column].process;
  fill_null(column, 0, process ? contexts_ : filled_);
  if (process) {
    touched_process_.push_back(column);
    context_width_ += static_cast<uint32_t>(width_bytes(c.width));
  } else {
    touched_rows_.push_back(column);
    row_width_ += static_cast<uint32_t>(width_bytes(c.width));
  }
  c.touched.store(true, std::memory_order_release);
}

void ChunkWriter::store_int(int column, uint32_t index, int64_t value) {
  touch(column);
  Chunk::Column& c = chunk_->columns_[column];
  switch (c.width) {
    case Width::I8: chunk_->at<int8_t>(c.values)[index] = clamp_to<int8_t>(value); break;
    case Width::I32: chunk_->at<int32_t>(c.values)[index] = clamp_to<int32_t>(value); break;
    case Width::U32: chunk_->at<uint32_t>(c.values)[index] = clamp_to<uint32_t>(value); break;
    case Width::I64: chunk_->at<int64_t>(c.values)[index] = clamp_to<int64_t>(value); break;
    case Width::F64: chunk_->at<double>(c.values)[index] = static_cast<double>(value); break;
    case Width::Text: break;
  }
}

void ChunkWriter::store_real(int column, uint32_t index, double value) {
  Chunk::Column& c = chunk_->columns_[column];
  if (c.width != Width::F64) return store_int(column, index, static_cast<int64_t>(value));
  touch(column);
  chunk_->at<double>(c.values)[index] = value;  // SQLite too takes every NaN for NULL
}

void ChunkWriter::store_text(int column, uint32_t index, std::string_view value) {
  Chunk::Column& c = chunk_->columns_[column];
  if (c.width != Width::Text) return;
  touch(column);
  const uint32_t before = c.text_count.load(std::memory_order_relaxed);
  const uint32_t id = interners_[column].intern(value, chunk_->at<TextRef>(c.texts), c.text_count, layout_.entry_capacity, chunk_->arena_);
  const uint32_t after = c.text_count.load(std::memory_order_relaxed);
  if (after != before) {
    text_entries_++;
    if (after > entries_) entries_ = after;
  }
  chunk_->at<uint32_t>(c.values)[index] = id;
}

void ChunkWriter::store_text_once(int column, uint32_t index, std::string_view value) {
  Chunk::Column& c = chunk_->columns_[column];
  touch(column);
  const uint32_t id = c.text_count.load(std::memory_order_relaxed);
  if (id >= layout_.entry_capacity) return;
  chunk_->at<TextRef>(c.texts)[id] = {chunk_->arena_.add(value), static_cast<uint32_t>(value.size()), static_cast<uint32_t>(hash_text(value) >> 32)};
  c.text_count.store(id + 1, std::memory_order_release);
  text_entries_++;
  entries_ = std::max(entries_, id + 1);
  chunk_->at<uint32_t>(c.values)[index] = id;
}

bool ChunkWriter::use_context(uint64_t id) {
  const uint32_t index = context_map_.find(id);
  if (index == 0) return false;
  chunk_->at<uint32_t>(layout_.row_contexts)[row_] = index;
  return true;
}

uint32_t ChunkWriter::add_context(uint64_t id) {
  if (contexts_ >= layout_.entry_capacity) return 0;
  const uint32_t index = contexts_++;
  if (contexts_ > entries_) entries_ = contexts_;
  for (const int column : touched_process_) put_null(column, index);
  context_map_.add(id, index);
  chunk_->at<uint32_t>(layout_.row_contexts)[row_] = index;
  return index;
}

void ChunkWriter::bound(int column, int64_t value) {
  if (value < chunk_->min_[column].load(std::memory_order_relaxed)) chunk_->min_[column].store(value, std::memory_order_relaxed);
  if (value > chunk_->max_[column].load(std::memory_order_relaxed)) chunk_->max_[column].store(value, std::memory_order_relaxed);
}

void ChunkWriter::commit(int64_t eid, int64_t time, int64_t ntime) {
  const int64_t values[] = {eid, time, ntime};
  for (int column = 0; column < 3; column++) {
    chunk_->at<int64_t>(layout_.values[column])[row_] = values[column];
    bound(column, values[column]);
  }
  if (time < last_time_) chunk_->time_ascends_.store(false, std::memory_order_relaxed);
  last_time_ = time;
  // Contexts become visible whole, with the first row that uses them.
  chunk_->contexts_.store(contexts_, std::memory_order_release);
  row_++;
  begun_ = false;
  chunk_->rows_.store(row_, std::memory_order_release);
}

uint64_t ChunkWriter::publish_size() {
  const uint64_t size = bytes();
  chunk_->bytes_.store(size, std::memory_order_relaxed);
  return size;
}

}  // namespace shrike::store
