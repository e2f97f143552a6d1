#include "loader.h"

#include <algorithm>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include "syscalls.h"

namespace shrike::sensor {
namespace {

// What libbpf said of the object it is loading: the first failure, and the verifier's own last words, which come inside its log.
std::string failure, verdict;

int keep_message(enum libbpf_print_level level, const char* format, va_list arguments) {
  if (level != LIBBPF_WARN) return 0;
  char* text = nullptr;
  if (vasprintf(&text, format, arguments) < 0) return 0;
  std::string_view message(text);
  // The whole of the verifier's log, for whoever changes a program.
  if (getenv("SHRIKE_BPF_DEBUG")) fputs(text, stderr);
  while (!message.empty() && message.back() == '\n') message.remove_suffix(1);
  if (size_t log = message.find("-- BEGIN PROG LOAD LOG --"); log != std::string_view::npos) {
    size_t end = message.find("\nprocessed ", log);
    std::string_view before = message.substr(0, end == std::string_view::npos ? message.size() : end);
    verdict = before.substr(before.rfind('\n') + 1);
  } else if (failure.empty() && message.find("fail") != std::string_view::npos) {
    failure = message.substr(0, message.find('\n'));
  }
  free(text);
  return 0;
}

const char* const kShared[] = {"sk_ring", "sk_counters", "sk_scratches", "sk_sys_exit", "sk_compat_numbers", "sk_sockets"};

bool needs_trampoline(const char* section) {
  return strncmp(section, "fentry", 6) == 0 || strncmp(section, "fexit", 5) == 0 || strncmp(section, "fmod_ret", 8) == 0;
}

// The programs of packet.bpf.c see every socket below the folder they are attached to.
bool is_cgroup(const char* section) { return strncmp(section, "cgroup", 6) == 0; }

// The root of the cgroup2 hierarchy, which is mounted in one place on some hosts and in another beside the v1 ones; -1 where there is none.
int open_cgroup_root() {
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    size_t type = line.find(" - cgroup2 ");
    if (type == std::string::npos) continue;
    std::istringstream fields(line);
    std::string skipped, point;
    fields >> skipped >> skipped >> skipped >> skipped >> point;
    int fd = open(point.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) return fd;
  }
  return -1;
}

bool is_dispatched(bpf_program* program) {
  return strcmp(bpf_program__section_name(program), "tp_btf/sys_exit") == 0 && strcmp(bpf_program__name(program), "sys_exit") != 0;
}

// Whether this kernel has the tracepoint of a "tp_btf/NAME" section.
bool has_tracepoint(const char* section) {
  const char* slash = strchr(section, '/');
  btf* types = slash && strncmp(section, "tp_btf", 6) == 0 ? btf__load_vmlinux_btf() : nullptr;
  bool found = types && btf__find_by_name_kind(types, (std::string("btf_trace_") + (slash + 1)).c_str(), BTF_KIND_TYPEDEF) >= 0;
  btf__free(types);
  return found;
}

// Whether a trampoline can be put on the function of a "fentry/NAME" section: it is there, and no argument is a structure by value, which kernels
// before 6.0 cannot pass on.
bool can_trace_function(const char* section) {
  const char* slash = strchr(section, '/');
  btf* types = slash ? btf__load_vmlinux_btf() : nullptr;
  int function = types ? btf__find_by_name_kind(types, slash + 1, BTF_KIND_FUNC) : -1;
  bool can = function >= 0;
  if (can) {
    const btf_type* prototype = btf__type_by_id(types, btf__type_by_id(types, static_cast<__u32>(function))->type);
    bool structures = false, passed_on = false;
    for (int i = 0; i < btf_vlen(prototype); i++) {
      int type = btf__resolve_type(types, btf_params(prototype)[i].type);
      structures |= type > 0 && btf_is_composite(btf__type_by_id(types, static_cast<__u32>(type)));
    }
    int model = btf__find_by_name_kind(types, "btf_func_model", BTF_KIND_STRUCT);
    const btf_type* members = model >= 0 ? btf__type_by_id(types, static_cast<__u32>(model)) : nullptr;
    for (int i = 0; members && i < btf_vlen(members); i++) passed_on |= strcmp(btf__name_by_offset(types, btf_members(members)[i].name_off), "arg_flags") == 0;
    can = !structures || passed_on;
  }
  btf__free(types);
  return can;
}

// Sets a `const volatile` variable of an object that is open and not yet loaded. Objects without it are left alone.
void set_constant(bpf_object* object, const char* name, const void* value, size_t size) {
  const btf* types = bpf_object__btf(object);
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object) {
    if (strstr(bpf_map__name(map), ".rodata")) break;
  }
  if (!map || !types) return;
  int section = btf__find_by_name_kind(types, ".rodata", BTF_KIND_DATASEC);
  if (section < 0) return;
  const btf_type* type = btf__type_by_id(types, static_cast<__u32>(section));
  const btf_var_secinfo* variables = btf_var_secinfos(type);
  for (int i = 0; i < btf_vlen(type); i++) {
    const btf_type* variable = btf__type_by_id(types, variables[i].type);
    if (strcmp(btf__name_by_offset(types, variable->name_off), name) != 0 || variables[i].size != size) continue;
    size_t bytes = 0;
    void* initial = const_cast<void*>(static_cast<const void*>(bpf_map__initial_value(map, &bytes)));
    if (initial && variables[i].offset + size <= bytes) memcpy(static_cast<char*>(initial) + variables[i].offset, value, size);
    return;
  }
}

}  // namespace

