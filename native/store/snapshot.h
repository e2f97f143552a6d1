// The list of a table's chunks, replaced by a writer while readers take references, with no lock between them.
//
// HOW IT WORKS
//
// A reader writes the pointer it is about to use into a hazard slot, checks that it is still the current one, and only then takes a
// reference. The writer, after replacing the list, keeps the old one until no slot names it. A reader that sleeps in between delays the
// freeing of one list and nothing else. std::atomic<std::shared_ptr> would spin on a bit that a preempted reader holds.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "chunk_view.h"

namespace shrike::store {

using ChunkList = std::vector<std::shared_ptr<const ChunkView>>;
using Snapshot = std::shared_ptr<const ChunkList>;

class SnapshotCell {
 public:
  SnapshotCell() : current_(new Snapshot(std::make_shared<ChunkList>())) {}
  ~SnapshotCell() {
    for (const Snapshot* old : retired_) delete old;
    delete current_.load();
  }
  SnapshotCell(const SnapshotCell&) = delete;
  SnapshotCell& operator=(const SnapshotCell&) = delete;

  // Any thread. Waits only for other readers, and only when all slots are taken at once.
  Snapshot load() const {
    std::atomic<const Snapshot*>& slot = claim();
    const Snapshot* pointer = current_.load(std::memory_order_seq_cst);
    for (;;) {
      slot.store(pointer, std::memory_order_seq_cst);
      const Snapshot* again = current_.load(std::memory_order_seq_cst);
      if (again == pointer) break;
      pointer = again;
    }
    Snapshot snapshot = *pointer;
    slot.store(nullptr, std::memory_order_release);
    return snapshot;
  }

  // One thread at a time.
  void store(Snapshot next) {
    retired_.push_back(current_.exchange(new Snapshot(std::move(next)), std::memory_order_seq_cst));
    std::erase_if(retired_, [this](const Snapshot* old) {
      for (const auto& slot : slots_) {
        if (slot.pointer.load(std::memory_order_seq_cst) == old) return false;
      }
      delete old;
      return true;
    });
  }

 private:
  static constexpr size_t kSlots = 64;
  struct alignas(64) Slot {
    std::atomic<const Snapshot*> pointer{nullptr};
  };
  // A claimed slot that names no list yet.
  static const Snapshot* claimed() {
    static const Snapshot mark;
    return &mark;
  }
  std::atomic<const Snapshot*>& claim() const {
    const size_t start = std::hash<std::thread::id>{}(std::this_thread::get_id());
    for (size_t i = 0;; i++) {
      std::atomic<const Snapshot*>& slot = slots_[(start + i) % kSlots].pointer;
      const Snapshot* empty = nullptr;
      if (slot.compare_exchange_strong(empty, claimed(), std::memory_order_seq_cst)) return slot;
      if (i % kSlots == kSlots - 1) std::this_thread::yield();
    }
  }

  std::atomic<const Snapshot*> current_;
  mutable Slot slots_[kSlots];
  std::vector<const Snapshot*> retired_;
};

}  // namespace shrike::store
