#include "file_flags.h"

#include <cstdio>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/xattr.h>

namespace shrike::sensor {
namespace {

struct Flag {
  uint32_t bits;
  const char* name;
};

// Composite flags before those they contain. What a 64-bit kernel sets by itself (O_LARGEFILE) is left out.
constexpr Flag kOpen[] = {
    {O_CREAT, "O_CREAT"},       {O_EXCL, "O_EXCL"},   {O_NOCTTY, "O_NOCTTY"}, {O_TRUNC, "O_TRUNC"},     {O_APPEND, "O_APPEND"},   {O_NONBLOCK, "O_NONBLOCK"},
    {O_TMPFILE, "O_TMPFILE"},   {O_SYNC, "O_SYNC"},   {O_DSYNC, "O_DSYNC"},   {O_DIRECT, "O_DIRECT"},   {O_DIRECTORY, "O_DIRECTORY"}, {O_NOFOLLOW, "O_NOFOLLOW"},
    {O_NOATIME, "O_NOATIME"},   {O_PATH, "O_PATH"},   {O_ASYNC, "O_ASYNC"},   {O_CLOEXEC, "O_CLOEXEC"},
};
constexpr Flag kRename[] = {{RENAME_NOREPLACE, "RENAME_NOREPLACE"}, {RENAME_EXCHANGE, "RENAME_EXCHANGE"}, {RENAME_WHITEOUT, "RENAME_WHITEOUT"}};
constexpr Flag kAttribute[] = {{XATTR_CREATE, "XATTR_CREATE"}, {XATTR_REPLACE, "XATTR_REPLACE"}};
constexpr Flag kAt[] = {{AT_REMOVEDIR, "AT_REMOVEDIR"}, {AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW"}, {AT_SYMLINK_FOLLOW, "AT_SYMLINK_FOLLOW"}, {AT_EMPTY_PATH, "AT_EMPTY_PATH"}};
constexpr uint32_t kLargeFile = 0100000;

template <size_t N>
void append(std::string& text, uint32_t flags, const Flag (&known)[N]) {
  for (const Flag& flag : known) {
    if ((flags & flag.bits) != flag.bits) continue;
    if (!text.empty()) text += '|';
    text += flag.name;
    flags &= ~flag.bits;
  }
  if (!flags) return;
  char rest[16];
  snprintf(rest, sizeof(rest), "%s0x%x", text.empty() ? "" : "|", flags);
  text += rest;
}

}  // namespace

std::string file_flags(sk_file_op op, uint32_t flags) {
  std::string text;
  switch (op) {
    case SK_FILE_OPEN:
    case SK_FILE_CREATE:
    case SK_FILE_READ:
      text = (flags & O_ACCMODE) == O_RDONLY ? "O_RDONLY" : (flags & O_ACCMODE) == O_WRONLY ? "O_WRONLY" : "O_RDWR";
      append(text, flags & ~static_cast<uint32_t>(O_ACCMODE) & ~kLargeFile, kOpen);
      break;
    case SK_FILE_RENAME: append(text, flags, kRename); break;
    case SK_FILE_SETXATTR:
    case SK_FILE_REMOVEXATTR: append(text, flags, kAttribute); break;
    default: append(text, flags, kAt);
  }
  return text;
}

}  // namespace shrike::sensor
