#include "syscalls.h"

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
      {"sys_mount", "umount2", SYS_umount2, IA32(22)},
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
      // i386 has these twice, the older ones with ids of 16 bits.
      {"sys_cred", "setuid", SYS_setuid, IA32(23)},
      {"sys_cred", "setgid", SYS_setgid, IA32(46)},
      {"sys_cred", "setreuid", SYS_setreuid, IA32(70)},
      {"sys_cred", "setregid", SYS_setregid, IA32(71)},
      {"sys_cred", "setgroups", SYS_setgroups, IA32(81)},
      {"sys_cred", "setfsuid", SYS_setfsuid, IA32(138)},
      {"sys_cred", "setfsgid", SYS_setfsgid, IA32(139)},
      {"sys_cred", "setresuid", SYS_setresuid, IA32(164)},
      {"sys_cred", "setresgid", SYS_setresgid, IA32(170)},
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
      {"sys_open", "openat", SYS_openat, IA32(295)},
      {"sys_open", "openat2", SYS_openat2, IA32(437)},
      {"sys_open", "open_by_handle_at", SYS_open_by_handle_at, IA32(342)},
      {"sys_file", "renameat2", SYS_renameat2, IA32(353)},
      {"sys_file", "unlinkat", SYS_unlinkat, IA32(301)},
      {"sys_file", "mkdirat", SYS_mkdirat, IA32(296)},
      {"sys_file", "mknodat", SYS_mknodat, IA32(297)},
      {"sys_file", "linkat", SYS_linkat, IA32(303)},
      {"sys_file", "symlinkat", SYS_symlinkat, IA32(304)},
      {"sys_file", "fchmod", SYS_fchmod, IA32(94)},
      {"sys_file", "fchmodat", SYS_fchmodat, IA32(306)},
      {"sys_file", "fchmodat2", 452, IA32(452)},
      {"sys_file", "fchown", SYS_fchown, IA32(95)},
      {"sys_file", "fchown", SYS_fchown, IA32(207)},
      {"sys_file", "fchownat", SYS_fchownat, IA32(298)},
      {"sys_file", "truncate", SYS_truncate, IA32(92)},
      {"sys_file", "truncate", SYS_truncate, IA32(193)},
      {"sys_file", "ftruncate", SYS_ftruncate, IA32(93)},
      {"sys_file", "ftruncate", SYS_ftruncate, IA32(194)},
      {"sys_file", "setxattr", SYS_setxattr, IA32(226)},
      {"sys_file", "lsetxattr", SYS_lsetxattr, IA32(227)},
      {"sys_file", "fsetxattr", SYS_fsetxattr, IA32(228)},
      {"sys_file", "setxattrat", 463, IA32(463)},
      {"sys_file", "removexattr", SYS_removexattr, IA32(235)},
      {"sys_file", "lremovexattr", SYS_lremovexattr, IA32(236)},
      {"sys_file", "fremovexattr", SYS_fremovexattr, IA32(237)},
      {"sys_file", "removexattrat", 466, IA32(466)},
#if defined(__x86_64__)
      // Forms without a folder, which later architectures never had.
      {"sys_open", "open", SYS_open, IA32(5)},
      {"sys_open", "creat", SYS_creat, IA32(8)},
      {"sys_file", "rename", SYS_rename, IA32(38)},
      {"sys_file", "renameat", SYS_renameat, IA32(302)},
      {"sys_file", "unlink", SYS_unlink, IA32(10)},
      {"sys_file", "rmdir", SYS_rmdir, IA32(40)},
      {"sys_file", "mkdir", SYS_mkdir, IA32(39)},
      {"sys_file", "mknod", SYS_mknod, IA32(14)},
      {"sys_file", "link", SYS_link, IA32(9)},
      {"sys_file", "symlink", SYS_symlink, IA32(83)},
      {"sys_file", "chmod", SYS_chmod, IA32(15)},
      {"sys_file", "chown", SYS_chown, IA32(182)},
      {"sys_file", "chown", SYS_chown, IA32(212)},
      {"sys_file", "lchown", SYS_lchown, IA32(16)},
      {"sys_file", "lchown", SYS_lchown, IA32(198)},
#endif
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
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> list;
    for (const Entry& entry : entries()) {
      if (entry.native >= list.size()) list.resize(entry.native + 1);
      list[entry.native] = entry.name;
    }
    return list;
  }();
  return number < names.size() ? names[number] : std::string_view{};
}

}  // namespace shrike::sensor
