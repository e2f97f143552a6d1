// A recorded stream of the kernel's records, to be played back elsewhere.
//
// The file: a line of text ("SHRIKE RECORDING 1"), a line of JSON (boot, clock offset, kernel), then one zstd stream of records as they came
// from the ring, each as long as its header says. The process tree at the start is in it as SK_TASK and SK_CGROUP records.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "../../bpf/include/event.h"

namespace shrike::sensor {

struct RecordingHeader {
  std::string boot;       // first eight digits of the boot id
  int64_t clock_offset = 0;
  std::string kernel;
};

class RecordingWriter {
 public:
  ~RecordingWriter();
  // Returns a problem, or an empty string.
  std::string open(const std::string& path, const RecordingHeader& header);
  void write(const void* record, size_t length);
  // Ends the stream. Returns a problem (a full disk), or an empty string.
  std::string close();
  uint64_t records() const { return records_; }

 private:
  void flush(bool end);

  FILE* file_ = nullptr;
  void* stream_ = nullptr;  // ZSTD_CCtx
  std::vector<char> in_, out_;
  uint64_t records_ = 0;
  bool failed_ = false;
};

class RecordingReader {
 public:
  ~RecordingReader();
  std::string open(const std::string& path, RecordingHeader* header);
  // The next record, or null at the end; the memory is good until the next call. A file that breaks off or is damaged sets *problem.
  const sk_event* next(size_t* length, std::string* problem);

 private:
  bool fill(size_t need, std::string* problem);

  FILE* file_ = nullptr;
  void* stream_ = nullptr;  // ZSTD_DCtx
  std::string path_;
  std::vector<char> in_, out_;
  size_t in_at_ = 0, in_end_ = 0, out_at_ = 0, out_end_ = 0;
};

}  // namespace shrike::sensor
