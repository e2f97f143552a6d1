// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * The life of processes: exec, failed exec, fork, exit; the task iterator that fills the tree at start; cgroups as they are made.
 */
#include "sensor.h"

#define ARGV_MAX 128

#if defined(__TARGET_ARCH_x86)
#define SK_NR_EXECVE 59
#define SK_NR_EXECVEAT 322
#else
#define SK_NR_EXECVE 221
#define SK_NR_EXECVEAT 281
#endif

/* The iterator runs with preemption on, so the tracepoints' scratch memory is not for it. It runs once at a time. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sk_scratch);
} sk_iter_scratch SEC(".maps");

static __always_inline void inode_times(struct sk_exec *x, struct inode *inode)
{
	if (bpf_core_field_exists(inode->i_ctime_sec)) {
		x->atime = BPF_CORE_READ(inode, i_atime_sec);
		x->mtime = BPF_CORE_READ(inode, i_mtime_sec);
		x->ctime = BPF_CORE_READ(inode, i_ctime_sec);
	} else if (bpf_core_field_exists(((struct inode___6_7 *)0)->__i_atime)) {
		struct inode___6_7 *old = (void *)inode;

		x->atime = BPF_CORE_READ(old, __i_atime.tv_sec);
		x->mtime = BPF_CORE_READ(old, __i_mtime.tv_sec);
		x->ctime = BPF_CORE_READ(old, __i_ctime.tv_sec);
	} else if (bpf_core_field_exists(((struct inode___6_6 *)0)->__i_ctime)) {
		struct inode___6_6 *old = (void *)inode;

		x->atime = BPF_CORE_READ(old, i_atime.tv_sec);
		x->mtime = BPF_CORE_READ(old, i_mtime.tv_sec);
		x->ctime = BPF_CORE_READ(old, __i_ctime.tv_sec);
	} else if (bpf_core_field_exists(((struct inode___old_times *)0)->i_ctime)) {
		struct inode___old_times *old = (void *)inode;

		x->atime = BPF_CORE_READ(old, i_atime.tv_sec);
		x->mtime = BPF_CORE_READ(old, i_mtime.tv_sec);
		x->ctime = BPF_CORE_READ(old, i_ctime.tv_sec);
	}
}

static __always_inline u32 pgrp(struct signal_struct *signal, u32 which)
{
	struct pid *pid = BPF_CORE_READ(signal, pids[which]);

	return BPF_CORE_READ(pid, numbers[0].nr);
}

/* The iterator has memory of its own, the tracepoints share theirs and the check of its walk. */
static __always_inline void walk(struct sk_exec *x, bool iterator, u64 off, const struct path *path, u16 *length, u16 flag)
{
	if (iterator)
		sk_walk_path(x, off, path, length, &x->e.flags, flag);
	else
		sk_walk_shared(off, BPF_CORE_READ(path, dentry), BPF_CORE_READ(path, mnt), length, &x->e.flags, flag);
}

