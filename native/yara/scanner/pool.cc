#include "pool.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <cstring>

namespace shrike::yara {

bool Pool::idle() const {
  if (!queue.empty() || !waiting.empty()) return false;
  for (const auto& scanner : scanners) {
    if (!scanner->tasks.empty()) return false;
  }
  return true;
}

ScannerProcess* Pool::spawn() {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return nullptr;
  Fd ours(pair[0]);
  const Fd theirs(pair[1]);
  const char byte = 1;
  const int fd = theirs.get();
  if (!send_with_fds(control.get(), &byte, 1, &fd, 1)) return nullptr;
  fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  auto scanner = std::make_unique<ScannerProcess>();
  scanner->socket = std::move(ours);
  scanner->since = Clock::now();
  scanners.push_back(std::move(scanner));
  return scanners.back().get();
}

std::string how_it_ended(pid_t pid) {
  if (pid == 0) return "did not start";
  int status = 0;
  for (int tries = 0; tries < 100; tries++) {
    const pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended == pid) {
      if (!WIFSIGNALED(status)) return "ended with code " + std::to_string(WEXITSTATUS(status));
      const int signal = WTERMSIG(status);
      const char* hint = signal == SIGSYS ? ": a forbidden system call" : signal == SIGKILL ? ": killed from outside, or out of memory" : "";
      return "was killed by signal " + std::to_string(signal) + " (" + strsignal(signal) + hint + ")";
    }
    if (ended < 0) break;
    usleep(1000);
  }
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  return "stopped answering and was killed";
}

std::string file_signature(const std::string& files) {
  std::string signature;
  for (size_t at = 0; at < files.size();) {
    const std::string path(files.c_str() + at);
    at += path.size() + 1;
    struct stat info;
    signature += path + '\0';
    if (stat(path.c_str(), &info) != 0) continue;
    for (const uint64_t part : {static_cast<uint64_t>(info.st_dev), static_cast<uint64_t>(info.st_ino), static_cast<uint64_t>(info.st_size),
                                static_cast<uint64_t>(info.st_mtim.tv_sec), static_cast<uint64_t>(info.st_mtim.tv_nsec)}) {
      signature += std::to_string(part) + ',';
    }
  }
  return signature;
}

}  // namespace shrike::yara
