// A path of a container is resolved by the kernel inside the container's root (openat2, RESOLVE_IN_ROOT), so that no link of the
// container's can lead to a file of the host. Nothing is opened that could block (pipes, devices): O_NONBLOCK, and only regular files pass.
#include "target.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdio>
#include <vector>

namespace shrike::yara {
namespace {

Fd open_path(const ScanRequest::Candidate& candidate, bool follow) {
  const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW);
  if (candidate.root.empty()) return Fd(open(candidate.path.c_str(), flags));
  const Fd root(open(candidate.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.ok()) return Fd();
  open_how how{};
  how.flags = static_cast<uint64_t>(flags);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(syscall(SYS_openat2, root.get(), candidate.path.c_str(), &how, sizeof how)));
}

void fail(OpenTarget& target, const char* failure, std::string error) {
  target.failure = failure;
  target.error = std::move(error);
}

void open_file(const ScanRequest& request, OpenTarget& target) {
  fail(target, "open", "no path was given");
  for (const auto& candidate : request.candidates) {
    Fd fd = open_path(candidate, (request.flags & kNoFollow) == 0);
    if (!fd.ok()) {
      fail(target, "open", strerror(errno));
      continue;
    }
    struct stat info;
    if (fstat(fd.get(), &info) != 0) {
      fail(target, "open", strerror(errno));
      continue;
    }
    if (!S_ISREG(info.st_mode)) {
      fail(target, "kind", "is not a regular file");
      continue;
    }
    if (request.inode != 0 && info.st_ino != request.inode) {
      fail(target, "open", "is another file by now");
      continue;
    }
    target.path = candidate.root + candidate.path;
    target.device = info.st_dev;
    target.inode = info.st_ino;
    target.size = static_cast<uint64_t>(info.st_size);
    target.ctime_ns = info.st_ctim.tv_sec * 1'000'000'000ll + info.st_ctim.tv_nsec;
    target.mtime_ns = info.st_mtim.tv_sec * 1'000'000'000ll + info.st_mtim.tv_nsec;
    if (request.max_size != 0 && target.size > request.max_size) {
      fail(target, "large", "is larger than " + std::to_string(request.max_size) + " bytes");
      return;
    }
    target.fd = std::move(fd);
    target.failure.clear();
    target.error.clear();
    return;
  }
}

// A file in memory with these bytes.
Fd memory_file(const void* data, size_t size) {
  Fd fd(memfd_create("scan", MFD_CLOEXEC));
  for (size_t done = 0; fd.ok() && done < size;) {
    const ssize_t n = write(fd.get(), static_cast<const char*>(data) + done, size - done);
    if (n <= 0) return Fd();
    done += static_cast<size_t>(n);
  }
  return fd;
}

// Where injected code hides comes first: executable memory without a file, then memfds and deleted files, then the rest.
int rank(const char* permissions, const char* name) {
  const bool executable = permissions[2] == 'x';
  const bool anonymous = name[0] == '\0' || name[0] == '[';
  if (executable && anonymous) return 0;
  if (strncmp(name, "/memfd:", 7) == 0 || strstr(name, " (deleted)") != nullptr) return 1;
  return executable ? 2 : 3;
}

void open_process(const ScanRequest& request, OpenTarget& target) {
  const std::string folder = "/proc/" + std::to_string(request.pid);
  target.path = folder;
  target.fd = Fd(open((folder + "/mem").c_str(), O_RDONLY | O_CLOEXEC));
  FILE* maps = target.fd.ok() ? fopen((folder + "/maps").c_str(), "re") : nullptr;
  if (maps == nullptr) {
    fail(target, "open", errno == ENOENT ? "there is no such process" : strerror(errno));
    return;
  }
  std::vector<Region> ranked[4];
  char* line = nullptr;
  size_t room = 0;
  while (getline(&line, &room, maps) > 0) {
    unsigned long long start, end;
    char permissions[5] = "";
    int name_at = 0;
    if (sscanf(line, "%llx-%llx %4s %*s %*s %*s %n", &start, &end, permissions, &name_at) != 3 || name_at == 0) continue;
    line[strcspn(line, "\n")] = '\0';
    const char* name = line + name_at;
    if (permissions[0] != 'r' || strncmp(name, "[v", 2) == 0) continue;
    ranked[rank(permissions, name)].push_back({start, end - start});
    target.size += end - start;
  }
  free(line);
  fclose(maps);
  std::vector<Region> regions;
  for (const auto& list : ranked) regions.insert(regions.end(), list.begin(), list.end());
  if (regions.empty()) return fail(target, "memory", "has no memory that can be read (a kernel thread, or it has ended)");
  if (request.max_size != 0 && target.size > request.max_size) {
    // Some of the memory is better than none; the order above says which.
    uint64_t sum = 0;
    size_t keep = 0;
    while (keep < regions.size() && (sum += regions[keep].size) <= request.max_size) keep++;
    regions.resize(std::max<size_t>(keep, 1));
  }
  target.regions = memory_file(regions.data(), regions.size() * sizeof(Region));
  if (!target.regions.ok()) fail(target, "memory", strerror(errno));
}

}  // namespace

OpenTarget open_target(const ScanRequest& request) {
  OpenTarget target;
  if (request.target == Target::Path) {
    open_file(request, target);
  } else if (request.target == Target::Process) {
    open_process(request, target);
  } else {
    target.size = request.buffer.size();
    target.fd = memory_file(request.buffer.data(), request.buffer.size());
    if (!target.fd.ok()) fail(target, "memory", strerror(errno));
  }
  return target;
}

}  // namespace shrike::yara
