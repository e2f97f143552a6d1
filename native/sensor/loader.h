// Loads and attaches the kernel programs.
//
// HOW IT WORKS
//
// Each bpf/<name>.bpf.c is an object of its own; they share the maps of sensor.h by name. An object that does not load (a kernel too old or
// without a feature) is reported and left out, the others go on. A program in tp_btf/sys_exit is not attached but put in the table of
// syscall.bpf.c's dispatcher, at the numbers syscalls.cc lists for its name. Programs that need a trampoline (fentry, fexit) are loaded only where a trial
// one loads; whoever relies on them asks trampolines() and sets a constant before load.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "../counters.h"

struct bpf_object;
struct bpf_link;

namespace shrike::sensor {

class Loader {
 public:
  Loader() = default;
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // Why nothing can be loaded at all (no root, no BTF, …), in one sentence; empty when it can.
  static std::string unavailable();
  bool trampolines() const { return trampolines_; }

  // Loads every object in `folder`. False when not even process.bpf.o loads; then problems() says why.
  bool load(const std::string& folder, size_t ring_bytes);
  // Attaches what was loaded. Call after the maps are filled.
  bool attach();
  void detach();

  // Descriptor of a map in any object, or -1.
  int map(const std::string& name) const;
  // Descriptor of a program, or -1.
  int program(const std::string& name) const;

  // By object name ("process", "file"): where its events come from: "fentry", "tp_btf" or "none".
  const std::map<std::string, std::string>& sources() const { return sources_; }
  const std::vector<std::string>& problems() const { return problems_; }
  // Times a program could not run because it was running already on that processor; such events are lost, and counted here only.
  uint64_t recursion_misses() const;

 private:
  bool load_object(const std::string& path, const std::string& name, size_t ring_bytes);
  void probe_trampolines(const std::string& folder);

  std::vector<std::pair<std::string, bpf_object*>> objects_;
  std::vector<bpf_link*> links_;
  std::map<std::string, std::string> sources_;
  std::vector<std::string> problems_;
  bool trampolines_ = false;
};

}  // namespace shrike::sensor
