/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What every sensor program shares: the ring, scratch memory, counters, identity, paths, system call arguments.
 *
 * Records of fixed size are reserved in the ring itself (sk_reserve, sk_submit). Records with strings are put together in per-CPU scratch
 * memory (sk_scratch) and copied out at their real length (sk_output). Tracepoint programs run with preemption off, so scratch is theirs
 * until they return; softirq and LSM programs may interrupt one, and use sk_reserve.
 *
 * Nothing here wakes the reader: it drains on a timer (waking it costs more than all the rest).
 */
#ifndef SHRIKE_SENSOR_H
#define SHRIKE_SENSOR_H

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "event.h"

#define SK_SCRATCH_DATA 30720

/* Set by the loader before the programs load. */
const volatile u32 sk_self_pid = 0;	/* the agent: its own file and socket events stay in the kernel */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);	/* the loader sets the size that the configuration asks for */
} sk_ring SEC(".maps");

struct sk_counters { u64 n[SK_COUNTER_MAX]; };

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SK_TYPE_MAX);
	__type(key, u32);
	__type(value, struct sk_counters);
} sk_counters SEC(".maps");

struct sk_scratch {
	u8 bytes[SK_SCRATCH_DATA];
	u16 walked;	/* by sk_walk_scratch */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sk_scratch);
} sk_scratches SEC(".maps");

/* What handles the end of a system call, by its x86-64 (or native) number: filled by the loader, called by syscall.bpf.c. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 512);
	__type(key, u32);
	__type(value, u32);
} sk_sys_exit SEC(".maps");

static __always_inline void sk_count(u32 type, enum sk_counter counter)
{
	struct sk_counters *counters = bpf_map_lookup_elem(&sk_counters, &type);

	/* Softirq may come between the parts of a plain increment, and count the same. */
	if (counters)
		__sync_fetch_and_add(&counters->n[counter], 1);
}

/* Keeps a variable offset in bounds in a way that the compiler cannot optimise out of the verifier's sight. */
#define sk_clamp(value, limit)                                                                     \
	({                                                                                         \
		u64 __v = (value);                                                                 \
		asm volatile("if %[v] <= %[l] goto +1\n\t%[v] = %[l]" : [v] "+r"(__v) : [l] "i"(limit)); \
		__v;                                                                               \
	})

/* A capability set of a cred: one u64 since 6.3, two u32 before, the same eight bytes on a little-endian machine. */
#define sk_caps(cred, field)                                                                       \
	({                                                                                         \
		u64 __c = 0;                                                                       \
		bpf_probe_read_kernel(&__c, sizeof(__c), &(cred)->field);                          \
		__c;                                                                               \
	})

/* Cgroup identity. On a hybrid host a container may be on v1 hierarchies only; then pids' or memory's cgroup stands in. */
static __always_inline u64 sk_cgroup_of(struct task_struct *task, u32 *hierarchy)
{
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	struct cgroup *group = BPF_CORE_READ(set, dfl_cgrp);

	*hierarchy = 0;
	if (BPF_CORE_READ(group, level) == 0 && bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id)) {
		struct cgroup_subsys_state *css = NULL;
		struct cgroup *v1;
		u32 index = bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id);

		bpf_probe_read_kernel(&css, sizeof(css), (void *)set + bpf_core_field_offset(struct css_set, subsys) + sizeof(css) * index);
		v1 = BPF_CORE_READ(css, cgroup);
		if (v1 && BPF_CORE_READ(v1, level) > 0) {
			*hierarchy = BPF_CORE_READ(v1, root, hierarchy_id);
			group = v1;
		}
	}
	return BPF_CORE_READ(group, kn, id);
}

static __always_inline u32 sk_pid_ns_of(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	u32 level = BPF_CORE_READ(pid, level);
	struct upid upid = {};

	if (level > 32)
		return 0;
	bpf_probe_read_kernel(&upid, bpf_core_type_size(struct upid), (void *)pid + bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid));
	return BPF_CORE_READ(upid.ns, ns.inum);
}

