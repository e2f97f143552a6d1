#include "container_id.h"

#include <algorithm>
#include <vector>

namespace shrike::sensor {
namespace {

using std::string;
using std::string_view;

bool all_of(string_view text, string_view more, bool upper = false) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (upper && c >= 'A' && c <= 'Z') || more.find(c) != string_view::npos;
  });
}

bool is_hex(string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_hex64(string_view text) { return text.size() == 64 && is_hex(text); }

// `<before><separator><64 hex digits>`: splits, or returns false.
bool split_hex(string_view segment, char separator, string_view* before, string_view* id) {
  if (segment.size() < 66 || segment[segment.size() - 65] != separator) return false;
  *id = segment.substr(segment.size() - 64);
  *before = segment.substr(0, segment.size() - 65);
  return is_hex(*id);
}

const char* runtime_of_prefix(string_view prefix) {
  if (prefix == "docker") return "docker";
  if (prefix == "cri-containerd" || prefix == "nerdctl") return "containerd";
  if (prefix == "crio") return "cri-o";
  if (prefix == "libpod" || prefix == "libpod-payload") return "podman";
  if (prefix == "runc") return "runc";
  return "unknown";
}

bool is_containerd_namespace(string_view text) { return text == "default" || text == "k8s.io" || text == "moby"; }

// "conmon" as a whole word between dashes.
bool is_conmon(string_view segment) {
  for (size_t at = segment.find("conmon"); at != string_view::npos; at = segment.find("conmon", at + 1)) {
    size_t end = at + 6;
    if ((at == 0 || segment[at - 1] == '-') && (end == segment.size() || segment[end] == '-')) return true;
  }
  return false;
}

const char* runtime_of_bare_id(const std::vector<string_view>& segments, size_t index) {
  string_view above = index > 0 ? segments[index - 1] : "";
  if (above == "docker" || above == "actions_job" || (index > 1 && segments[index - 2] == "ecs")) return "docker";
  if (is_containerd_namespace(segments[0])) return "containerd";
  for (size_t i = 0; i < index; i++) {
    if (segments[i].starts_with("kubepods") || segments[i].starts_with("pod")) return "containerd";
  }
  return "unknown";
}

bool container_at(const std::vector<string_view>& segments, size_t index, ContainerRef* found) {
  string_view whole = segments[index], above = index > 0 ? segments[index - 1] : "";
  string_view segment = whole.ends_with(".scope") ? whole.substr(0, whole.size() - 6) : whole;
  string_view before, id;
  auto set = [&](string_view container, const char* runtime) {
    found->container_id = container;
    found->runtime = runtime;
    return true;
  };

  if (split_hex(segment, ':', &before, &id)) {
    size_t colon = before.rfind(':');
    if (colon != string_view::npos && colon > 0 && colon + 1 < before.size()) return set(id, runtime_of_prefix(before.substr(colon + 1)));
  }
  if (is_conmon(segment)) return false;
  if (split_hex(segment, '-', &before, &id)) return set(id, runtime_of_prefix(before));
  if (is_hex64(segment)) return above == "libpod_parent" ? false : set(segment, runtime_of_bare_id(segments, index));
  if (whole.starts_with("runc-") && whole.ends_with(".scope") && whole.size() > 11) {
    string_view name = whole.substr(5, whole.size() - 11);
    if (all_of(name, "_+.-", true)) return set(name, "runc");
  }
  if (above == "buildkit" && segment.size() == 25 && all_of(segment, "")) return set(segment, "buildkit");
  if (whole.starts_with("lxc.payload.") && whole.size() > 12) return set(whole.substr(12), "lxc");
  if (index == 1 && above == "lxc") return set(whole, "lxc");
  if (index == 1 && is_containerd_namespace(above) && whole.size() <= 76 && all_of(whole, "._-", true)) return set(whole, "containerd");
  return false;
}

string pod_of(const std::vector<string_view>& segments) {
  for (size_t i = segments.size(); i-- > 0;) {
    string_view segment = segments[i];
    string name;
    bool slice = false;
    if (size_t end = segment.find(".slice"); segment.find("kubepods") != string_view::npos && end != string_view::npos) {
      size_t dash = segment.rfind("-pod", end);
      bool ends = end + 6 == segment.size() || segment[end + 6] == ':';
      if (ends && dash != string_view::npos && dash > segment.find("kubepods")) {
        name = segment.substr(dash + 4, end - dash - 4);
        std::replace(name.begin(), name.end(), '_', '-');
        slice = true;
      }
    }
    if (!slice && segment.starts_with("pod")) name = segment.substr(3);
    bool uid = (name.size() == 32 && is_hex(name)) ||
               (name.size() == 36 && std::all_of(name.begin(), name.end(), [](char c) { return c == '-' || is_hex(string_view(&c, 1)); }));
    if (!uid) continue;
    if (slice || std::any_of(segments.begin(), segments.begin() + static_cast<long>(i), [](string_view s) { return s.starts_with("kubepods"); })) {
      return name;
    }
  }
  return {};
}

}  // namespace

ContainerRef parse_cgroup_path(string_view path, const std::function<bool(const string&)>& is_runc_container) {
  std::vector<string_view> segments;
  while (!path.empty()) {
    size_t slash = path.find('/');
    string_view segment = path.substr(0, slash);
    if (!segment.empty() && segment != "..") segments.push_back(segment);
    path = slash == string_view::npos ? string_view{} : path.substr(slash + 1);
  }
  ContainerRef found;
  if (segments.empty()) return found;
  found.pod_uid = pod_of(segments);
  for (size_t i = segments.size(); i-- > 0;) {
    if (container_at(segments, i, &found)) return found;
  }
  if (!is_runc_container) return found;
  for (size_t i = segments.size(); i-- > 0;) {
    string_view segment = segments[i];
    if (segment == "." || segment.ends_with(".slice") || segment.ends_with(".scope") || segment.ends_with(".service")) continue;
    if (!all_of(segment, "_+.-", true) || !is_runc_container(string(segment))) continue;
    found.container_id = segment;
    found.runtime = "runc";
    return found;
  }
  return found;
}

}  // namespace shrike::sensor
