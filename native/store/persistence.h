// Keeps the store's rows on disk: a thread that turns sealed chunks into segments and writes open ones to journals, the recovery of both at start,
// and retention.
//
// HOW IT WORKS
//
// DIRECTORY/<table>/<first eid, 16 hex digits>.segment and .journal; DIRECTORY/eids, below which every eid may have been given; DIRECTORY/set-aside/ for
// files that could not be read. A file is written under a name ending in ".new", flushed to the disk, and renamed. A chunk's journal is deleted
// once its segment is there, so a crash at any moment leaves the one or the other, or both, of which the segment is the one that counts.
//
// It reads chunks as a query does; the writer never waits for it. When the disk is full or fails, rows stay in memory, the error is
// told by status(), and each tick tries again.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "journal.h"
#include "segment.h"
#include "store.h"

namespace shrike::store {

struct Retention {
  uint64_t bytes = UINT64_MAX;    // on disk
  int64_t seconds = INT64_MAX;    // of age of the newest row of a segment
};

struct PersistenceOptions {
  std::string directory;
  Retention retention;                       // of tables that have none of their own
  std::map<std::string, Retention> tables;
};

struct PersistenceStatus {
  bool on = false;
  std::string error;     // why nothing can be written now; empty when it can
  uint64_t set_aside = 0;  // files that could not be read, ever since the agent started
};

class Persistence {
 public:
  static Persistence& instance();

  // Recovers what is there and starts the thread. The tables must have been made and be empty. Returns an error, or the empty string.
  std::string start(const PersistenceOptions& options);
  // Writes what is left and ends the thread. Idempotent.
  void stop();
  PersistenceStatus status() const;
  bool on() const { return on_.load(std::memory_order_relaxed); }
  bool failing() const { return failing_.load(std::memory_order_relaxed); }
  Retention retention_of(const std::string& table) const;

  // A query met a segment that cannot be read: it is set aside, and its rows counted.
  void damaged(const Segment& segment);
  // There is something to write. Any thread; never waits.
  void wake();
  // One round of the thread's work, on the caller's thread. For tests.
  void tick();

 private:
  struct TableState;

  std::string recover(Table& table, int64_t* last_eid);
  void merge_small(Table& table, std::vector<std::shared_ptr<const Segment>>& segments);
  std::shared_ptr<const Segment> write_segment(Table& table, const ChunkView& chunk);
  void persist(Table& table);
  void retain(Table& table);
  std::string reserve_eids();
  void set_aside(const std::string& path, const std::string& table, uint64_t rows);
  std::string folder_of(const Table& table) const;
  // Keeps the first error of a round; status() has it, or none, once the round is over: a table that is fine must not hide one that is not.
  void note(const std::string& error);
  void report(const std::string& error);
  void run();

  PersistenceOptions options_;
  std::atomic<bool> on_{false}, failing_{false};
  mutable std::mutex mutex_;  // guards status_ and stopping_
  std::mutex tick_;           // one round at a time; guards journals_ and reserved_
  PersistenceStatus status_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::atomic<bool> woken_{false};
  std::thread thread_;
  std::unordered_map<const ChunkView*, std::unique_ptr<Journal>> journals_;
  int64_t reserved_ = 0;
  std::string round_error_, recovery_error_;  // under tick_
};

}  // namespace shrike::store