/* Fills the header for any task, by probe reads: for the process life cycle, where half a microsecond does not show. */
static __always_inline void sk_header_of(struct sk_event *e, u16 type, u32 size, struct task_struct *task)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	const struct cred *cred = BPF_CORE_READ(task, real_cred);

	e->size = size;
	e->type = type;
	e->flags = 0;
	e->ktime = bpf_ktime_get_boot_ns();
	e->start = BPF_CORE_READ(leader, start_boottime);
	e->pid = BPF_CORE_READ(task, tgid);
	e->tid = BPF_CORE_READ(task, pid);
	e->ppid = BPF_CORE_READ(task, real_parent, tgid);
	e->uid = BPF_CORE_READ(cred, uid.val);
	e->gid = BPF_CORE_READ(cred, gid.val);
	e->euid = BPF_CORE_READ(cred, euid.val);
	e->egid = BPF_CORE_READ(cred, egid.val);
	e->auid = bpf_core_field_exists(task->loginuid) ? BPF_CORE_READ(task, loginuid.val) : (u32)-1;
	e->cgroup = sk_cgroup_of(task, &e->hierarchy);
	e->mnt_ns = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
	e->pid_ns = sk_pid_ns_of(task);
	e->pad = 0;
}

/*
 * Fills the header for the current task. The addon takes user ids, cgroup and parents of events that are not about the process's life from
 * its own tree; the few that it checks are read here, straight from memory where the kernel lets a program hold the current task by type.
 * real_cred is who the process is; cred is, for the length of some operations (overlayfs, io_uring), whom the kernel acts as.
 */
static __always_inline void sk_header(struct sk_event *e, u16 type, u32 size)
{
	u64 id = bpf_get_current_pid_tgid();

	e->size = size;
	e->type = type;
	e->flags = 0;
	e->ktime = bpf_ktime_get_boot_ns();
	e->pid = id >> 32;
	e->tid = (u32)id;
	e->hierarchy = 0;
	e->mnt_ns = 0;
	e->pid_ns = 0;
	e->pad = 0;
	e->ppid = 0;
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf)) {
		struct task_struct *task = bpf_get_current_task_btf();

		e->start = task->group_leader->start_boottime;
		e->uid = task->real_cred->uid.val;
		e->gid = task->real_cred->gid.val;
		e->euid = task->real_cred->euid.val;
		e->egid = task->real_cred->egid.val;
		e->auid = bpf_core_field_exists(task->loginuid) ? task->loginuid.val : (u32)-1;
		e->cgroup = task->cgroups->dfl_cgrp->kn->id;
	} else {
		struct task_struct *task = (void *)bpf_get_current_task();
		const struct cred *cred = BPF_CORE_READ(task, real_cred);

		e->start = BPF_CORE_READ(task, group_leader, start_boottime);
		e->uid = BPF_CORE_READ(cred, uid.val);
		e->gid = BPF_CORE_READ(cred, gid.val);
		e->euid = BPF_CORE_READ(cred, euid.val);
		e->egid = BPF_CORE_READ(cred, egid.val);
		e->auid = bpf_core_field_exists(task->loginuid) ? BPF_CORE_READ(task, loginuid.val) : (u32)-1;
		e->cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
	}
}

/* A record of fixed size in the ring, or NULL (counted). */
#define sk_reserve(type_id, body)                                                                  \
	({                                                                                         \
		body *__e = bpf_ringbuf_reserve(&sk_ring, sizeof(body), 0);                        \
		sk_count(type_id, SK_PRODUCED);                                                    \
		if (!__e)                                                                          \
			sk_count(type_id, SK_LOST_RING);                                           \
		__e;                                                                               \
	})

