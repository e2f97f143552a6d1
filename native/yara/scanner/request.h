// Requests as they are packed by src/tables/lib/yara-wire.ts. Texts are u32 length and bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire.h"

namespace shrike::yara {

enum class Kind : uint8_t { Compile = 1, Scan = 2, Status = 3 };

// Where rules come from: text, or a file that the compiling process opens by itself (and the includes beside it).
struct Source {
  std::string name_space, file, text;
  uint8_t from = 0;  // 0 text, 1 file, 2 file of compiled rules
  int held = -1;     // the text as a file in memory (see hold_texts)
};

struct External {
  std::string name, text;
  uint8_t type = 0;  // 0 integer, 1 float, 2 boolean, 3 text
  int64_t integer = 0;
  double real = 0;
};

// u32 threads | u32 stack slots | u32 strings per rule | u64 memory | text key | u32 n sources … | u32 n externals …
struct CompileRequest {
  uint32_t threads = 1, stack_slots = 0, strings_per_rule = 0;
  uint64_t memory = 0;
  std::string key;
  std::vector<Source> sources;
  std::vector<External> externals;
};

enum ScanFlag : uint32_t {
  kFast = 1,        // stop at the first match of a string where its rule needs no more
  kNegate = 2,      // report the rules that do not match
  kNoCache = 4,     // scan even what was scanned before
  kStrings = 8,     // answer with the matching strings
  kProfile = 16,    // time every rule by itself as well
  kNoFollow = 32,   // a symbolic link is not followed
};

enum class Target : uint8_t { Path = 0, Process = 1, Buffer = 2 };

// u32 set | u32 flags | u32 timeout ms | u32 strings at most | u64 size at most | u8 target, then
//   Path: u32 n candidates of (text root, text path) | u64 inode that it must be, 0 for any      Process: u32 pid      Buffer: text
struct ScanRequest {
  uint32_t set = 0, flags = 0, timeout_ms = 0, max_strings = 0;
  uint64_t max_size = 0;
  Target target = Target::Path;
  struct Candidate { std::string root, path; };
  std::vector<Candidate> candidates;
  uint64_t inode = 0;
  uint32_t pid = 0;
  std::string buffer;
};

inline std::optional<CompileRequest> read_compile(Reader& in) {
  CompileRequest out;
  out.threads = in.number<uint32_t>();
  out.stack_slots = in.number<uint32_t>();
  out.strings_per_rule = in.number<uint32_t>();
  out.memory = in.number<uint64_t>();
  out.key = in.text();
  for (auto n = in.number<uint32_t>(); n > 0 && in.ok(); n--) {
    Source source;
    source.from = in.number<uint8_t>();
    source.name_space = in.text();
    source.file = in.text();
    source.text = in.text();
    out.sources.push_back(std::move(source));
  }
  for (auto n = in.number<uint32_t>(); n > 0 && in.ok(); n--) {
    External external;
    external.type = in.number<uint8_t>();
    external.name = in.text();
    external.integer = in.number<int64_t>();
    external.real = in.number<double>();
    external.text = in.text();
    out.externals.push_back(std::move(external));
  }
  if (!in.ok() || out.threads < 1 || out.threads > 64) return std::nullopt;
  return out;
}

inline std::optional<ScanRequest> read_scan(Reader& in) {
  ScanRequest out;
  out.set = in.number<uint32_t>();
  out.flags = in.number<uint32_t>();
  out.timeout_ms = in.number<uint32_t>();
  out.max_strings = in.number<uint32_t>();
  out.max_size = in.number<uint64_t>();
  out.target = static_cast<Target>(in.number<uint8_t>());
  if (out.target == Target::Path) {
    for (auto n = in.number<uint32_t>(); n > 0 && in.ok(); n--) {
      const std::string root(in.text());
      out.candidates.push_back({root, std::string(in.text())});
    }
    out.inode = in.number<uint64_t>();
  } else if (out.target == Target::Process) {
    out.pid = in.number<uint32_t>();
  } else if (out.target == Target::Buffer) {
    out.buffer = in.text();
  } else {
    return std::nullopt;
  }
  if (!in.ok()) return std::nullopt;
  return out;
}

// What the broker sends to a scanner, with the descriptor to read: a file, or a process's memory and the list of its regions.
struct Job {
  uint32_t flags, timeout_ms, max_strings, is_process;
};

struct Region {
  uint64_t start, size;
};

}  // namespace shrike::yara
