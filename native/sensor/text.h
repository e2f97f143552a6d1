// Small text work on what the kernel sends: bytes, not characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shrike::sensor {

// Turns a walk (names from the leaf to the root, each ended by NUL; see event.h) round into an absolute path. `truncated` marks a walk that
// did not reach the root: the path then begins with "…/".
//
// Walks end at the root of the mount namespace. An agent that runs in a chroot (an initramfs that did not switch root, a rescue system) calls
// its own root "/", so set_own_root() names what to take off.
void set_own_root(std::string prefix);
const std::string& own_root_path();
std::string path_of_walk(std::string_view walk, bool truncated);

// Arguments separated by NUL, joined by spaces. Empty arguments stay visible as two spaces in a row.
std::string join_args(std::string_view args);

// `path` if it is absolute, else below `folder`, with "." and ".." taken out by name.
std::string absolute_path(std::string_view path, std::string_view folder);

void append_json_string(std::string& out, std::string_view text);

// The first `limit` bytes of a file; empty when it cannot be read.
std::string read_file(const char* name, size_t limit);

}  // namespace shrike::sensor
