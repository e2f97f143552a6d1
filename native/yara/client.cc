#include "client.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "scanner/fd.h"

namespace shrike::yara {

Client& Client::instance() {
  static Client client;
  return client;
}

bool Client::start(const std::string& executable, std::string& error) {
  if (pid_ > 0) waitpid(pid_, nullptr, WNOHANG);
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    error = strerror(errno);
    return false;
  }
  Fd ours(pair[0]);
  const Fd theirs(pair[1]);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  // When theirs is 3 already, dup2 onto itself clears close-on-exec (POSIX.1-2024, and glibc since 2.29).
  posix_spawn_file_actions_adddup2(&actions, theirs.get(), 3);
  posix_spawn_file_actions_addclosefrom_np(&actions, 4);
  // A process group of its own: Ctrl-C in the terminal ends the agent in order, and the broker after it.
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  char* const arguments[] = {const_cast<char*>("shrike-yara"), nullptr};
  char* const environment[] = {nullptr};
  const int code = posix_spawn(&pid_, executable.c_str(), &actions, &attributes, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (code != 0) {
    error = executable + ": " + strerror(code);
    return false;
  }
  control_ = ours.release();
  return true;
}

int Client::connect(const std::string& executable, std::string& error) {
  const std::lock_guard lock(mutex_);
  for (int tries = 0; tries < 2; tries++) {
    if (control_ < 0 && !start(executable, error)) return -1;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
      error = strerror(errno);
      return -1;
    }
    Fd ours(pair[0]);
    const Fd theirs(pair[1]);
    const char byte = 1;
    const int fd = theirs.get();
    if (send_with_fds(control_, &byte, 1, &fd, 1)) return ours.release();
    // The broker is gone: another is started.
    close(control_);
    control_ = -1;
  }
  error = "the scanner ends as soon as it starts";
  return -1;
}

}  // namespace shrike::yara