static __always_inline void sk_submit(void *record)
{
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

/* Scratch for a record with strings; the record starts at its first byte. */
static __always_inline void *sk_scratch(u32 type)
{
	u32 zero = 0;
	void *scratch = bpf_map_lookup_elem(&sk_scratches, &zero);

	sk_count(type, SK_PRODUCED);
	if (!scratch)
		sk_count(type, SK_LOST_SCRATCH);
	return scratch;
}

/* Sends the first `size` bytes of a scratch record. */
static __always_inline void sk_output(void *scratch, u32 type, u64 size)
{
	((struct sk_event *)scratch)->size = size;
	size = sk_clamp(size, SK_SCRATCH_DATA);
	if (bpf_ringbuf_output(&sk_ring, scratch, size, BPF_RB_NO_WAKEUP))
		sk_count(type, SK_LOST_RING);
}

#define SK_PATH_DEPTH 72

/*
 * Writes the walk from `dentry` up to the root of the mount tree into `to`, which has room for SK_PATH_MAX + SK_NAME_MAX bytes; see SK_PATH_MAX in event.h
 * for the form. Returns the bytes written, with SK_WALK_CUT added when it ended before the root. A detached or lazily unmounted tree ends at
 * its own top. `used` must be in map memory: what is read back from there has no range that the verifier could follow, so every turn of the
 * loop looks the same to it and it need not look at each combination.
 */
#define SK_WALK_CUT (1 << 16)

static __always_inline u32 sk_walk_to(void *to, struct dentry *dentry, struct vfsmount *vfsmnt, volatile u16 *used)
{
	struct mount *mnt = (void *)vfsmnt - bpf_core_field_offset(struct mount, mnt);
	struct dentry *root = BPF_CORE_READ(vfsmnt, mnt_root);
	int depth;

	*used = 0;
	for (depth = 0; depth < SK_PATH_DEPTH; depth++) {
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
		const unsigned char *name;
		long n;
		u64 at;

		if (dentry == root) {
			struct mount *up = BPF_CORE_READ(mnt, mnt_parent);

			if (up == mnt)
				return *used;
			dentry = BPF_CORE_READ(mnt, mnt_mountpoint);
			mnt = up;
			root = BPF_CORE_READ(mnt, mnt.mnt_root);
			continue;
		}
		name = BPF_CORE_READ(dentry, d_name.name);
		at = sk_clamp(*used, SK_PATH_MAX);
		n = bpf_probe_read_kernel_str(to + at, SK_NAME_MAX, name);
		if (n <= 0 || at + n > SK_PATH_MAX)
			break;
		*used = at + n;
		/* In no tree: a memfd, or another file that only ever had this name. */
		if (dentry == parent)
			return *used;
		dentry = parent;
	}
	return *used | SK_WALK_CUT;
}

/*
 * The same into this processor's scratch memory at `off`, at most SK_WALK_OFFSET_MAX. A function of its own that the verifier checks once for an
 * object, however many programs walk paths; that is most of the time that loading takes.
 */
#define SK_WALK_OFFSET_MAX (SK_SCRATCH_DATA - SK_PATH_MAX - SK_NAME_MAX)

__weak __noinline int sk_walk_scratch(u64 off, u64 dentry, u64 vfsmnt)
{
	u32 zero = 0;
	struct sk_scratch *scratch = bpf_map_lookup_elem(&sk_scratches, &zero);

	if (!scratch)
		return SK_WALK_CUT;
	off = sk_clamp(off, SK_WALK_OFFSET_MAX);
	return sk_walk_to(scratch->bytes + off, (struct dentry *)dentry, (struct vfsmount *)vfsmnt, &scratch->walked);
}

/* A walk into this processor's scratch memory (sk_scratches) at `off`: *length becomes the bytes written, truncated_flag is set in *flags when it was cut. */
static __always_inline void sk_walk_shared(u64 off, struct dentry *dentry, struct vfsmount *vfsmnt, u16 *length, u16 *flags, u16 truncated_flag)
{
	u32 walked = sk_walk_scratch(off, (u64)dentry, (u64)vfsmnt);

	*(volatile u16 *)length = walked;
	if (walked & SK_WALK_CUT)
		*flags |= truncated_flag;
}

/* The same inline, into any memory of a map with the bounds of scratch memory. */
static __always_inline void sk_walk(void *scratch, u64 off, struct dentry *dentry, struct vfsmount *vfsmnt, u16 *length, u16 *flags, u16 truncated_flag)
{
	off = sk_clamp(off, SK_WALK_OFFSET_MAX);
	if (sk_walk_to(scratch + off, dentry, vfsmnt, length) & SK_WALK_CUT)
		*flags |= truncated_flag;
}

static __always_inline void sk_walk_path(void *scratch, u64 off, const struct path *path, u16 *length, u16 *flags, u16 truncated_flag)
{
	sk_walk(scratch, off, BPF_CORE_READ(path, dentry), BPF_CORE_READ(path, mnt), length, flags, truncated_flag);
}

/* A string of the kernel's or the caller's at scratch[off], at most `max` bytes with its NUL. Returns the bytes written, NUL included. */
#define sk_string(scratch, off, max, source, kind)                                                  \
	({                                                                                         \
		u64 __o = sk_clamp(off, SK_SCRATCH_DATA - (max));                                  \
		long __n = bpf_probe_read_##kind##_str((void *)(scratch) + __o, max, source);      \
		__n < 0 ? 0 : (u64)__n;                                                            \
	})

/* System calls made by 32-bit programs have numbers and registers of their own. */
#define SK_TS_COMPAT 2

static __always_inline bool sk_compat(void)
{
#if defined(__TARGET_ARCH_x86)
	struct task_struct *task;

	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf)) {
		task = bpf_get_current_task_btf();
		return task->thread_info.status & SK_TS_COMPAT;
	}
	task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(task, thread_info.status) & SK_TS_COMPAT;
