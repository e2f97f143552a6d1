/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The wire format between the kernel programs and the addon, compiled by both.
 *
 * Every record in the ring is one `struct sk_event` header, a body of fixed layout that the type decides, then `data`: byte strings one
 * after the other, whose lengths are in the body in order. Records are as long as what they hold. All padding is explicit.
 */
#ifndef SHRIKE_EVENT_H
#define SHRIKE_EVENT_H

#include <linux/types.h>

/* One number per record type; the loss counters in the kernel are indexed by it too. Only ever append. */
enum sk_type {
	SK_NONE = 0,
	/* process.bpf.c */
	SK_EXEC = 1,
	SK_EXEC_FAILED = 2,
	SK_FORK = 3,
	SK_EXIT = 4,
	SK_TASK = 5,		/* from the task iterator */
	SK_CGROUP = 6,		/* a cgroup was made: id and path */
	SK_CRED = 7,		/* privilege_events */
	/* file.bpf.c */
	SK_FILE = 16,
	SK_FILE_PATH = 17,
	/* socket.bpf.c, dns.bpf.c */
	SK_SOCKET = 24,
	SK_DNS = 25,
	/* security.bpf.c */
	SK_MODULE = 32,
	SK_BPF = 33,
	SK_PTRACE = 34,
	SK_MOUNT = 35,
	SK_NAMESPACE = 36,
	SK_SIGNAL = 37,
	/* io_uring.bpf.c */
	SK_IO_URING = 40,
	SK_IO_URING_DONE = 41,	/* a request completed */
	SK_TYPE_MAX = 64,
};

/* Counters each type has in the kernel (per CPU): see sk_counters. */
enum sk_counter {
	SK_PRODUCED = 0,	/* the hook ran and wanted to report */
	SK_LOST_RING = 1,	/* the ring was full */
	SK_LOST_SCRATCH = 2,	/* no scratch buffer was free */
	SK_FILTERED = 3,	/* a filter in the kernel left it out */
	SK_COUNTER_MAX = 4,
};

/* sk_event.flags */
enum {
	SK_PATH_TRUNCATED = 1 << 0,	/* the walk ended before the root: too deep or too long */
	SK_ARGS_TRUNCATED = 1 << 1,
	SK_CWD_TRUNCATED = 1 << 2,
	SK_FILELESS = 1 << 3,		/* memfd, or an executable without a link */
	SK_KERNEL_PATH = 1 << 4,	/* the path comes from the dentry, not from the caller's memory */
	SK_IO_URING_TASK = 1 << 5,	/* done through io_uring, not through a system call of its own */
};

/* Who did it, on every record. 80 bytes. */
struct sk_event {
	__u32 size;		/* of the whole record */
	__u16 type;		/* enum sk_type */
	__u16 flags;
	__u64 ktime;		/* CLOCK_BOOTTIME, ns */
	__u64 start;		/* task_struct.start_boottime of the thread group leader, ns */
	__u64 cgroup;		/* id on the default hierarchy, or of the first v1 hierarchy that is not at its root */
	__u32 pid;		/* thread group id in the initial pid namespace */
	__u32 tid;
	__u32 ppid;
	__u32 uid;
	__u32 gid;
	__u32 euid;
	__u32 egid;
	__u32 auid;
	__u32 hierarchy;	/* 0 for the default one */
	__u32 mnt_ns;
	__u32 pid_ns;
	__u32 pad;
};

/*
 * A path: names from the leaf up to the root, each ended by NUL, without slashes ("ls\0bin\0usr\0" is /usr/bin/ls). The addon turns it
 * round. The root directory is the empty string of length 0.
 */
#define SK_PATH_MAX 4096
#define SK_NAME_MAX 256
#define SK_ARGS_MAX 8192
#define SK_COMM 16

/*
 * SK_EXEC, SK_TASK and SK_EXEC_FAILED. data: path, cwd (walked), filename, interp (NUL ended strings), args (NUL separated).
 * SK_TASK leaves filename, interp and args empty.
 */
struct sk_exec {
	struct sk_event e;
	__u64 parent_start;
	__u64 inode;
	__u64 cap_permitted;
	__u64 cap_effective;
	__u64 cap_inheritable;
	__s64 atime;
	__s64 mtime;
	__s64 ctime;		/* seconds since the epoch */
	__u32 dev;
	__u32 mode;
	__u32 owner_uid;
	__u32 owner_gid;
	__u32 suid;
	__u32 sgid;
	__u32 fsuid;
	__u32 fsgid;
	__u32 session;
	__u32 pgid;
	__u32 argc;
	__u32 envc;
	__u32 args_size;	/* bytes the process has, which may be more than args_len */
	__u32 net_ns;
	__u32 user_ns;
	__s32 error;		/* errno, positive; 0 when it succeeded */
	__u16 syscall;
	__u16 path_len;
	__u16 cwd_len;
	__u16 filename_len;
	__u16 interp_len;
	__u16 args_len;
	char comm[SK_COMM];
	char tty[16];
	__u32 pad2;
};

