// Reads a BPF ring buffer map.
//
// libbpf's own consumer stores the position after each record, which costs the producers a cache line each time; this one stores it once
// a batch, and can be asked how much is waiting.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace shrike::sensor {

class Ring {
 public:
  Ring() = default;
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // Maps the ring; returns 0 or -errno.
  int open(int map_fd, size_t bytes);

  // Calls `handle(const void* record, size_t length)` for at most `limit` records; returns how many.
  template <typename Handle>
  size_t drain(size_t limit, Handle&& handle) {
    size_t count = 0;
    uint64_t position = consumer_->load(std::memory_order_relaxed);
    uint64_t released = position;
    uint64_t produced = producer_->load(std::memory_order_acquire);
    while (position < produced && count < limit) {
      auto* header = reinterpret_cast<std::atomic<uint32_t>*>(data_ + (position & mask_));
      uint32_t length = header->load(std::memory_order_acquire);
      if (length & kBusy) break;  // reserved, not yet submitted
      bool discarded = length & kDiscard;
      length &= ~(kBusy | kDiscard);
      if (!discarded) {
        handle(reinterpret_cast<const char*>(header) + kHeader, length);
        count++;
      }
      position += (length + kHeader + 7) & ~uint64_t{7};
      // Give space back in steps, so that a long batch does not hold the whole ring.
      if (position - released > (mask_ + 1) / 16) {
        consumer_->store(position, std::memory_order_release);
        released = position;
        produced = producer_->load(std::memory_order_acquire);
      }
    }
    if (position != released) consumer_->store(position, std::memory_order_release);
    return count;
  }

  // Bytes produced and not yet consumed.
  uint64_t waiting() const {
    return producer_->load(std::memory_order_acquire) - consumer_->load(std::memory_order_relaxed);
  }
  uint64_t size() const { return mask_ + 1; }

 private:
  static constexpr uint32_t kBusy = 1u << 31, kDiscard = 1u << 30;
  static constexpr size_t kHeader = 8;

  void* consumer_map_ = nullptr;
  void* producer_map_ = nullptr;
  size_t consumer_bytes_ = 0, producer_bytes_ = 0;
  std::atomic<uint64_t>* consumer_ = nullptr;
  std::atomic<uint64_t>* producer_ = nullptr;
  char* data_ = nullptr;
  uint64_t mask_ = 0;
};

}  // namespace shrike::sensor
