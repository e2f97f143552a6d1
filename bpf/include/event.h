/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The wire format between the kernel programs and the addon, compiled by both.
 *
 * Every record in the ring is one `struct sk_event` header, a body of fixed layout that the type decides, then `data`: byte strings one
 * after the other, whose lengths are in the body in order. Records are as long as what they hold. All padding is explicit.
 */
#ifndef SHRIKE_EVENT_H
#define SHRIKE_EVENT_H

#ifndef __BPF__
#include <stdint.h>
typedef uint8_t __u8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;
typedef int32_t __s32;
typedef int64_t __s64;
#endif

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

/* Who did it, on every record. 72 bytes. */
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
	__u32 pad;
};

#endif
