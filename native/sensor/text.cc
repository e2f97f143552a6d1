#include "text.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace shrike::sensor {

namespace {
std::string own_root;  // set once before the first record is read
}

void set_own_root(std::string prefix) { own_root = std::move(prefix); }
const std::string& own_root_path() { return own_root; }

std::string path_of_walk(std::string_view walk, bool truncated) {
  std::string path;
  if (walk.empty() && !truncated) return "/";
  // Each name's NUL becomes its slash, so the length is the walk's.
  path.resize(walk.size());
  size_t out = path.size(), begin = 0;
  while (begin < walk.size()) {
    size_t end = walk.find('\0', begin);
    if (end == std::string_view::npos) end = walk.size();
    size_t length = end - begin;
    if (out < length + 1) break;
    out -= length + 1;
    path[out] = '/';
    memcpy(path.data() + out + 1, walk.data() + begin, length);
    begin = end + 1;
  }
  path.erase(0, out);
  if (truncated) return "\u2026" + path;
  if (!own_root.empty() && path.starts_with(own_root)) {
    if (path.size() == own_root.size()) return "/";
    if (path[own_root.size()] == '/') path.erase(0, own_root.size());
  }
  return path;
}

std::string join_args(std::string_view args) {
  while (!args.empty() && args.back() == '\0') args.remove_suffix(1);
  std::string joined(args);
  std::replace(joined.begin(), joined.end(), '\0', ' ');
  return joined;
}

std::string absolute_path(std::string_view path, std::string_view folder) {
  std::string whole;
  if (!path.starts_with('/')) whole.append(folder).append(1, '/');
  whole.append(path);
  std::string out;
  for (size_t at = 0; at < whole.size();) {
    size_t end = whole.find('/', at);
    if (end == std::string::npos) end = whole.size();
    std::string_view name(whole.data() + at, end - at);
    if (name == "..") {
      size_t slash = out.rfind('/');
      out.erase(slash == std::string::npos ? 0 : slash);
    } else if (!name.empty() && name != ".") {
      out.append(1, '/').append(name);
    }
    at = end + 1;
  }
  return out.empty() ? "/" : out;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      snprintf(escaped, sizeof(escaped), "\\u%04x", static_cast<unsigned char>(c));
      out += escaped;
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string read_file(const char* name, size_t limit) {
  std::string text;
  int fd = open(name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  text.resize(limit);
  size_t used = 0;
  while (used < limit) {
    ssize_t n = read(fd, text.data() + used, limit - used);
    if (n <= 0) break;
    used += static_cast<size_t>(n);
  }
  close(fd);
  text.resize(used);
  return text;
}

}  // namespace shrike::sensor
