// Cgroup ids and what they belong to.
//
// The kernel's events carry a cgroup's id, which is the inode number of its folder. Paths come from the cgroup_mkdir tracepoint as cgroups are
// made, from a walk of the mounted hierarchies at start, and for any that both missed from the kernel by file handle.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "container_id.h"

namespace shrike::sensor {

struct Cgroup {
  std::string path;
  ContainerRef container;
  bool resolved = false;  // container was looked for
};

class Cgroups {
 public:
  // Finds the mounted hierarchies and reads every cgroup there is.
  void scan();
  void add(uint32_t hierarchy, uint64_t id, std::string_view path);
  // Never null; the container is parsed at the first process seen in the cgroup, when the runtime has written its state.
  const Cgroup* find(uint32_t hierarchy, uint64_t id);
  template <typename Each>
  void each(Each&& call) const {
    for (const auto& [key, group] : known_) call(static_cast<uint32_t>(key >> 56), key & 0x00ffffffffffffffull, group->path);
  }

 private:
  struct Mount { uint32_t hierarchy; std::string folder; };

  void walk(const Mount& mount, const std::string& folder, const std::string& path, int depth);
  std::string path_by_handle(uint64_t id);

  std::vector<Mount> mounts_;
  std::unordered_map<uint64_t, std::unique_ptr<Cgroup>> known_;  // id in the low 56 bits, hierarchy above
};

}  // namespace shrike::sensor
