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

#endif
