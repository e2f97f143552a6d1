// The watch list: globs of paths, compiled into the one automaton that the kernel walks (bpf/include/watch.h).
//
// HOW IT WORKS
//
// In a glob, `*` is any run of bytes within a name, `?` one byte, `[a-z]` and `[!a-z]` one of a set, `{a,b}` either; `**` as a whole name is any
// number of folders, none included, and at the end everything below a folder; a backslash takes the next byte as it is. Each glob becomes a
// list of byte sets, some repeated; the lists are turned round and made one deterministic automaton by the usual subset construction, with
// bytes that no glob tells apart in one class. States that a slash leads to get the filter and the shortcut that watch.h describes. Both are
// derived from the automaton itself, by going through every length and every first and second byte: a name that the filter lets pass unread
// is one that no automaton could have told from an ordinary one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../../bpf/include/watch.h"

namespace shrike::sensor {

class Watch {
 public:
  // Globs that are not understood, or too many, are left out; `problems` gets a sentence for each.
  Watch(const std::vector<std::string>& globs, std::vector<std::string>& problems);

  // What the kernel's map holds.
  const sk_watch& table() const { return *table_; }
  size_t states() const { return states_; }

  // What the kernel answers for an absolute path without ".", ".." and double slashes.
  bool matches(std::string_view path) const;

 private:
  std::unique_ptr<sk_watch> table_;
  size_t states_ = 0;
};

}  // namespace shrike::sensor