Loader::~Loader() {
  detach();
  for (auto& [name, object] : objects_) bpf_object__close(object);
}

std::string Loader::unavailable() {
  if (access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
    return "this kernel has no BTF (/sys/kernel/btf/vmlinux): runtime events need a kernel built with CONFIG_DEBUG_INFO_BTF=y, 5.10 or later";
  }
  if (geteuid() != 0) return "runtime events need root (or CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE): start the agent as root";
  return {};
}

void Loader::probe_trampolines(const std::string& folder) {
  bpf_object* object = bpf_object__open_file((folder + "/probe.bpf.o").c_str(), nullptr);
  if (!object) return;
  if (bpf_object__load(object) == 0) {
    bpf_program* program = bpf_object__find_program_by_name(object, "probe_fentry");
    bpf_link* link = program ? bpf_program__attach(program) : nullptr;
    trampolines_ = link != nullptr;
    if (link) bpf_link__destroy(link);
  }
  bpf_object__close(object);
}

bool Loader::load(const std::string& folder, size_t ring_bytes) {
  libbpf_set_print(keep_message);
  libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
  probe_trampolines(folder);
  std::vector<std::string> names;
  if (DIR* dir = opendir(folder.c_str())) {
    while (dirent* entry = readdir(dir)) {
      std::string file = entry->d_name;
      size_t end = file.rfind(".bpf.o");
      if (end != std::string::npos && end + 6 == file.size()) names.push_back(file.substr(0, end));
    }
    closedir(dir);
  }
  names.erase(std::remove(names.begin(), names.end(), "probe"), names.end());
  std::sort(names.begin(), names.end());
  // These two own the shared maps and the dispatcher; the rest can do without each other.
  for (const char* first : {"syscall", "process"}) {
    auto found = std::find(names.begin(), names.end(), first);
    if (found == names.end()) {
      problems_.push_back(folder + "/" + first + ".bpf.o is missing: run npm run build");
      return false;
    }
    names.erase(found);
    if (!load_object(folder + "/" + first + ".bpf.o", first, ring_bytes)) return false;
  }
  for (const std::string& name : names) load_object(folder + "/" + name + ".bpf.o", name, ring_bytes);
  return true;
}

