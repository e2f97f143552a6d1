#include "file_calls.h"

#include <sys/syscall.h>

namespace shrike::sensor {
namespace {

constexpr uint8_t no = SK_NO_ARGUMENT;

// Unnamed arguments are absent.
struct Arguments {
  uint8_t path = no, base = no, dest = no, dest_base = no, fd = no, flags = no, mode = no, name = no, empty_path = 0, how = 0;
};

std::pair<uint32_t, sk_file_call> call(uint32_t number, sk_file_op op, const Arguments& a) {
  return {number, {static_cast<uint8_t>(op), a.path, a.base, a.dest, a.dest_base, a.fd, a.flags, a.mode, a.name, a.empty_path, a.how, {}}};
}

}  // namespace

const std::vector<std::pair<uint32_t, sk_file_call>>& file_calls() {
  static const std::vector<std::pair<uint32_t, sk_file_call>> list = {
      call(SYS_openat, SK_FILE_OPEN, {.path = 1, .base = 0, .flags = 2}),
      call(SYS_openat2, SK_FILE_OPEN, {.path = 1, .base = 0, .flags = 2, .how = 1}),
      call(SYS_open_by_handle_at, SK_FILE_OPEN, {.flags = 2}),
      call(SYS_renameat2, SK_FILE_RENAME, {.path = 1, .base = 0, .dest = 3, .dest_base = 2, .flags = 4}),
      call(SYS_unlinkat, SK_FILE_UNLINK, {.path = 1, .base = 0, .flags = 2}),
      call(SYS_mkdirat, SK_FILE_MKDIR, {.path = 1, .base = 0, .mode = 2}),
      call(SYS_mknodat, SK_FILE_MKNOD, {.path = 1, .base = 0, .mode = 2}),
      call(SYS_linkat, SK_FILE_LINK, {.path = 1, .base = 0, .dest = 3, .dest_base = 2, .flags = 4}),
      // The text that a symbolic link holds is taken as it is.
      call(SYS_symlinkat, SK_FILE_SYMLINK, {.path = 2, .base = 1, .dest = 0}),
      call(SYS_fchmod, SK_FILE_CHMOD, {.fd = 0, .mode = 1}),
      call(SYS_fchmodat, SK_FILE_CHMOD, {.path = 1, .base = 0, .mode = 2}),
      call(452 /* fchmodat2 */, SK_FILE_CHMOD, {.path = 1, .base = 0, .flags = 3, .mode = 2, .empty_path = 1}),
      call(SYS_fchown, SK_FILE_CHOWN, {.fd = 0, .mode = 1}),
      call(SYS_fchownat, SK_FILE_CHOWN, {.path = 1, .base = 0, .flags = 4, .mode = 2, .empty_path = 1}),
      call(SYS_truncate, SK_FILE_TRUNCATE, {.path = 0, .mode = 1}),
      call(SYS_ftruncate, SK_FILE_TRUNCATE, {.fd = 0, .mode = 1}),
      call(SYS_setxattr, SK_FILE_SETXATTR, {.path = 0, .flags = 4, .name = 1}),
      call(SYS_lsetxattr, SK_FILE_SETXATTR, {.path = 0, .flags = 4, .name = 1}),
      call(SYS_fsetxattr, SK_FILE_SETXATTR, {.fd = 0, .flags = 4, .name = 1}),
      call(463 /* setxattrat */, SK_FILE_SETXATTR, {.path = 1, .base = 0, .name = 3, .empty_path = 1}),
      call(SYS_removexattr, SK_FILE_REMOVEXATTR, {.path = 0, .name = 1}),
      call(SYS_lremovexattr, SK_FILE_REMOVEXATTR, {.path = 0, .name = 1}),
      call(SYS_fremovexattr, SK_FILE_REMOVEXATTR, {.fd = 0, .name = 1}),
      call(466 /* removexattrat */, SK_FILE_REMOVEXATTR, {.path = 1, .base = 0, .name = 3, .empty_path = 1}),
#if defined(__x86_64__)
      call(SYS_open, SK_FILE_OPEN, {.path = 0, .flags = 1}),
      call(SYS_creat, SK_FILE_OPEN, {.path = 0}),
      call(SYS_rename, SK_FILE_RENAME, {.path = 0, .dest = 1}),
      call(SYS_renameat, SK_FILE_RENAME, {.path = 1, .base = 0, .dest = 3, .dest_base = 2}),
      call(SYS_unlink, SK_FILE_UNLINK, {.path = 0}),
      call(SYS_rmdir, SK_FILE_RMDIR, {.path = 0}),
      call(SYS_mkdir, SK_FILE_MKDIR, {.path = 0, .mode = 1}),
      call(SYS_mknod, SK_FILE_MKNOD, {.path = 0, .mode = 1}),
      call(SYS_link, SK_FILE_LINK, {.path = 0, .dest = 1}),
      call(SYS_symlink, SK_FILE_SYMLINK, {.path = 1, .dest = 0}),
      call(SYS_chmod, SK_FILE_CHMOD, {.path = 0, .mode = 1}),
      call(SYS_chown, SK_FILE_CHOWN, {.path = 0, .mode = 1}),
      call(SYS_lchown, SK_FILE_CHOWN, {.path = 0, .mode = 1}),
#endif
  };
  return list;
}

}  // namespace shrike::sensor
