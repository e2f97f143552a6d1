// Which container and pod a cgroup path belongs to. The rules, in order, are written down in src/tables/lib/container-id.ts; both parsers
// are tested against test/fixtures/cgroup-paths.json.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace shrike::sensor {

struct ContainerRef {
  std::string container_id;  // empty: none
  std::string pod_uid;       // empty: none
  std::string runtime;       // empty: none
};

// `is_runc_container` says whether runc has state for a container of that name; asked only where the path alone cannot tell.
ContainerRef parse_cgroup_path(std::string_view path, const std::function<bool(const std::string&)>& is_runc_container);

}  // namespace shrike::sensor
