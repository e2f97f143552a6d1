// Opening what is to be scanned. The broker does it, which parses nothing: scanners get descriptors only.
#pragma once

#include <string>

#include "fd.h"
#include "request.h"

namespace shrike::yara {

// An open target: a file with what identifies its content, or a process's memory with the list of its regions.
struct OpenTarget {
  Fd fd, regions;
  std::string path;  // as opened, with the root before it
  uint64_t device = 0, inode = 0, size = 0;
  int64_t ctime_ns = 0, mtime_ns = 0;
  // Why it could not be opened: a short word (open, kind, large, memory) and a sentence. Empty when it was.
  std::string failure, error;
};

OpenTarget open_target(const ScanRequest& request);

}  // namespace shrike::yara
