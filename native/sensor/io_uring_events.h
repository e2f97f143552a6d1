// io_uring_events: rings, and what is done through them that no system call shows.
//
// HOW IT WORKS
//
// The kernel tells of a request twice: when it is submitted (who, what, with which names) and when it is completed (result, and what was opened).
// A request waits here for its completion; both make one row, with the time and identity of the submission. One that does not complete in ten
// seconds gets its row without a result. Files opened and changed get a row in process_file_events as well, by the rules of that table.
#pragma once

#include <cstring>
#include <deque>
#include <string>
#include <unordered_map>

#include "../../bpf/include/io_uring_event.h"
#include "file_events.h"
#include "handler.h"

namespace shrike::sensor {

class IoUringEvents : public Handler {
 public:
  IoUringEvents(std::vector<std::string>& problems, FileEvents& files);
  std::vector<Type> types() const override;
  void handle(const sk_event& event, size_t length, Context& context) override;
  void end_batch() override;

 private:
  struct Key {
    uint64_t ring, request;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const { return key.ring * 0x9e3779b97f4a7c15ull ^ (key.request >> 6) * 0xff51afd7ed558ccdull; }
  };
  // The strings of a submission, made readable.
  struct Names {
    std::string path, dest, cwd, attribute;
    bool partial = false;
  };

  void submitted(const sk_io_uring& record, size_t length, Context& context);
  void completed(const sk_io_uring& record, size_t length, Context& context);
  void expire(uint64_t now, Context& context);
  Names names_of(const sk_io_uring& submission, size_t length) const;
  // `done` is null when it did not complete in time.
  void write(const sk_io_uring& submission, size_t length, const sk_io_uring* done, size_t done_length, Context& context);
  void write_file(const sk_io_uring& submission, const sk_io_uring* done, const Names& names, bool known_path, const std::optional<FileEvents::Seen>& seen,
                  Context& context);

  EventTable table_;
  FileEvents& files_;
  std::unordered_map<Key, std::string, Hash> waiting_;    // whole submissions
  std::unordered_map<Key, uint64_t, Hash> by_user_data_;  // to the request's address, for completions that have none
  std::deque<std::pair<uint64_t, Key>> order_;            // by time
  uint64_t latest_ = 0;                                   // kernel time of the newest record
  struct {
    int operation, opcode, fd, fixed_file, path, dest_path, cwd, family, remote_address, remote_port, flags, mode, size, result, success, error, user_data, ring,
        sqpoll, path_source;
  } c_;
};

}  // namespace shrike::sensor
