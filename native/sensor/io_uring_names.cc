#include "io_uring_names.h"

#include <cstdio>
#include <iterator>

namespace shrike::sensor {
namespace {

// By number, as in the kernel's io_uring.h.
constexpr const char* kOperations[] = {
    "nop",           "readv",          "writev",      "fsync",          "read_fixed",      "write_fixed", "poll_add",     "poll_remove", "sync_file_range",
    "sendmsg",       "recvmsg",        "timeout",     "timeout_remove", "accept",          "async_cancel", "link_timeout", "connect",     "fallocate",
    "openat",        "close",          "files_update", "statx",         "read",            "write",       "fadvise",      "madvise",     "send",
    "recv",          "openat2",        "epoll_ctl",   "splice",         "provide_buffers", "remove_buffers", "tee",       "shutdown",    "renameat",
    "unlinkat",      "mkdirat",        "symlinkat",   "linkat",         "msg_ring",        "fsetxattr",   "setxattr",     "fgetxattr",   "getxattr",
    "socket",        "uring_cmd",      "send_zc",     "sendmsg_zc",     "read_multishot",  "waitid",      "futex_wait",   "futex_wake",  "futex_waitv",
    "fixed_fd_install", "ftruncate",   "bind",        "listen",         "recv_zc",         "epoll_wait",  "readv_fixed",  "writev_fixed", "pipe",
};

constexpr const char* kSetup[] = {
    "IOPOLL",      "SQPOLL",        "SQ_AFF",  "CQSIZE", "CLAMP",         "ATTACH_WQ",    "R_DISABLED", "SUBMIT_ALL", "COOP_TASKRUN",
    "TASKRUN_FLAG", "SQE128",       "CQE32",   "SINGLE_ISSUER", "DEFER_TASKRUN", "NO_MMAP", "REGISTERED_FD_ONLY", "NO_SQARRAY", "HYBRID_IOPOLL", "CQE_MIXED",
};

}  // namespace

std::string_view ring_operation(uint8_t opcode) { return opcode < std::size(kOperations) ? kOperations[opcode] : std::string_view{}; }

std::string ring_setup_flags(uint32_t flags) {
  std::string text;
  for (size_t bit = 0; bit < std::size(kSetup); bit++) {
    if (!(flags >> bit & 1)) continue;
    if (!text.empty()) text += '|';
    text.append("IORING_SETUP_").append(kSetup[bit]);
    flags &= ~(1u << bit);
  }
  if (flags) {
    char rest[16];
    snprintf(rest, sizeof(rest), "%s0x%x", text.empty() ? "" : "|", flags);
    text += rest;
  }
  return text;
}

}  // namespace shrike::sensor
