#include "text_index.h"

#include <algorithm>
#include <atomic>
#include <bit>

#include "chunk_view.h"

namespace shrike::store {
namespace {

constexpr uint64_t kMostBytes = 32 << 20;
// Below this a scan is as quick.
constexpr uint32_t kFewTexts = 64;
std::atomic<uint64_t> taken{0};

}  // namespace

std::shared_ptr<const TextIndex> TextIndex::make(const TextRef* texts, uint32_t count) {
  const size_t slots = std::bit_ceil(size_t{count} * 2);
  const uint64_t bytes = slots * sizeof(uint32_t);
  if (taken.fetch_add(bytes, std::memory_order_relaxed) + bytes > kMostBytes) {
    taken.fetch_sub(bytes, std::memory_order_relaxed);
    return nullptr;
  }
  const std::shared_ptr<TextIndex> index(new TextIndex(slots));
  const size_t mask = slots - 1;
  for (uint32_t id = 1; id < count; id++) {
    size_t slot = texts[id].hash & mask;
    while (index->slots_[slot] != 0) slot = (slot + 1) & mask;
    index->slots_[slot] = id;
  }
  index->covers_ = count;
  return index;
}

TextIndex::~TextIndex() { taken.fetch_sub(slots_.size() * sizeof(uint32_t), std::memory_order_relaxed); }

std::shared_ptr<const TextIndex> TextIndexes::of(int column, const TextRef* texts, uint32_t count) const {
  if (count < kFewTexts) return nullptr;
  std::lock_guard lock(mutex_);
  auto entry = std::ranges::find(entries_, column, &Entry::column);
  if (entry == entries_.end()) {
    entries_.push_back({column, nullptr});
    return nullptr;
  }
  if (!entry->index || entry->index->covers() < count / 2) {
    if (auto made = TextIndex::make(texts, count)) entry->index = std::move(made);
  }
  return entry->index;
}

}  // namespace shrike::store
