#include "names.h"

#include <charconv>
#include <iterator>

namespace shrike::sensor {
namespace {

constexpr const char* kSignals[] = {
    "0", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE",
    "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM",
    "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
};
constexpr const char* kCapabilities[] = {
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER",
    "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
};

std::string hex(uint64_t value) {
  char text[20] = "0x";
  char* end = std::to_chars(text + 2, text + sizeof(text), value, 16).ptr;
  return {text, end};
}

}  // namespace

std::string signal_name(int number) {
  if (number >= 0 && number < static_cast<int>(std::size(kSignals))) return kSignals[number];
  // The first two belong to glibc's threads; numbers are the kernel's.
  if (number >= 32 && number <= 64) return "SIGRTMIN+" + std::to_string(number - 32);
  return std::to_string(number);
}

std::string signal_code_name(int signal, int code) {
  switch (code) {
    case 0: return "SI_USER";
    case 0x80: return "SI_KERNEL";
    case -1: return "SI_QUEUE";
    case -2: return "SI_TIMER";
    case -3: return "SI_MESGQ";
    case -4: return "SI_ASYNCIO";
    case -5: return "SI_SIGIO";
    case -6: return "SI_TKILL";
  }
  static constexpr const char* kIll[] = {"ILL_ILLOPC", "ILL_ILLOPN", "ILL_ILLADR", "ILL_ILLTRP", "ILL_PRVOPC", "ILL_PRVREG", "ILL_COPROC", "ILL_BADSTK"};
  static constexpr const char* kFpe[] = {"FPE_INTDIV", "FPE_INTOVF", "FPE_FLTDIV", "FPE_FLTOVF", "FPE_FLTUND", "FPE_FLTRES", "FPE_FLTINV", "FPE_FLTSUB"};
  static constexpr const char* kSegv[] = {"SEGV_MAPERR", "SEGV_ACCERR", "SEGV_BNDERR", "SEGV_PKUERR", "SEGV_ACCADI", "SEGV_ADIDERR", "SEGV_ADIPERR", "SEGV_MTEAERR", "SEGV_MTESERR", "SEGV_CPERR"};
  static constexpr const char* kBus[] = {"BUS_ADRALN", "BUS_ADRERR", "BUS_OBJERR", "BUS_MCEERR_AR", "BUS_MCEERR_AO"};
  static constexpr const char* kTrap[] = {"TRAP_BRKPT", "TRAP_TRACE", "TRAP_BRANCH", "TRAP_HWBKPT", "TRAP_UNK", "TRAP_PERF"};
  static constexpr const char* kSys[] = {"SYS_SECCOMP", "SYS_USER_DISPATCH"};
  auto pick = [&](const auto& list) -> std::string {
    if (code >= 1 && code <= static_cast<int>(std::size(list))) return list[code - 1];
    return std::to_string(code);
  };
  switch (signal) {
    case 4: return pick(kIll);
    case 5: return pick(kTrap);
    case 7: return pick(kBus);
    case 8: return pick(kFpe);
    case 11: return pick(kSegv);
    case 31: return pick(kSys);
    default: return std::to_string(code);
  }
}

std::string capability_names(uint64_t set) {
  std::string text;
  for (uint32_t bit = 0; bit < 64; bit++) {
    if (!(set >> bit & 1)) continue;
    if (!text.empty()) text += ',';
    text += capability_name(bit);
  }
  return text;
}

std::string capability_name(uint32_t number) {
  return number < std::size(kCapabilities) ? kCapabilities[number] : "CAP_" + std::to_string(number);
}

std::string flag_names(uint64_t value, const std::vector<Flag>& flags) {
  std::string text;
  auto add = [&](std::string_view name) {
    if (!text.empty()) text += '|';
    text += name;
  };
  for (const Flag& flag : flags) {
    if (!flag.value || (value & flag.value) != flag.value) continue;
    add(flag.name);
    value &= ~flag.value;
  }
  if (value) add(hex(value));
  return text;
}

std::string taint_letters(uint64_t taints) {
  static constexpr char kLetters[] = "PFSRMBUDAWCIOELKXTNJ";
  std::string text;
  for (size_t bit = 0; bit < 64; bit++) {
    if (taints >> bit & 1) text += bit < sizeof(kLetters) - 1 ? kLetters[bit] : '?';
  }
  return text;
}

const std::vector<Flag>& clone_flags() {
  static const std::vector<Flag> list = {
      {0x80, "CLONE_NEWTIME"},
      {0x100, "CLONE_VM"},
      {0x200, "CLONE_FS"},
      {0x400, "CLONE_FILES"},
      {0x800, "CLONE_SIGHAND"},
      {0x1000, "CLONE_PIDFD"},
      {0x2000, "CLONE_PTRACE"},
      {0x4000, "CLONE_VFORK"},
      {0x8000, "CLONE_PARENT"},
      {0x10000, "CLONE_THREAD"},
      {0x20000, "CLONE_NEWNS"},
      {0x40000, "CLONE_SYSVSEM"},
      {0x80000, "CLONE_SETTLS"},
      {0x100000, "CLONE_PARENT_SETTID"},
      {0x200000, "CLONE_CHILD_CLEARTID"},
      {0x400000, "CLONE_DETACHED"},
      {0x800000, "CLONE_UNTRACED"},
      {0x1000000, "CLONE_CHILD_SETTID"},
      {0x2000000, "CLONE_NEWCGROUP"},
      {0x4000000, "CLONE_NEWUTS"},
      {0x8000000, "CLONE_NEWIPC"},
      {0x10000000, "CLONE_NEWUSER"},
      {0x20000000, "CLONE_NEWPID"},
      {0x40000000, "CLONE_NEWNET"},
      {0x80000000, "CLONE_IO"},
      {0x100000000, "CLONE_CLEAR_SIGHAND"},
      {0x200000000, "CLONE_INTO_CGROUP"},
  };
  return list;
}

const std::vector<Flag>& mount_flags() {
  static const std::vector<Flag> list = {
      {1u << 0, "MS_RDONLY"},
      {1u << 1, "MS_NOSUID"},
      {1u << 2, "MS_NODEV"},
      {1u << 3, "MS_NOEXEC"},
      {1u << 4, "MS_SYNCHRONOUS"},
      {1u << 5, "MS_REMOUNT"},
      {1u << 6, "MS_MANDLOCK"},
      {1u << 7, "MS_DIRSYNC"},
      {1u << 8, "MS_NOSYMFOLLOW"},
      {1u << 10, "MS_NOATIME"},
      {1u << 11, "MS_NODIRATIME"},
      {1u << 12, "MS_BIND"},
      {1u << 13, "MS_MOVE"},
      {1u << 14, "MS_REC"},
      {1u << 15, "MS_SILENT"},
      {1u << 16, "MS_POSIXACL"},
      {1u << 17, "MS_UNBINDABLE"},
      {1u << 18, "MS_PRIVATE"},
      {1u << 19, "MS_SLAVE"},
      {1u << 20, "MS_SHARED"},
      {1u << 21, "MS_RELATIME"},
      {1u << 22, "MS_KERNMOUNT"},
      {1u << 23, "MS_I_VERSION"},
      {1u << 24, "MS_STRICTATIME"},
      {1u << 25, "MS_LAZYTIME"},
  };
  return list;
}

const std::vector<Flag>& umount_flags() {
  static const std::vector<Flag> list = {
      {1, "MNT_FORCE"},
      {2, "MNT_DETACH"},
      {4, "MNT_EXPIRE"},
      {8, "UMOUNT_NOFOLLOW"},
  };
  return list;
}

const std::vector<Flag>& mount_attributes() {
  static const std::vector<Flag> list = {
      {0x1, "MOUNT_ATTR_RDONLY"},
      {0x2, "MOUNT_ATTR_NOSUID"},
      {0x4, "MOUNT_ATTR_NODEV"},
      {0x8, "MOUNT_ATTR_NOEXEC"},
      {0x10, "MOUNT_ATTR_NOATIME"},
      {0x20, "MOUNT_ATTR_STRICTATIME"},
      {0x80, "MOUNT_ATTR_NODIRATIME"},
      {0x100000, "MOUNT_ATTR_IDMAP"},
      {0x200000, "MOUNT_ATTR_NOSYMFOLLOW"},
  };
  return list;
}

const std::vector<Flag>& move_mount_flags() {
  static const std::vector<Flag> list = {
      {0x1, "MOVE_MOUNT_F_SYMLINKS"},
      {0x2, "MOVE_MOUNT_F_AUTOMOUNTS"},
      {0x4, "MOVE_MOUNT_F_EMPTY_PATH"},
      {0x10, "MOVE_MOUNT_T_SYMLINKS"},
      {0x20, "MOVE_MOUNT_T_AUTOMOUNTS"},
      {0x40, "MOVE_MOUNT_T_EMPTY_PATH"},
      {0x100, "MOVE_MOUNT_SET_GROUP"},
      {0x200, "MOVE_MOUNT_BENEATH"},
  };
  return list;
}

const std::vector<Flag>& open_tree_flags() {
  static const std::vector<Flag> list = {
      {0x1, "OPEN_TREE_CLONE"},
      {0x100, "AT_SYMLINK_NOFOLLOW"},
      {0x800, "AT_NO_AUTOMOUNT"},
      {0x1000, "AT_EMPTY_PATH"},
      {0x8000, "AT_RECURSIVE"},
      {02000000, "OPEN_TREE_CLOEXEC"},
  };
  return list;
}

const std::vector<Flag>& module_load_flags() {
  static const std::vector<Flag> list = {
      {0x1, "MODULE_INIT_IGNORE_MODVERSIONS"},
      {0x2, "MODULE_INIT_IGNORE_VERMAGIC"},
      {0x4, "MODULE_INIT_COMPRESSED_FILE"},
  };
  return list;
}

const std::vector<Flag>& module_unload_flags() {
  static const std::vector<Flag> list = {
      {01000, "O_TRUNC"},
      {04000, "O_NONBLOCK"},
  };
  return list;
}

const std::vector<Flag>& securebits() {
  static const std::vector<Flag> list = {
      {1u << 0, "SECBIT_NOROOT"},
      {1u << 1, "SECBIT_NOROOT_LOCKED"},
      {1u << 2, "SECBIT_NO_SETUID_FIXUP"},
      {1u << 3, "SECBIT_NO_SETUID_FIXUP_LOCKED"},
      {1u << 4, "SECBIT_KEEP_CAPS"},
      {1u << 5, "SECBIT_KEEP_CAPS_LOCKED"},
      {1u << 6, "SECBIT_NO_CAP_AMBIENT_RAISE"},
      {1u << 7, "SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED"},
  };
  return list;
}

}  // namespace shrike::sensor
