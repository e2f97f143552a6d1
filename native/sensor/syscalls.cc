#include "syscalls.h"

#include <map>
#include <string>
#include <sys/syscall.h>

namespace shrike::sensor {
namespace {

#if defined(__x86_64__)
#define IA32(number) number
#else
#define IA32(number) 0
#endif

struct Entry {
  const char* program;
  const char* name;
  uint32_t native;
  uint32_t compat;  // i386 number; 0 where there is none
};

// One line a system call. A program's name is its function in bpf/*.bpf.c.
const std::vector<Entry>& entries() {
  static const std::vector<Entry> list = {
      {"sys_execve", "execve", SYS_execve, IA32(11)},
      {"sys_execve", "execveat", SYS_execveat, IA32(358)},
  };
  return list;
}

}  // namespace

std::vector<uint32_t> syscalls_of(std::string_view program) {
  std::vector<uint32_t> numbers;
  for (const Entry& entry : entries()) {
    if (program == entry.program) numbers.push_back(entry.native);
  }
  return numbers;
}

const std::vector<CompatNumber>& compat_numbers() {
  static const std::vector<CompatNumber> numbers = [] {
    std::vector<CompatNumber> list;
    for (const Entry& entry : entries()) {
      if (entry.compat) list.push_back({entry.compat, entry.native});
    }
    return list;
  }();
  return numbers;
}

std::string_view syscall_name(uint32_t number) {
  static const std::map<uint32_t, std::string_view> names = [] {
    std::map<uint32_t, std::string_view> map;
    for (const Entry& entry : entries()) map[entry.native] = entry.name;
    return map;
  }();
  auto found = names.find(number);
  return found == names.end() ? std::string_view{} : found->second;
}

}  // namespace shrike::sensor
