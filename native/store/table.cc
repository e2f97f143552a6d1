#include "table.h"

#include <algorithm>
#include <limits>

#include "../counters.h"
#include "persistence.h"

namespace shrike::store {

Table::Table(std::string name, Layout layout)
    : name_(std::move(name)), layout_(std::move(layout)), stored_(Counters::instance().get(name_, "stored")),
      evicted_(Counters::instance().get(name_, "evicted")) {}

ChunkWriter* Table::writable() {
  if (open_ && !open_->has_room()) seal();
  Store& store = Store::instance();
  // Nothing sealed is left to evict: give up the open chunk, so that many tables cannot hold more than the budget between them. While chunks
  // wait to be written to disk, small ones would only make many small files.
  constexpr uint64_t kWorthwhile = 1 << 20;
  if (store.over_budget() && !store.evict() && open_ && open_->rows() > 0 && (!Persistence::instance().on() || open_->bytes() > kWorthwhile)) {
    seal();
    store.evict();
  }
  if (!open_) {
    auto chunk = std::make_shared<Chunk>(layout_);
    std::lock_guard lock(list_);
    open_ = std::make_unique<ChunkWriter>(layout_, chunk);
    accounted_ = 0;
    auto next = std::make_shared<ChunkList>(*chunks_.load());
    next->push_back(std::move(chunk));
    chunks_.store(std::move(next));
  }
  return open_.get();
}

void Table::seal() {
  account();
  {
    std::lock_guard lock(list_);  // oldest_evictable looks at open_
    open_.reset();
  }
  Persistence::instance().wake();
}

void Table::account() {
  const uint64_t bytes = open_->publish_size();
  Store::instance().account(static_cast<int64_t>(bytes) - static_cast<int64_t>(accounted_));
  accounted_ = bytes;
}

size_t Table::first_in_memory(const ChunkList& chunks) const {
  const auto found = std::ranges::find_if(chunks, [](const auto& chunk) { return chunk->segment() == nullptr; });
  return static_cast<size_t>(found - chunks.begin());
}

int64_t Table::oldest_evictable(bool force) const {
  std::lock_guard lock(list_);
  const Snapshot chunks = chunks_.load();
  const size_t first = first_in_memory(*chunks);
  if (first == chunks->size() || is_open((*chunks)[first].get())) return std::numeric_limits<int64_t>::max();
  if (!force && Persistence::instance().on() && !saved_.contains((*chunks)[first].get())) return std::numeric_limits<int64_t>::max();
  return (*chunks)[first]->bounds(0).min;
}

void Table::evict_oldest() {
  std::lock_guard lock(list_);
  const Snapshot chunks = chunks_.load();
  const size_t first = first_in_memory(*chunks);
  if (first == chunks->size() || is_open((*chunks)[first].get())) return;
  const auto oldest = (*chunks)[first];
  auto next = std::make_shared<ChunkList>(*chunks);
  if (const auto segment = saved_.find(oldest.get()); segment != saved_.end()) {
    (*next)[first] = segment->second;
    saved_.erase(segment);
  } else {
    next->erase(next->begin() + static_cast<std::ptrdiff_t>(first));
    evicted_.fetch_add(oldest->rows(), std::memory_order_relaxed);
    rows_.fetch_sub(oldest->rows(), std::memory_order_relaxed);
  }
  chunks_.store(std::move(next));
  Store::instance().account(-static_cast<int64_t>(oldest->bytes()));
}

void Table::adopt(ChunkList older) {
  std::lock_guard lock(list_);
  for (const auto& chunk : older) rows_.fetch_add(chunk->rows(), std::memory_order_relaxed);
  const Snapshot chunks = chunks_.load();
  older.insert(older.end(), chunks->begin(), chunks->end());
  chunks_.store(std::make_shared<ChunkList>(std::move(older)));
}

std::vector<Table::Unsaved> Table::unsaved() const {
  std::lock_guard lock(list_);
  const Snapshot chunks = chunks_.load();
  std::vector<Unsaved> list;
  for (size_t i = first_in_memory(*chunks); i < chunks->size(); i++) {
    const auto& chunk = (*chunks)[i];
    if (chunk->segment() != nullptr || saved_.contains(chunk.get())) continue;
    list.push_back({std::static_pointer_cast<const Chunk>(chunk), !is_open(chunk.get())});
  }
  return list;
}

void Table::saved(const ChunkView* chunk, std::shared_ptr<const ChunkView> segment) {
  std::lock_guard lock(list_);
  const Snapshot chunks = chunks_.load();
  if (std::ranges::any_of(*chunks, [chunk](const auto& one) { return one.get() == chunk; })) {
    saved_.emplace(chunk, std::move(segment));
    return;
  }
  // Evicted while it was being written: it is not lost after all.
  auto next = std::make_shared<ChunkList>(*chunks);
  const auto place = std::ranges::find_if(*next, [&](const auto& one) { return one->bounds(0).min > segment->bounds(0).min; });
  evicted_.fetch_sub(segment->rows(), std::memory_order_relaxed);
  rows_.fetch_add(segment->rows(), std::memory_order_relaxed);
  next->insert(place, std::move(segment));
  chunks_.store(std::move(next));
}

bool Table::drop(const ChunkView* segment) {
  std::lock_guard lock(list_);
  const Snapshot chunks = chunks_.load();
  auto next = std::make_shared<ChunkList>(*chunks);
  if (std::erase_if(*next, [segment](const auto& one) { return one.get() == segment; }) == 0) return false;
  rows_.fetch_sub(segment->rows(), std::memory_order_relaxed);
  chunks_.store(std::move(next));
  return true;
}

void Table::clear() {
  std::lock_guard writer(writer_);
  if (open_) seal();
  std::lock_guard lock(list_);
  const Snapshot chunks = chunks_.load();
  for (const auto& chunk : *chunks) {
    if (chunk->segment() == nullptr) Store::instance().account(-static_cast<int64_t>(chunk->bytes()));
  }
  saved_.clear();
  chunks_.store(std::make_shared<ChunkList>());
  rows_.store(0, std::memory_order_relaxed);
}

void ContextWriter::set_int(int column, int64_t value) {
  if (index_ != 0) chunk_.store_int(column, index_, value);
}

void ContextWriter::set_text(int column, std::string_view value) {
  if (index_ != 0) chunk_.store_text(column, index_, value);
}

void ContextWriter::set_text_once(int column, std::string_view value) {
  if (index_ != 0) chunk_.store_text_once(column, index_, value);
}

RowWriter::RowWriter(Table& table) : table_(table), chunk_(nullptr) { table_.writer_.lock(); }

RowWriter::~RowWriter() {
  if (table_.open_) table_.account();
  table_.writer_.unlock();
}

void RowWriter::begin(int64_t time, int64_t ntime) {
  chunk_ = table_.open_.get();
  // The budget is looked at now and then; a chunk boundary is always one of the moments.
  if (chunk_ == nullptr || !chunk_->has_room() || (chunk_->rows() & 255) == 255) {
    if (chunk_ != nullptr) table_.account();
    chunk_ = table_.writable();
  }
  time_ = time;
  ntime_ = ntime;
  chunk_->begin();
}

bool RowWriter::use_context(uint64_t context) { return chunk_->use_context(context); }

ContextWriter RowWriter::add_context(uint64_t context) { return {*chunk_, chunk_->add_context(context)}; }

void RowWriter::set_int(int column, int64_t value) { chunk_->set_int(column, value); }

void RowWriter::set_real(int column, double value) { chunk_->set_real(column, value); }

void RowWriter::set_text(int column, std::string_view value) { chunk_->set_text(column, value); }

void RowWriter::set_text(int column, std::string_view value, TextId& known) {
  if (known.chunk == chunk_->serial()) return chunk_->set_text_id(column, known.id);
  chunk_->set_text(column, value);
  if (const uint32_t id = chunk_->text_id(column)) known = {chunk_->serial(), id};
}

int64_t RowWriter::commit() {
  const int64_t eid = Store::instance().next_eid();
  table_.rows_.fetch_add(1, std::memory_order_relaxed);
  table_.stored_.fetch_add(1, std::memory_order_relaxed);
  chunk_->commit(eid, time_, ntime_);
  return eid;
}

}  // namespace shrike::store
