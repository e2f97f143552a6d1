#include "chunk.h"

#include <sys/mman.h>

#include <cstring>
#include <limits>
#include <new>

namespace shrike::store {
namespace {

constexpr size_t kPage = 4096;
size_t page_up(size_t n) { return (n + kPage - 1) & ~(kPage - 1); }

uint64_t mix(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t load(const char* p, size_t n) {
  uint64_t value = 0;
  std::memcpy(&value, p, n);
  return value;
}

}  // namespace

uint64_t hash_text(std::string_view text) {
  constexpr uint64_t k0 = 0x9E3779B97F4A7C15ull, k1 = 0xE7037ED1A0B428DBull;
  const char* p = text.data();
  size_t n = text.size();
  uint64_t hash = k0 ^ n;
  while (n >= 16) {
    hash = mix(load(p, 8) ^ k1, load(p + 8, 8) ^ hash);
    p += 16;
    n -= 16;
  }
  if (n >= 8) {
    hash = mix(load(p, 8) ^ k1, load(p + n - 8, 8) ^ hash);
  } else if (n > 0) {
    hash = mix(load(p, n) ^ k1, hash);
  }
  return mix(hash ^ k1, k0);
}

size_t width_bytes(Width width) {
  switch (width) {
    case Width::I8: return 1;
    case Width::I32:
    case Width::U32:
    case Width::Text: return 4;
    case Width::I64:
    case Width::F64: return 8;
  }
  return 8;
}

Layout::Layout(std::vector<ColumnSpec> specs, uint32_t rows, uint64_t bytes)
    : columns(std::move(specs)), capacity(rows), entry_capacity(2 * rows + 64), max_bytes(bytes) {
  size_t offset = 0;
  // Arrays may be read a vector past their end.
  const auto reserve = [&offset](size_t n) {
    const size_t at = offset;
    offset += page_up(n + 64);
    return at;
  };
  row_contexts = reserve(size_t{capacity} * sizeof(uint32_t));
  for (const ColumnSpec& column : columns) {
    values.push_back(reserve(width_bytes(column.width) * (column.process ? entry_capacity : capacity)));
    texts.push_back(column.width == Width::Text ? reserve(sizeof(TextRef) * entry_capacity) : 0);
  }
  size = offset;
}

const char* Arena::add(std::string_view text) {
  constexpr size_t kLargest = 64 * 1024;
  if (text.empty()) return "";  // SQLite takes a null pointer for NULL
  if (text.size() > left_) {
    const size_t size = text.size() > block_size_ / 4 ? text.size() : block_size_;
    auto block = std::make_unique_for_overwrite<char[]>(size);
    char* const start = block.get();
    blocks_.push_back(std::move(block));
    bytes_ += size;
    if (size == text.size()) {
      std::memcpy(start, text.data(), text.size());
      return start;
    }
    next_ = start;
    left_ = size;
    if (block_size_ < kLargest) block_size_ *= 2;
  }
  char* const at = next_;
  std::memcpy(at, text.data(), text.size());
  next_ += text.size();
  left_ -= text.size();
  return at;
}

Chunk::Chunk(const Layout& layout)
    : size_(layout.size), row_contexts_offset_(layout.row_contexts), column_count_(static_cast<int>(layout.columns.size())),
      columns_(std::make_unique<Column[]>(layout.columns.size())) {
  void* memory = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  // A huge page would make two megabytes resident for the first row of each column.
  madvise(memory, size_, MADV_NOHUGEPAGE);
  memory_ = static_cast<char*>(memory);
  for (int i = 0; i < column_count_; i++) {
    columns_[i].width = layout.columns[i].width;
    columns_[i].values = layout.values[i];
    columns_[i].texts = layout.texts[i];
  }
  for (int i = 0; i < 3; i++) {
    min_[i].store(std::numeric_limits<int64_t>::max(), std::memory_order_relaxed);
    max_[i].store(std::numeric_limits<int64_t>::min(), std::memory_order_relaxed);
  }
}

Chunk::~Chunk() { munmap(memory_, size_); }

ColumnView Chunk::column(int column) const {
  const Column& c = columns_[column];
  ColumnView view;
  // Acquire pairs with the writer's release: who sees the column touched sees the NULLs written before it.
  if (c.touched.load(std::memory_order_acquire)) view.values = memory_ + c.values;
  if (c.width == Width::Text) {
    view.texts = at<TextRef>(c.texts);
    view.text_count = c.text_count.load(std::memory_order_acquire);
  } else if (c.width == Width::U32) {
    view.values = memory_ + c.values;  // no NULL: untouched pages read as zeros
  }
  return view;
}

Bounds Chunk::bounds(int column) const {
  return {min_[column].load(std::memory_order_relaxed), max_[column].load(std::memory_order_relaxed)};
}

}  // namespace shrike::store
