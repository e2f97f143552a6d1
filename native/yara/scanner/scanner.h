// The process that scans: one job at a time, whatever it was handed.
#pragma once

#include <yara.h>

#include <string>
#include <vector>

#include "fd.h"
#include "request.h"

namespace shrike::yara {

class Scanner {
 public:
  explicit Scanner(YR_RULES* rules) : rules_(rules) {}
  // Serves jobs until the socket ends.
  void serve(int socket);

 private:
  std::string run(const Job& job, int fd, int regions_fd);
  int scan(const Job& job, int fd, const std::vector<Region>& regions, uint64_t timeout_ns);
  void profile(const Job& job, int fd, const std::vector<Region>& regions, std::string& out, bool only_culprit);
  static int on_message(YR_SCAN_CONTEXT* context, int message, void* data, void* self);
  int matched(YR_SCAN_CONTEXT* context, YR_RULE* rule);

  YR_RULES* rules_;
  YR_SCANNER* scanner_ = nullptr;
  uint32_t flags_ = 0, max_strings_ = 0;
  bool quiet_ = false;
  std::string matches_, warnings_, console_;
};

}  // namespace shrike::yara
