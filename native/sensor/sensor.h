// The sensor: kernel programs, the thread that drains their ring, and the handlers that turn records into rows.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "handler.h"
#include "loader.h"
#include "recording.h"
#include "ring.h"

namespace shrike::sensor {

class Sensor {
 public:
  ~Sensor();
  // Loads, fills the process tree, attaches, starts the reader. Returns a problem (then nothing is left attached), or an empty string.
  // The tables must be in the store. Things that are missing but not needed are in warnings().
  std::string start(const SensorOptions& options);
  // Reads a recording instead of the kernel. `speed` 1 is the recording's own timing, 0 as fast as possible.
  std::string replay(const SensorOptions& options, const std::string& path, double speed);
  // Detaches, drains what is left, joins the reader. Idempotent. Returns a problem with the recording, or an empty string.
  std::string stop();

  // Object → "fentry", "tp_btf" or "none".
  const std::map<std::string, std::string>& sources() const { return loader_.sources(); }
  const std::vector<std::string>& warnings() const { return warnings_; }
  bool running() const { return running_.load(); }
  uint64_t recorded() const { return recorded_.load(); }

 private:
  std::string prepare();
  void fill_tree();
  void read_loop();
  void replay_loop(std::unique_ptr<RecordingReader> reader, double speed);
  void dispatch(const void* record, size_t length);
  void end_batch();
  void tick_clock();
  void collect(std::vector<Counters::Sample>& samples) const;

  SensorOptions options_;
  Loader loader_;
  Ring ring_;
  Clock clock_;
  std::unique_ptr<ProcessTree> tree_;
  std::unique_ptr<Context> context_;
  std::vector<std::unique_ptr<Handler>> handlers_;
  std::array<Handler*, SK_TYPE_MAX> by_type_{};
  std::array<const char*, SK_TYPE_MAX> table_of_{};
  std::unique_ptr<RecordingWriter> recorder_;
  std::string recording_problem_;
  std::vector<std::string> warnings_;
  int collector_ = -1;

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::atomic<bool> running_{false};
  std::atomic<uint64_t> recorded_{0};
  std::atomic<uint64_t>* decode_errors_ = nullptr;
};

}  // namespace shrike::sensor
