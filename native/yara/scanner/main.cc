// shrike-yara: scans with YARA rules for the agent. Started with a socket as descriptor 3 (see broker.h); of no use by itself.
#include <sys/resource.h>
#include <sys/stat.h>

#include <cstdio>

#include "broker.h"

int main() {
  struct stat info;
  if (fstat(3, &info) != 0 || !S_ISSOCK(info.st_mode)) {
    fputs("shrike-yara is started by the agent and by `shrike yara`.\n", stderr);
    return 2;
  }
  rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  shrike::yara::Broker(shrike::yara::Fd(3)).run();
  return 0;
}