/* All but strings that only an exec knows. Returns the length of the record so far. */
static __always_inline u64 describe(struct sk_exec *x, u16 type, struct task_struct *task)
{
	bool iterator = type == SK_TASK;
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	const struct cred *cred = BPF_CORE_READ(task, cred);
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	struct file *exe = BPF_CORE_READ(mm, exe_file);
	u64 length = sizeof(*x);

	__builtin_memset(x, 0, sizeof(*x));
	sk_header_of(&x->e, type, 0, task);
	x->parent_start = BPF_CORE_READ(task, real_parent, group_leader, start_boottime);
	x->cap_permitted = sk_caps(cred, cap_permitted);
	x->cap_effective = sk_caps(cred, cap_effective);
	x->cap_inheritable = sk_caps(cred, cap_inheritable);
	x->suid = BPF_CORE_READ(cred, suid.val);
	x->sgid = BPF_CORE_READ(cred, sgid.val);
	x->fsuid = BPF_CORE_READ(cred, fsuid.val);
	x->fsgid = BPF_CORE_READ(cred, fsgid.val);
	x->user_ns = BPF_CORE_READ(cred, user_ns, ns.inum);
	x->net_ns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
	x->session = pgrp(signal, PIDTYPE_SID);
	x->pgid = pgrp(signal, PIDTYPE_PGID);
	x->args_size = BPF_CORE_READ(mm, arg_end) - BPF_CORE_READ(mm, arg_start);
	BPF_CORE_READ_INTO(&x->comm, task, comm);
	bpf_probe_read_kernel_str(x->tty, sizeof(x->tty), BPF_CORE_READ(signal, tty, name));

	if (exe) {
		struct inode *inode = BPF_CORE_READ(exe, f_inode);

		x->inode = BPF_CORE_READ(inode, i_ino);
		x->dev = BPF_CORE_READ(inode, i_sb, s_dev);
		x->mode = BPF_CORE_READ(inode, i_mode);
		x->owner_uid = BPF_CORE_READ(inode, i_uid.val);
		x->owner_gid = BPF_CORE_READ(inode, i_gid.val);
		inode_times(x, inode);
		/* No name leads to it any more, or ever did: deleted, unlinked, O_TMPFILE, or a memfd. */
		if (BPF_CORE_READ(inode, i_nlink) == 0)
			x->e.flags |= SK_FILELESS;
		walk(x, iterator, length, &exe->f_path, &x->path_len, SK_PATH_TRUNCATED);
		length += *(volatile u16 *)&x->path_len;
		x->e.flags |= SK_KERNEL_PATH;
	}
	walk(x, iterator, length, &BPF_CORE_READ(task, fs)->pwd, &x->cwd_len, SK_CWD_TRUNCATED);
	return length + *(volatile u16 *)&x->cwd_len;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(executed, struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm)
{
	struct mm_struct *mm;
	struct sk_exec *x;
	u64 length, at, size;
	const char *filename, *interp;

	x = sk_scratch(SK_EXEC);
	if (!x)
		return 0;
	length = describe(x, SK_EXEC, task);
	filename = BPF_CORE_READ(bprm, filename);
	interp = BPF_CORE_READ(bprm, interp);
	x->argc = BPF_CORE_READ(bprm, argc);
	x->envc = BPF_CORE_READ(bprm, envc);
	x->filename_len = sk_string(x, length, SK_PATH_MAX, filename, kernel);
	length += x->filename_len;
	if (interp != filename) {
		x->interp_len = sk_string(x, length, SK_NAME_MAX, interp, kernel);
		length += x->interp_len;
	}
	/* The registers say execve by now, whichever it was; only execveat with a descriptor has a path made of that. */
	x->syscall = BPF_CORE_READ(bprm, fdpath) ? SK_NR_EXECVEAT : SK_NR_EXECVE;

	mm = BPF_CORE_READ(task, mm);
	size = x->args_size;
	if (size > SK_ARGS_MAX) {
		size = SK_ARGS_MAX;
		x->e.flags |= SK_ARGS_TRUNCATED;
	}
	at = sk_clamp(length, SK_SCRATCH_DATA - SK_ARGS_MAX);
	size = sk_clamp(size, SK_ARGS_MAX);
	if (size && !bpf_probe_read_user((void *)x + at, size, (void *)BPF_CORE_READ(mm, arg_start))) {
		x->args_len = size;
		length += size;
	}
	sk_output(x, SK_EXEC, length);
	return 0;
}

/* execve and execveat that failed: the caller's memory is still there, so is its image. */
SEC("tp_btf/sys_exit")
int BPF_PROG(sys_execve, struct pt_regs *regs, long ret)
{
	struct task_struct *task;
	struct sk_exec *x;
	bool at_form, compat;
	u64 length;
	const char *filename;
	unsigned long argv;
	int i;

	if (ret >= 0)
		return 0;
	x = sk_scratch(SK_EXEC_FAILED);
	if (!x)
		return 0;
	task = (void *)bpf_get_current_task();
	compat = sk_compat();
	at_form = sk_syscall_of(regs) == (compat ? 358 : SK_NR_EXECVEAT);
	length = describe(x, SK_EXEC_FAILED, task);
	x->error = -ret;
	x->syscall = at_form ? SK_NR_EXECVEAT : SK_NR_EXECVE;
	filename = (const char *)sk_arg(regs, at_form ? 1 : 0);
	argv = sk_arg(regs, at_form ? 2 : 1);
	x->filename_len = sk_string(x, length, SK_PATH_MAX, filename, user);
	length += x->filename_len;

	for (i = 0; i < ARGV_MAX && argv; i++) {
		volatile u16 *used = &x->args_len;
		unsigned long pointer = 0;
		u64 at;
		long n;

		if (bpf_probe_read_user(&pointer, compat ? 4 : 8, (void *)(argv + i * (compat ? 4 : 8))) || !pointer)
			break;
		x->argc++;
		at = sk_clamp(length + *used, SK_SCRATCH_DATA - SK_ARGS_MAX);
		n = bpf_probe_read_user_str((void *)x + at, SK_ARGS_MAX, (void *)pointer);
		if (n <= 0)
			continue;
		if (*used + n > SK_ARGS_MAX) {
			x->e.flags |= SK_ARGS_TRUNCATED;
			break;
		}
		*used += n;
	}
	x->args_size = x->args_len;
	sk_output(x, SK_EXEC_FAILED, length + *(volatile u16 *)&x->args_len);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(forked, struct task_struct *parent, struct task_struct *child)
{
	struct sk_fork *f;

	/* a thread */
	if (BPF_CORE_READ(child, pid) != BPF_CORE_READ(child, tgid))
		return 0;
	f = sk_reserve(SK_FORK, struct sk_fork);
	if (!f)
		return 0;
	sk_header_of(&f->e, SK_FORK, sizeof(*f), child);
	f->parent_start = BPF_CORE_READ(child, real_parent, group_leader, start_boottime);
	f->creator_pid = BPF_CORE_READ(parent, tgid);
	f->creator_start = BPF_CORE_READ(parent, group_leader, start_boottime);
	f->clone_flags = 0;
	f->pad = 0;
	sk_submit(f);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(exited, struct task_struct *task)
{
	struct sk_exit *x;

	/* The last thread: do_exit has counted it down already. */
	if (BPF_CORE_READ(task, signal, live.counter) != 0)
		return 0;
	x = sk_reserve(SK_EXIT, struct sk_exit);
	if (!x)
		return 0;
	sk_header_of(&x->e, SK_EXIT, sizeof(*x), task);
	x->exit_code = BPF_CORE_READ(task, exit_code);
	x->pad = 0;
	x->utime = BPF_CORE_READ(task, signal, utime) + BPF_CORE_READ(task, utime);
	x->stime = BPF_CORE_READ(task, signal, stime) + BPF_CORE_READ(task, stime);
	sk_submit(x);
	return 0;
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(cgroup_made, struct cgroup *group, const char *path)
{
	struct sk_cgroup *c = sk_scratch(SK_CGROUP);

	if (!c)
		return 0;
	__builtin_memset(c, 0, sizeof(*c));
	sk_header_of(&c->e, SK_CGROUP, 0, (void *)bpf_get_current_task());
	c->id = BPF_CORE_READ(group, kn, id);
	c->hierarchy = BPF_CORE_READ(group, root, hierarchy_id);
	c->path_len = sk_string(c, sizeof(*c), SK_PATH_MAX, path, kernel);
	sk_output(c, SK_CGROUP, sizeof(*c) + c->path_len);
	return 0;
}

SEC("iter/task")
int tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct sk_exec *x;
	u32 zero = 0;
	u64 length;

	if (!task || task->pid != task->tgid)
		return 0;
	x = bpf_map_lookup_elem(&sk_iter_scratch, &zero);
	if (!x)
		return 0;
	length = describe(x, SK_TASK, task);
	x->e.size = length;
	length = sk_clamp(length, SK_SCRATCH_DATA);
	bpf_seq_write(ctx->meta->seq, x, length);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
