// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Namespaces entered and made: setns, unshare, and clone or clone3 with CLONE_NEW*. Of a clone that worked the child's own namespaces tell what
 * was asked for, whatever the caller's memory says by then.
 */
#include "target.h"
#include <asm/unistd.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct uts_namespace { struct ns_common ns; };
struct ipc_namespace { struct ns_common ns; };
struct cgroup_namespace { struct ns_common ns; };
struct time_namespace { struct ns_common ns; };
struct nsproxy___all {
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
	struct net *net_ns;
	struct time_namespace *time_ns_for_children;
	struct cgroup_namespace *cgroup_ns;
};
#pragma clang attribute pop

#define CLONE_NEWTIME 0x00000080
#define CLONE_NEWNS 0x00020000
#define CLONE_NEWCGROUP 0x02000000
#define CLONE_NEWUTS 0x04000000
#define CLONE_NEWIPC 0x08000000
#define CLONE_NEWUSER 0x10000000
#define CLONE_NEWPID 0x20000000
#define CLONE_NEWNET 0x40000000
#define CLONE_NEW (CLONE_NEWTIME | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

#define NSFS_MAGIC 0x6e736673

static __always_inline void numbers(u32 *to, struct task_struct *task)
{
	struct nsproxy___all *all = (void *)BPF_CORE_READ(task, nsproxy);

	to[SK_NS_MNT] = BPF_CORE_READ(all, mnt_ns, ns.inum);
	to[SK_NS_UTS] = BPF_CORE_READ(all, uts_ns, ns.inum);
	to[SK_NS_IPC] = BPF_CORE_READ(all, ipc_ns, ns.inum);
	to[SK_NS_NET] = BPF_CORE_READ(all, net_ns, ns.inum);
	/* The one its children get: unshare and setns never change a process's own. */
	to[SK_NS_PID] = BPF_CORE_READ(all, pid_ns_for_children, ns.inum);
	to[SK_NS_USER] = BPF_CORE_READ(task, cred, user_ns, ns.inum);
	to[SK_NS_CGROUP] = BPF_CORE_READ(all, cgroup_ns, ns.inum);
	to[SK_NS_TIME] = bpf_core_field_exists(all->time_ns_for_children) ? BPF_CORE_READ(all, time_ns_for_children, ns.inum) : 0;
}

static __always_inline void start(struct sk_namespace *n, u32 syscall, u64 flags, long ret)
{
	sk_header(&n->e, SK_NAMESPACE, sizeof(*n));
	__builtin_memset(n->before, 0, sizeof(n->before));
	__builtin_memset(n->pad, 0, sizeof(n->pad));
	n->flags = flags;
	n->fd_ns = 0;
	n->error = ret < 0 ? -ret : 0;
	n->syscall = syscall;
	sk_target_of(&n->target, NULL);
}

/* setns, unshare; clone and clone3 that failed */
SEC("tp_btf/sys_exit")
int BPF_PROG(sys_namespace, struct pt_regs *regs, long ret)
{
	u32 syscall = sk_native_syscall(regs);
	u64 flags = sk_arg(regs, 0);
	struct sk_namespace *n;

	if (syscall == __NR_clone || syscall == __NR_clone3) {
		if (ret >= 0)
			return 0;
		if (syscall == __NR_clone3) {
			u64 asked = 0;

			bpf_probe_read_user(&asked, sizeof(asked), (void *)flags);
			flags = asked;
		} else {
			/* The low byte of clone's is the signal at the child's end. */
			flags &= ~0xffull;
		}
	}
	if (syscall == __NR_setns) {
		flags = (u32)sk_arg(regs, 1);
	} else if (!(flags & CLONE_NEW)) {
		sk_count(SK_NAMESPACE, SK_FILTERED);
		return 0;
	}
	n = sk_reserve(SK_NAMESPACE, struct sk_namespace);
	if (!n)
		return 0;
	start(n, syscall, flags, ret);
	numbers(n->after, (void *)bpf_get_current_task());
	if (syscall == __NR_setns) {
		struct file *file = sk_file(sk_arg(regs, 0));
		struct inode *inode = file ? BPF_CORE_READ(file, f_inode) : NULL;

		if (inode && BPF_CORE_READ(inode, i_sb, s_magic) == NSFS_MAGIC)
			n->fd_ns = BPF_CORE_READ(inode, i_ino);
		else if (file)
			sk_target_of(&n->target, sk_task_by_pidfd(sk_arg(regs, 0)));
	}
	sk_submit(n);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(namespace_forked, struct task_struct *parent, struct task_struct *child)
{
	struct sk_namespace *n;
	u64 flags = 0;

	/* Every fork passes here: plain loads, no calls. */
	if (parent->nsproxy == child->nsproxy && parent->cred->user_ns == child->cred->user_ns)
		return 0;
	n = sk_reserve(SK_NAMESPACE, struct sk_namespace);
	if (!n)
		return 0;
	start(n, sk_current_syscall(), 0, 0);
	numbers(n->before, parent);
	numbers(n->after, child);
	sk_target_of(&n->target, child);
	flags |= n->before[SK_NS_MNT] != n->after[SK_NS_MNT] ? CLONE_NEWNS : 0;
	flags |= n->before[SK_NS_UTS] != n->after[SK_NS_UTS] ? CLONE_NEWUTS : 0;
	flags |= n->before[SK_NS_IPC] != n->after[SK_NS_IPC] ? CLONE_NEWIPC : 0;
	flags |= n->before[SK_NS_NET] != n->after[SK_NS_NET] ? CLONE_NEWNET : 0;
	flags |= n->before[SK_NS_PID] != n->after[SK_NS_PID] ? CLONE_NEWPID : 0;
	flags |= n->before[SK_NS_USER] != n->after[SK_NS_USER] ? CLONE_NEWUSER : 0;
	flags |= n->before[SK_NS_CGROUP] != n->after[SK_NS_CGROUP] ? CLONE_NEWCGROUP : 0;
	flags |= n->before[SK_NS_TIME] != n->after[SK_NS_TIME] ? CLONE_NEWTIME : 0;
	n->flags = flags;
	sk_submit(n);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
