// The agent's side of the scanner: starts `shrike-yara` when it is first needed and connects to it.
//
// There is one broker per process, shared by every thread, so that they share its compiled rules, its scanners and what it remembers.
#pragma once

#include <mutex>
#include <string>

namespace shrike::yara {

class Client {
 public:
  static Client& instance();
  // A new connection, as a stream socket the caller owns; -1 with the reason in `error`. Starts the broker if it does not run.
  int connect(const std::string& executable, std::string& error);

 private:
  bool start(const std::string& executable, std::string& error);
  std::mutex mutex_;
  int control_ = -1;
  int pid_ = 0;
};

}  // namespace shrike::yara
