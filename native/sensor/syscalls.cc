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
      {"sys_module", "init_module", SYS_init_module, IA32(128)},
      {"sys_module", "finit_module", SYS_finit_module, IA32(350)},
      {"sys_module", "delete_module", SYS_delete_module, IA32(129)},
      {"sys_bpf", "bpf", SYS_bpf, IA32(357)},
      {"sys_perf_event_open", "perf_event_open", SYS_perf_event_open, IA32(336)},
      {"sys_setsockopt", "setsockopt", SYS_setsockopt, IA32(366)},
      {"sys_ptrace", "ptrace", SYS_ptrace, IA32(26)},
      {"sys_ptrace", "process_vm_readv", SYS_process_vm_readv, IA32(347)},
      {"sys_ptrace", "process_vm_writev", SYS_process_vm_writev, IA32(348)},
      {"sys_ptrace", "pidfd_getfd", SYS_pidfd_getfd, IA32(438)},
      {"sys_mount", "mount", SYS_mount, IA32(21)},
      {"sys_mount", "umount2", SYS_umount2, IA32(52)},
      {"sys_mount", "pivot_root", SYS_pivot_root, IA32(217)},
      {"sys_mount", "chroot", SYS_chroot, IA32(61)},
      {"sys_mount", "open_tree", SYS_open_tree, IA32(428)},
      {"sys_mount", "move_mount", SYS_move_mount, IA32(429)},
      {"sys_mount", "fsopen", SYS_fsopen, IA32(430)},
      {"sys_mount", "fsconfig", SYS_fsconfig, IA32(431)},
      {"sys_mount", "fsmount", SYS_fsmount, IA32(432)},
      {"sys_mount", "fspick", SYS_fspick, IA32(433)},
      {"sys_mount", "mount_setattr", SYS_mount_setattr, IA32(442)},
      {"sys_namespace", "setns", SYS_setns, IA32(346)},
      {"sys_namespace", "unshare", SYS_unshare, IA32(310)},
      {"sys_namespace", "clone", SYS_clone, IA32(120)},
      {"sys_namespace", "clone3", SYS_clone3, IA32(435)},
      {"sys_cred", "setuid", SYS_setuid, IA32(213)},
      {"sys_cred", "setgid", SYS_setgid, IA32(214)},
      {"sys_cred", "setreuid", SYS_setreuid, IA32(203)},
      {"sys_cred", "setregid", SYS_setregid, IA32(204)},
      {"sys_cred", "setresuid", SYS_setresuid, IA32(208)},
      {"sys_cred", "setresgid", SYS_setresgid, IA32(210)},
      {"sys_cred", "setfsuid", SYS_setfsuid, IA32(215)},
      {"sys_cred", "setfsgid", SYS_setfsgid, IA32(216)},
      {"sys_cred", "setgroups", SYS_setgroups, IA32(206)},
      {"sys_cred", "capset", SYS_capset, IA32(185)},
      {"sys_cred", "prctl", SYS_prctl, IA32(172)},
      {"sys_signal", "kill", SYS_kill, IA32(37)},
      {"sys_signal", "tkill", SYS_tkill, IA32(238)},
      {"sys_signal", "tgkill", SYS_tgkill, IA32(270)},
      {"sys_signal", "rt_sigqueueinfo", SYS_rt_sigqueueinfo, IA32(178)},
      {"sys_signal", "rt_tgsigqueueinfo", SYS_rt_tgsigqueueinfo, IA32(335)},
      {"sys_signal", "pidfd_send_signal", SYS_pidfd_send_signal, IA32(424)},
      {"sys_socket", "socket", SYS_socket, IA32(359)},
      {"sys_bind", "bind", SYS_bind, IA32(361)},
      {"sys_connect", "connect", SYS_connect, IA32(362)},
      {"sys_listen", "listen", SYS_listen, IA32(363)},
      {"sys_accept", "accept", SYS_accept, 0},
      {"sys_accept", "accept4", SYS_accept4, IA32(364)},
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