/* SK_FORK: the header is the child's. */
struct sk_fork {
	struct sk_event e;
	__u64 parent_start;	/* of the process whose child it is (CLONE_PARENT: not the one that called) */
	__u64 creator_start;
	__u32 creator_pid;
	__u32 pad;
	__u64 clone_flags;
};

/* SK_EXIT */
struct sk_exit {
	struct sk_event e;
	__s32 exit_code;	/* as wait() has it: signal in the low seven bits, code in the next byte */
	__u32 pad;
	__u64 utime;		/* ns, of the whole process as far as the kernel has added it up */
	__u64 stime;
};

/* SK_CGROUP. data: path */
struct sk_cgroup {
	struct sk_event e;
	__u64 id;
	__u32 hierarchy;
	__u16 path_len;
	__u16 pad;
};

#ifndef __BPF__
static_assert(sizeof(struct sk_event) == 80 && sizeof(struct sk_exec) % 8 == 0 && sizeof(struct sk_fork) == 112, "layout");
static_assert(sizeof(struct sk_exit) == 104 && sizeof(struct sk_cgroup) == 96, "layout");
#endif

/* A process that something was done to; pid 0 when the kernel found none. */
struct sk_target {
	__u64 start;		/* as in the header */
	__u32 pid;
	__u32 tid;
};

/* SK_MODULE. data: file (walked), name, parameters (NUL ended strings). `syscall` is the native number, here and below. */
struct sk_module {
	struct sk_event e;
	__u64 taints;
	__u64 file_inode;
	__u64 file_size;	/* of the file, or of the image in memory */
	__u32 file_dev;
	__u32 flags;
	__s32 error;
	__u16 syscall;
	__u16 path_len;
	__u16 name_len;
	__u16 params_len;
	__u32 pad2;
};

enum sk_bpf_object { SK_BPF_NONE = 0, SK_BPF_PROG = 1, SK_BPF_MAP = 2, SK_BPF_LINK = 3, SK_BPF_PERF = 4 };

/* SK_BPF: bpf() and perf_event_open(). data: path (of a pin, or what a probe is put on), function it is attached to (NUL ended). */
struct sk_bpf {
	struct sk_event e;
	__u64 config;		/* perf_event_open: attr.config */
	__u64 offset;		/* perf_event_open: attr.config2, the probe's offset */
	__u32 command;		/* bpf(): enum bpf_cmd */
	__u32 object;		/* enum sk_bpf_object: what the rest is about */
	__u32 id;
	__u32 object_type;	/* program, map, link or perf event type */
	__u32 attach_type;
	__u32 instructions;
	__u32 max_entries;
	__u32 flags;
	__s32 error;
	__s32 perf_cpu;
	struct sk_target target;	/* perf_event_open: whom it measures */
	__s32 perf_pid;
	__u16 syscall;
	__u16 path_len;
	__u16 attach_len;
	__u16 has_id;
	__u8 tag[8];
	char object_name[16];
	__u32 pad2;
};

/* SK_PTRACE: ptrace(), process_vm_readv(), process_vm_writev(), pidfd_getfd() */
struct sk_ptrace {
	struct sk_event e;
	struct sk_target target;
	__u64 address;
	__u64 value;		/* ptrace: the data argument; pidfd_getfd: the other's descriptor */
	__u64 length;
	__s32 request;
	__s32 error;
	__s32 number;		/* pid argument as given */
	__u16 syscall;
	__u16 pad;
};

/*
 * SK_MOUNT. data: root (walked: what "/" is to the caller), base (walked: what a relative target is relative to), known (walked: the target as the
 * kernel has it, where it can be told), then NUL ended strings: source, target, filesystem type, data.
 */
struct sk_mount {
	struct sk_event e;
	__u64 flags;
	__u64 attr_set;		/* mount_setattr, fsmount */
	__u64 attr_clear;
	__u64 propagation;
	__u64 size;		/* data: bytes the caller gave, where known */
	__u32 command;		/* fsconfig */
	__s32 error;
	__u32 dev;		/* of the mounted filesystem, where known */
	__u16 syscall;
	__u16 root_len;
	__u16 base_len;
	__u16 known_len;
	__u16 source_len;
	__u16 target_len;
	__u16 type_len;
	__u16 data_len;
	__u32 pad2;
};

enum { SK_NS_MNT, SK_NS_UTS, SK_NS_IPC, SK_NS_NET, SK_NS_PID, SK_NS_USER, SK_NS_CGROUP, SK_NS_TIME, SK_NS_MAX };