bool Loader::load_object(const std::string& path, const std::string& name, size_t ring_bytes) {
  failure.clear();
  verdict.clear();
  bpf_object* object = bpf_object__open_file(path.c_str(), nullptr);
  if (!object) {
    problems_.push_back(name + " events: " + path + " cannot be read: " + strerror(errno));
    sources_[name] = "none";
    return false;
  }
  uint32_t self = static_cast<uint32_t>(getpid());
  bool trampolines = trampolines_;
  set_constant(object, "sk_self_pid", &self, sizeof(self));
  set_constant(object, "sk_trampolines", &trampolines, sizeof(trampolines));
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object) {
    const char* map_name = bpf_map__name(map);
    bool shared = std::any_of(std::begin(kShared), std::end(kShared), [&](const char* one) { return strcmp(one, map_name) == 0; });
    if (!shared) continue;
    int fd = this->map(map_name);
    if (fd >= 0) {
      bpf_map__reuse_fd(map, fd);
    } else if (strcmp(map_name, "sk_ring") == 0) {
      bpf_map__set_max_entries(map, static_cast<__u32>(ring_bytes));
    }
  }
  bool uses_trampoline = false;
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object) {
    // A section with a question mark (libbpf then leaves the program out) is for a tracepoint or function that not every kernel has.
    const char* section = bpf_program__section_name(program);
    bool optional = !bpf_program__autoload(program);
    if (needs_trampoline(section)) {
      bpf_program__set_autoload(program, trampolines_ && (!optional || can_trace_function(section)));
      uses_trampoline = trampolines_;
    } else if (optional) {
      bpf_program__set_autoload(program, has_tracepoint(section));
    }
  }
  if (bpf_object__load(object) != 0) {
    std::string reason = failure.empty() ? strerror(errno) : failure;
    problems_.push_back(name + " events are off: " + reason + (verdict.empty() ? "" : " (" + verdict + ")"));
    sources_[name] = "none";
    bpf_object__close(object);
    return false;
  }
  sources_[name] = uses_trampoline ? "fentry" : "tp_btf";
  objects_.emplace_back(name, object);
  return true;
}

bool Loader::attach() {
  int table = map("sk_sys_exit");
  if (int compat = map("sk_compat_numbers"); compat >= 0) {
    for (const CompatNumber& number : compat_numbers()) bpf_map_update_elem(compat, &number.compat, &number.native, BPF_ANY);
  }
  int cgroup_root = open_cgroup_root();
  if (cgroup_root < 0) problems_.push_back("there is no cgroup2 mount: no dns_lookup_events, and of UDP only connect and bind");
  for (auto& [name, object] : objects_) {
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object) {
      if (bpf_program__fd(program) < 0 || strncmp(bpf_program__section_name(program), "iter/", 5) == 0) continue;
      if (is_dispatched(program)) {
        std::vector<uint32_t> numbers = syscalls_of(bpf_program__name(program));
        if (numbers.empty()) problems_.push_back(std::string(bpf_program__name(program)) + " is not listed in syscalls.cc: it never runs");
        int fd = bpf_program__fd(program);
        for (uint32_t number : numbers) {
          if (bpf_map_update_elem(table, &number, &fd, BPF_ANY) != 0) {
            problems_.push_back(std::string(bpf_program__name(program)) + " cannot be put in the system call table: " + strerror(errno));
            break;
          }
        }
        continue;
      }
      if (is_cgroup(bpf_program__section_name(program)) && cgroup_root < 0) continue;
      bpf_link* link = is_cgroup(bpf_program__section_name(program)) ? bpf_program__attach_cgroup(program, cgroup_root) : bpf_program__attach(program);
      if (!link) {
        problems_.push_back(name + ": " + bpf_program__name(program) + " does not attach: " + strerror(errno));
        if (name == "process") return false;
        continue;
      }
      links_.push_back(link);
    }
  }
  if (cgroup_root >= 0) close(cgroup_root);
  return true;
}

void Loader::detach() {
  for (bpf_link* link : links_) bpf_link__destroy(link);
  links_.clear();
}

int Loader::map(const std::string& name) const {
  for (const auto& [object_name, object] : objects_) {
    int fd = bpf_object__find_map_fd_by_name(object, name.c_str());
    if (fd >= 0) return fd;
  }
  return -1;
}

int Loader::program(const std::string& name) const {
  for (const auto& [object_name, object] : objects_) {
    bpf_program* program = bpf_object__find_program_by_name(object, name.c_str());
    if (program) return bpf_program__fd(program);
  }
  return -1;
}

uint64_t Loader::recursion_misses() const {
  uint64_t sum = 0;
  for (const auto& [name, object] : objects_) {
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object) {
      bpf_prog_info info{};
      __u32 size = sizeof(info);
      int fd = bpf_program__fd(program);
      if (fd >= 0 && bpf_obj_get_info_by_fd(fd, &info, &size) == 0) sum += info.recursion_misses;
    }
  }
  return sum;
}

}  // namespace shrike::sensor