#else
	return false;
#endif
}

/* Argument n (0 to 5) of the system call that `regs` entered with; on x86-64 they survive until its end. */
static __always_inline u64 sk_arg(struct pt_regs *regs, int n)
{
#if defined(__TARGET_ARCH_x86)
	if (sk_compat()) {
		u64 value = n == 0 ? regs->bx : n == 1 ? regs->cx : n == 2 ? regs->dx : n == 3 ? regs->si : n == 4 ? regs->di : regs->bp;
		return (u32)value;
	}
	return n == 0 ? regs->di : n == 1 ? regs->si : n == 2 ? regs->dx : n == 3 ? regs->r10 : n == 4 ? regs->r8 : regs->r9;
#else
	return n == 0 ? regs->orig_x0 : regs->regs[n];
#endif
}

static __always_inline u32 sk_syscall_of(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	return regs->orig_ax;
#else
	return regs->syscallno;
#endif
}

#if defined(__TARGET_ARCH_x86)
/* 32-bit numbers to 64-bit ones, filled by the loader; absent means not watched. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 512);
	__type(key, u32);
	__type(value, u32);
} sk_compat_numbers SEC(".maps");
#endif

#define SK_NO_SYSCALL 0xffff

/* The number that the same system call has in 64-bit programs, or SK_NO_SYSCALL for one that syscalls.cc does not list. */
static __always_inline u32 sk_native_syscall(struct pt_regs *regs)
{
	u32 number = sk_syscall_of(regs);

#if defined(__TARGET_ARCH_x86)
	if (sk_compat()) {
		u32 *native = bpf_map_lookup_elem(&sk_compat_numbers, &number);

		return native && *native ? *native : SK_NO_SYSCALL;
	}
#endif
	return number;
}

/* The open file behind a descriptor of the current process, or NULL. */
static __always_inline struct file *sk_file(u32 fd)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **slots = BPF_CORE_READ(table, fd), *file = NULL;

	if (fd >= BPF_CORE_READ(table, max_fds))
		return NULL;
	bpf_probe_read_kernel(&file, sizeof(file), slots + fd);
	return file;
}

#endif
