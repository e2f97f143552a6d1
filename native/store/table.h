// One event table: its chunks, its one writer at a time, its snapshots.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "chunk_writer.h"
#include "snapshot.h"
#include "store.h"

namespace shrike::store {

class Table {
 public:
  Table(std::string name, Layout layout);

  const std::string& name() const { return name_; }
  const std::vector<ColumnSpec>& columns() const { return layout_.columns; }
  // The chunks there are now, oldest first; the last one may still grow.
  Snapshot snapshot() const { return chunks_.load(); }
  uint64_t rows() const { return rows_.load(std::memory_order_relaxed); }

  // The first eid of the oldest chunk that could be evicted; INT64_MAX when there is none.
  int64_t oldest_evictable() const;
  void evict_oldest();
  void clear();

 private:
  friend class RowWriter;
  // Under the writer lock.
  ChunkWriter* writable();
  void seal();
  void account();

  const std::string name_;
  const Layout layout_;
  std::mutex writer_;
  std::unique_ptr<ChunkWriter> open_;
  // Taken to replace the list of chunks: by this table's writer, or by another table's that evicts. Never by a reader.
  mutable std::mutex list_;
  SnapshotCell chunks_;
  std::atomic<uint64_t> rows_{0};
  std::atomic<uint64_t>& stored_;
  std::atomic<uint64_t>& evicted_;
  uint64_t accounted_ = 0;  // bytes of the open chunk that the store knows of
};

}  // namespace shrike::store
