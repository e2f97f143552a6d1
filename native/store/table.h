// One event table: its chunks, its one writer at a time, its snapshots.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "chunk_writer.h"
#include "snapshot.h"
#include "store.h"

namespace shrike::store {

class Table {
 public:
  Table(std::string name, Layout layout);

  const std::string& name() const { return name_; }
  const std::vector<ColumnSpec>& columns() const { return layout_.columns; }
  const Layout& layout() const { return layout_; }
  // The chunks there are now, oldest first; the last one may still grow.
  Snapshot snapshot() const { return chunks_.load(); }
  uint64_t rows() const { return rows_.load(std::memory_order_relaxed); }

  // The first eid of the oldest chunk in memory that could be evicted; INT64_MAX when there is none. While rows go to disk that is one
  // which is there, unless `force`.
  int64_t oldest_evictable(bool force) const;
  // Frees its memory: a chunk that is on disk is read from there from now on, any other is lost, and counted.
  void evict_oldest();
  void clear();

  // For what keeps chunks on disk (persistence.h).
  struct Unsaved {
    std::shared_ptr<const Chunk> chunk;
    bool sealed;
  };
  // Puts chunks from disk before all others; at start, before the first row.
  void adopt(ChunkList older);
  // Chunks that are only in memory, oldest first.
  std::vector<Unsaved> unsaved() const;
  // The chunk is on disk as `segment`, which takes its place when it is evicted.
  void saved(const ChunkView* chunk, std::shared_ptr<const ChunkView> segment);
  // Takes a chunk on disk out of the list. False when it is not there.
  bool drop(const ChunkView* segment);

 private:
  friend class RowWriter;
  // Under the writer lock.
  ChunkWriter* writable();
  void seal();
  void account();
  bool is_open(const ChunkView* chunk) const { return open_ && open_->chunk().get() == chunk; }
  // Under list_: the place of the oldest chunk in memory; the number of chunks when there is none.
  size_t first_in_memory(const ChunkList& chunks) const;

  const std::string name_;
  const Layout layout_;
  std::mutex writer_;
  std::unique_ptr<ChunkWriter> open_;
  // Taken to replace the list of chunks: by this table's writer, or by another table's that evicts. Never by a reader.
  mutable std::mutex list_;
  SnapshotCell chunks_;
  std::unordered_map<const ChunkView*, std::shared_ptr<const ChunkView>> saved_;  // under list_
  std::atomic<uint64_t> rows_{0};
  std::atomic<uint64_t>& stored_;
  std::atomic<uint64_t>& evicted_;
  uint64_t accounted_ = 0;  // bytes of the open chunk that the store knows of
};

}  // namespace shrike::store
