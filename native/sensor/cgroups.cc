#include "cgroups.h"

#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace shrike::sensor {
namespace {

uint64_t key_of(uint32_t hierarchy, uint64_t id) { return (static_cast<uint64_t>(hierarchy) << 56) | (id & 0x00ffffffffffffffull); }

bool is_runc_container(const std::string& name) {
  for (const char* root : {"/run/runc/", "/run/containerd/runc/default/", "/run/containerd/runc/k8s.io/", "/run/docker/runtime-runc/moby/"}) {
    if (access((root + name + "/state.json").c_str(), F_OK) == 0) return true;
  }
  return false;
}

constexpr int kMaxDepth = 32;
// A cgroup that nobody asks about costs some 200 bytes; a machine that makes them for ever must not grow without end.
constexpr size_t kMaxKnown = 200'000;

}  // namespace

void Cgroups::scan() {
  // hierarchy number by its controllers, as /proc/self/cgroup lists them: 4:pids:/path
  std::unordered_map<std::string, uint32_t> numbers;
  std::ifstream own("/proc/self/cgroup");
  for (std::string line; std::getline(own, line);) {
    size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    std::istringstream controllers(line.substr(first + 1, second - first - 1));
    uint32_t number = static_cast<uint32_t>(strtoul(line.c_str(), nullptr, 10));
    for (std::string name; std::getline(controllers, name, ',');) numbers[name] = number;
  }
  std::ifstream table("/proc/self/mounts");
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    std::string device, folder, type, options;
    fields >> device >> folder >> type >> options;
    if (type == "cgroup2") {
      mounts_.push_back({0, folder});
    } else if (type == "cgroup" && ("," + options + ",").find(",pids,") != std::string::npos) {
      mounts_.push_back({numbers["pids"], folder});
    }
  }
  for (const Mount& mount : mounts_) walk(mount, mount.folder, "/", 0);
}

void Cgroups::walk(const Mount& mount, const std::string& folder, const std::string& path, int depth) {
  struct stat info;
  if (depth > kMaxDepth || stat(folder.c_str(), &info) != 0) return;
  add(mount.hierarchy, info.st_ino, path);
  DIR* dir = opendir(folder.c_str());
  if (!dir) return;
  while (struct dirent* entry = readdir(dir)) {
    if (entry->d_type != DT_DIR || entry->d_name[0] == '.') continue;
    walk(mount, folder + "/" + entry->d_name, (path == "/" ? "/" : path + "/") + entry->d_name, depth + 1);
  }
  closedir(dir);
}

void Cgroups::add(uint32_t hierarchy, uint64_t id, std::string_view path) {
  if (known_.size() >= kMaxKnown) known_.clear();  // what is still in use is found again by its handle
  auto& slot = known_[key_of(hierarchy, id)];
  slot = std::make_unique<Cgroup>();
  slot->path = path;
}

std::string Cgroups::path_by_handle(uint64_t id) {
  // A kernfs file handle is the node's 64-bit id, type 0xfe (FILEID_KERNFS).
  struct { struct file_handle handle; uint64_t id; } query;
  for (const Mount& mount : mounts_) {
    if (mount.hierarchy != 0) continue;
    int at = open(mount.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0) continue;
    query.handle.handle_bytes = sizeof(id);
    query.handle.handle_type = 0xfe;
    memcpy(query.handle.f_handle, &id, sizeof(id));
    int fd = open_by_handle_at(at, &query.handle, O_PATH | O_CLOEXEC);
    close(at);
    if (fd < 0) continue;
    char link[64], target[4096];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, target, sizeof(target));
    close(fd);
    if (length <= 0) continue;
    std::string_view path(target, static_cast<size_t>(length));
    if (path.starts_with(mount.folder)) path.remove_prefix(mount.folder.size());
    return path.empty() ? "/" : std::string(path);
  }
  return {};
}

const Cgroup* Cgroups::find(uint32_t hierarchy, uint64_t id) {
  auto found = known_.find(key_of(hierarchy, id));
  if (found == known_.end()) {
    add(hierarchy, id, hierarchy == 0 ? path_by_handle(id) : std::string{});
    found = known_.find(key_of(hierarchy, id));
  }
  Cgroup* group = found->second.get();
  if (!group->resolved) {
    group->resolved = true;
    group->container = parse_cgroup_path(group->path, is_runc_container);
  }
  return group;
}

}  // namespace shrike::sensor
