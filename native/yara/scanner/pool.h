// One rule set as the broker sees it: the process that compiled it, the scanners forked from that, and the jobs that wait for them.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fd.h"
#include "request.h"
#include "target.h"

namespace shrike::yara {

using Clock = std::chrono::steady_clock;

struct Task {
  uint64_t client;
  uint32_t id;
  ScanRequest request;
  OpenTarget target;
  bool opened = false;
};

struct ScannerProcess {
  pid_t pid = 0;
  Fd socket;
  std::string in;
  std::deque<std::unique_ptr<Task>> tasks;  // the first is being scanned, the second is there so that it need not be waited for
  Clock::time_point since;                  // when the first began, or when it became idle
  bool expired = false;
};

struct Pool {
  enum class State { Compiling, Ready, Failed };

  uint32_t id = 0;
  std::string key, signature;
  uint32_t threads = 1;
  State state = State::Compiling;
  pid_t compiler = 0;
  Fd control;
  std::string in, answer;
  std::vector<std::pair<uint64_t, uint32_t>> waiting;  // (client, request) that want the answer
  std::vector<std::unique_ptr<ScannerProcess>> scanners;
  std::deque<std::unique_ptr<Task>> queue;
  Clock::time_point used;

  bool idle() const;
  // Asks the compiler for another scanner; null when it is gone.
  ScannerProcess* spawn();
};

// Waits a moment for a child that is ending and says how it ended ("was killed by signal 11 (Segmentation fault)"); kills one that is not.
std::string how_it_ended(pid_t pid);

// Times and sizes of the files a rule set was read from: when they change, it is another one. `files` is separated by NUL.
std::string file_signature(const std::string& files);

}  // namespace shrike::yara
