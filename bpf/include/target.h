/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Finds the process that a system call acts on. Its caller names it by a number of its own pid namespace, or by a pidfd; the number is looked up
 * where the kernel does, in the namespace's own tree, so that a container's "7" is the right process.
 */
#ifndef SHRIKE_TARGET_H
#define SHRIKE_TARGET_H

#include "sensor.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct hlist_node { struct hlist_node *next; };
struct hlist_head { struct hlist_node *first; };
struct pid___target { struct hlist_head tasks[4]; };
struct task_struct___target { struct hlist_node pid_links[4]; void *stack; };
struct xarray { void *xa_head; };
struct idr { struct xarray idr_rt; };
struct xa_node { unsigned char shift; void *slots[64]; };
struct pid_namespace___target { struct idr idr; };
struct inode___target { void *i_private; };
#pragma clang attribute pop

#define SK_PIDFS_MAGIC 0x50494446
/* An inner node of an xarray is a pointer with these low bits; smaller values are marks. */
#define SK_XA_INNER 2
#define SK_XA_LOW 3

static __always_inline void sk_target_of(struct sk_target *target, struct task_struct *task)
{
	target->start = task ? BPF_CORE_READ(task, group_leader, start_boottime) : 0;
	target->pid = task ? BPF_CORE_READ(task, tgid) : 0;
	target->tid = task ? BPF_CORE_READ(task, pid) : 0;
}

static __always_inline struct task_struct *sk_task_of(struct pid *pid)
{
	struct pid___target *with_tasks = (void *)pid;
	struct hlist_node *first = pid ? BPF_CORE_READ(with_tasks, tasks[0].first) : NULL;

	return first ? (void *)first - bpf_core_field_offset(struct task_struct___target, pid_links) : NULL;
}

/* The task whose id is `number` to the caller, or NULL. */
static __always_inline struct task_struct *sk_task_by_number(u32 number)
{
	struct pid *own = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), thread_pid);
	u32 level = BPF_CORE_READ(own, level);
	struct pid_namespace___target *ns;
	struct upid upid = {};
	u64 entry;
	int i;

	if (level > 32 || !number)
		return NULL;
	bpf_probe_read_kernel(&upid, bpf_core_type_size(struct upid), (void *)own + bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid));
	ns = (void *)BPF_CORE_READ(&upid, ns);
	entry = (u64)BPF_CORE_READ(ns, idr.idr_rt.xa_head);
	/* Six bits a level; ids have at most 22. */
#pragma unroll
	for (i = 0; i < 5; i++) {
		struct xa_node *node = (void *)(entry - SK_XA_INNER);
		u64 slot;

		if ((entry & SK_XA_LOW) != SK_XA_INNER || entry <= 4096)
			break;
		slot = number >> (BPF_CORE_READ(node, shift) & 31);
		if (i == 0 && slot > 63)
			return NULL;
		entry = 0;
		bpf_probe_read_kernel(&entry, sizeof(entry), (void *)node + bpf_core_field_offset(struct xa_node, slots) + (slot & 63) * sizeof(void *));
	}
	return entry && !(entry & SK_XA_LOW) ? sk_task_of((void *)entry) : NULL;
}

/* The task behind a pidfd of the caller, or NULL. */
static __always_inline struct task_struct *sk_task_by_pidfd(u32 fd)
{
	struct file *file = sk_file(fd);
	struct inode *inode = file ? BPF_CORE_READ(file, f_inode) : NULL;
	char name[8] = {};

	if (!inode)
		return NULL;
	if (BPF_CORE_READ(inode, i_sb, s_magic) == SK_PIDFS_MAGIC)
		return sk_task_of(BPF_CORE_READ((struct inode___target *)inode, i_private));
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	if (__builtin_memcmp(name, "[pidfd]", 7) != 0)
		return NULL;
	return sk_task_of(BPF_CORE_READ(file, private_data));
}

#define X86_THREAD_SIZE 16384

/* The system call that the current task is in. */
static __always_inline u32 sk_current_syscall(void)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs)) {
		struct pt_regs *regs = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());

		return sk_native_syscall(regs);
	}
#if defined(__TARGET_ARCH_x86)
	{
		struct task_struct___target *task = (void *)bpf_get_current_task();
		void *stack = BPF_CORE_READ(task, stack);
		struct pt_regs *regs = stack + X86_THREAD_SIZE - bpf_core_type_size(struct pt_regs);
		u32 number = BPF_CORE_READ(regs, orig_ax);

		if (sk_compat()) {
			u32 *native = bpf_map_lookup_elem(&sk_compat_numbers, &number);

			return native && *native ? *native : SK_NO_SYSCALL;
		}
		return number;
	}
#else
	return SK_NO_SYSCALL;
#endif
}

#endif