/* SK_NAMESPACE: setns(), unshare(), clone() and clone3(). */
struct sk_namespace {
	struct sk_event e;
	struct sk_target target;	/* clone: the child; setns by pidfd: whose namespaces */
	__u64 flags;		/* CLONE_NEW* */
	__u32 before[SK_NS_MAX];	/* clone: the caller's; else zero */
	__u32 after[SK_NS_MAX];	/* inode numbers; zero where the kernel has none */
	__u32 fd_ns;		/* setns: inode number of the namespace behind the descriptor */
	__s32 error;
	__u16 syscall;
	__u16 pad[3];
};

/* SK_SIGNAL. The header is the sender's, or the target's when the kernel itself sent it (SK_BY_KERNEL). */
enum { SK_BY_KERNEL = 1 << 0 };
struct sk_signal {
	struct sk_event e;
	struct sk_target target;
	__u64 address;		/* of the fault, or of the system call that seccomp refused */
	__s32 signal;
	__s32 code;		/* siginfo.si_code */
	__s32 error;
	__s32 number;		/* pid argument as given; 0 when the record comes from the delivery */
	__u32 result;		/* 0 delivered, 1 ignored, 2 already pending, 3 queue full, 4 delivered without its details */
	__u16 syscall;
	__u16 by;
};

#define SK_GROUPS_MAX 32

/* SK_CRED: set*id(), setgroups(), capset(), prctl(). Everything is as it was afterwards. */
struct sk_cred {
	struct sk_event e;
	__u64 args[4];
	__u64 cap_permitted;
	__u64 cap_effective;
	__u64 cap_inheritable;
	__u64 cap_bounding;
	__u64 cap_ambient;
	__u32 suid;
	__u32 sgid;
	__u32 fsuid;
	__u32 fsgid;
	__u32 securebits;
	__u32 user_ns;
	__u32 groups_count;
	__s32 error;
	__u32 groups[SK_GROUPS_MAX];
	__u16 syscall;
	__u16 pad[3];
};

#ifndef __BPF__
static_assert(sizeof(struct sk_target) == 16 && sizeof(struct sk_module) == 128 && sizeof(struct sk_bpf) == 192, "layout");
static_assert(sizeof(struct sk_ptrace) == 136 && sizeof(struct sk_mount) == 152 && sizeof(struct sk_namespace) == 184, "layout");
static_assert(sizeof(struct sk_signal) == 128 && sizeof(struct sk_cred) == 320, "layout");
#endif

enum sk_file_op {
	SK_FILE_NONE, SK_FILE_OPEN, SK_FILE_CREATE, SK_FILE_READ, SK_FILE_TRUNCATE, SK_FILE_RENAME, SK_FILE_UNLINK, SK_FILE_RMDIR, SK_FILE_LINK,
	SK_FILE_SYMLINK, SK_FILE_MKDIR, SK_FILE_MKNOD, SK_FILE_CHMOD, SK_FILE_CHOWN, SK_FILE_SETXATTR, SK_FILE_REMOVEXATTR, SK_FILE_OP_MAX,
};

/*
 * SK_FILE. data: root, cwd, base (walked: what absolute paths, relative ones, and those relative to a descriptor start from), path (walked with
 * SK_KERNEL_PATH, else the caller's string), dest_base (walked), dest, name (of an extended attribute), the last two strings.
 */
struct sk_file {
	struct sk_event e;
	__u64 inode;		/* 0: not known, as are dev, fstype and an open's mode then */
	__s64 size;		/* of the file before; truncate: the length asked for */
	__u32 dev;
	__u32 mode;		/* of the file with its type; chmod, mkdir, mknod: as asked for */
	__u32 flags;		/* of the call: O_*, RENAME_*, AT_*, XATTR_* */
	__s32 error;
	__u32 fsuid;
	__u32 fsgid;
	__u32 suid;
	__u32 sgid;
	__u32 owner;		/* chown: the ids asked for */
	__u32 group;
	__u16 syscall;
	__u8 op;		/* enum sk_file_op */
	__u8 has_base;		/* bit 0: path is relative to base, not to cwd; bit 1: dest to dest_base */
	__u16 root_len;
	__u16 cwd_len;
	__u16 base_len;
	__u16 path_len;
	__u16 dest_base_len;
	__u16 dest_len;
	__u16 name_len;
	__u16 pad[3];
	char fstype[16];
};

/* SK_FILE_PATH: what a path operation that the same thread is about to end is really about. data: path, dest (both walked). */
struct sk_file_path {
	struct sk_event e;
	__u64 inode;
	__u64 request;		/* io_uring: the request's address, else 0 */
	__s64 size;
	__u32 dev;
	__u32 mode;
	__u16 op;
	__u16 path_len;
	__u16 dest_len;
	__u16 pad;
	char fstype[16];
};

#ifndef __BPF__
static_assert(sizeof(struct sk_file) == 176 && sizeof(struct sk_file_path) == 136, "layout");
#endif

#endif
