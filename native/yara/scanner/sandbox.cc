// Seccomp filters, written out: an allow-list by system call number; what is not listed ends the process (SIGSYS), so that whoever waits
// for it can say so. A filter stays for good and the next one can only narrow it.
#include "sandbox.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <vector>

namespace shrike::yara {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "the scanner's system call filter is not ready for this architecture"
#endif

constexpr uint64_t kDefaultMemory = 2ull << 30;
constexpr uid_t kNobody = 65534;

class Filter {
 public:
  Filter() {
    load(offsetof(seccomp_data, arch));
    code_.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0));
    code_.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    load(offsetof(seccomp_data, nr));
  }
  void allow(long number) { answer(number, SECCOMP_RET_ALLOW); }
  void refuse(long number, int error) { answer(number, SECCOMP_RET_ERRNO | static_cast<uint32_t>(error)); }
  // Allowed when none of the bits is in the argument's lower half; otherwise refused.
  void allow_without(long number, int argument, uint32_t bits, uint32_t otherwise) {
    code_.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 4));
    load(static_cast<uint32_t>(offsetof(seccomp_data, args) + 8u * static_cast<unsigned>(argument)));
    code_.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1));
    code_.push_back(BPF_STMT(BPF_RET | BPF_K, otherwise));
    code_.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  }
  // Allowed when one of the bits is in the argument's lower half; otherwise refused with EACCES.
  void allow_with(long number, int argument, uint32_t bits) {
    code_.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 4));
    load(static_cast<uint32_t>(offsetof(seccomp_data, args) + 8u * static_cast<unsigned>(argument)));
    code_.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0));
    code_.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES));
    code_.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  }
  bool install() {
    code_.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
  }

 private:
  void load(uint32_t offset) { code_.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)); }
  void answer(long number, uint32_t action) {
    code_.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 1));
    code_.push_back(BPF_STMT(BPF_RET | BPF_K, action));
  }
  std::vector<sock_filter> code_;
};

// Memory, time, signals to itself, and descriptors it has.
void allow_basics(Filter& filter) {
  for (const long number : {SYS_read, SYS_pread64, SYS_readv, SYS_write, SYS_sendmsg, SYS_recvmsg, SYS_close, SYS_fstat, SYS_lseek, SYS_munmap,
                            SYS_mremap, SYS_brk, SYS_madvise, SYS_futex, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn,
                            SYS_clock_gettime, SYS_gettimeofday, SYS_exit, SYS_exit_group, SYS_getpid, SYS_gettid, SYS_tgkill, SYS_sched_yield,
                            SYS_restart_syscall, SYS_getrandom, SYS_prlimit64, SYS_ppoll, SYS_nanosleep, SYS_clock_nanosleep, SYS_getcwd,
                            SYS_sysinfo, SYS_uname, SYS_sigaltstack}) {
    filter.allow(number);
  }
#ifdef SYS_poll
  filter.allow(SYS_poll);
#endif
  // No memory becomes code.
  filter.allow_without(SYS_mmap, 2, PROT_EXEC, SECCOMP_RET_KILL_PROCESS);
  filter.allow_without(SYS_mprotect, 2, PROT_EXEC, SECCOMP_RET_KILL_PROCESS);
}

void set_limit(__rlimit_resource resource, rlim_t value) {
  const rlimit limit{value, value};
  // A stricter limit that is there already stays; setrlimit cannot raise it and need not.
  setrlimit(resource, &limit);
}

}  // namespace

void limit_resources(uint64_t memory) {
  set_limit(RLIMIT_CORE, 0);
  set_limit(RLIMIT_FSIZE, 0);
  set_limit(RLIMIT_NOFILE, 256);
  // What is mapped from the scanned file counts as address space, not as data.
  set_limit(RLIMIT_DATA, memory == 0 ? kDefaultMemory : memory);
  set_limit(RLIMIT_AS, (memory == 0 ? kDefaultMemory : memory) + (16ull << 30));
}

bool seal_compiler() {
  Filter filter;
  allow_basics(filter);
  constexpr uint32_t write_flags = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
  filter.allow_without(SYS_openat, 2, write_flags, SECCOMP_RET_ERRNO | EACCES);
#ifdef SYS_open
  filter.allow_without(SYS_open, 1, write_flags, SECCOMP_RET_ERRNO | EACCES);
  filter.allow(SYS_stat);
  filter.allow(SYS_lstat);
  filter.allow(SYS_access);
  filter.allow(SYS_readlink);
  filter.allow(SYS_fork);
  filter.allow(SYS_vfork);
#endif
  for (const long number : {SYS_newfstatat, SYS_statx, SYS_faccessat, SYS_readlinkat, SYS_clone, SYS_wait4, SYS_waitid, SYS_prctl, SYS_seccomp,
                            SYS_setresuid, SYS_setresgid, SYS_setgroups, SYS_set_robust_list, SYS_rseq, SYS_set_tid_address, SYS_fcntl, SYS_getppid,
                            SYS_geteuid, SYS_getuid, SYS_dup}) {
    filter.allow(number);
  }
  filter.refuse(SYS_socket, EACCES);
  filter.refuse(SYS_ioctl, ENOTTY);
  return filter.install();
}

bool seal_scanner() {
  if (geteuid() == 0) {
    if (setgroups(0, nullptr) != 0 || setresgid(kNobody, kNobody, kNobody) != 0 || setresuid(kNobody, kNobody, kNobody) != 0) return false;
  }
  // Changing who we are clears this, so it comes after. A scanner that hangs must not outlive the broker.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Filter filter;
  allow_basics(filter);
  // What fstat is since glibc 2.33.
  filter.allow_with(SYS_newfstatat, 3, AT_EMPTY_PATH);
  for (const long number : {SYS_openat, SYS_statx, SYS_faccessat, SYS_readlinkat, SYS_socket}) filter.refuse(number, EACCES);
#ifdef SYS_open
  for (const long number : {SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink}) filter.refuse(number, EACCES);
#endif
  filter.refuse(SYS_ioctl, ENOTTY);
  return filter.install();
}

}  // namespace shrike::yara
