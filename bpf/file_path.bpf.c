// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * What the path operations are really about, where the kernel lets programs attach to functions: the names as the kernel has resolved them,
 * while they still exist. The addon puts each together with the end of the same thread's system call, which tells the result; without this
 * it takes the caller's own words. Operations of io_uring's workers carry the address of the request they belong to.
 */
#include "sensor.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct io_wq_work { int flags; };
struct io_worker { struct io_wq_work *cur_work; };
struct io_kiocb { struct io_wq_work work; };
struct task_struct___worker { void *worker_private; };
struct task_struct___pf_io_worker { void *pf_io_worker; };	/* 5.12 and 5.13 */
#pragma clang attribute pop

/*
 * Memory of its own: these programs may be preempted, by tracepoints and by each other. Whoever finds it taken goes without, and the addon
 * takes the caller's words; who finds at the end that it is no longer his does not send.
 */
struct path_scratch {
	struct sk_scratch scratch;
	u64 owner;
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct path_scratch);
} sk_path_scratch SEC(".maps");

static __always_inline u64 ring_request(struct task_struct *task)
{
	struct io_wq_work *work;
	struct io_worker *worker;

	if (!(BPF_CORE_READ(task, flags) & PF_IO_WORKER))
		return 0;
	if (bpf_core_field_exists(((struct task_struct___worker *)0)->worker_private))
		worker = BPF_CORE_READ((struct task_struct___worker *)task, worker_private);
	else if (bpf_core_field_exists(((struct task_struct___pf_io_worker *)0)->pf_io_worker))
		worker = BPF_CORE_READ((struct task_struct___pf_io_worker *)task, pf_io_worker);
	else
		return 0;
	if (!bpf_core_field_exists(((struct io_kiocb *)0)->work))
		return 0;
	work = BPF_CORE_READ(worker, cur_work);
	return work ? (u64)work - bpf_core_field_offset(struct io_kiocb, work) : 0;
}

/* Both walks are below `mnt`. `dest` may be NULL. */
static __always_inline int seen(u16 op, struct dentry *dentry, struct vfsmount *mnt, struct dentry *dest, struct vfsmount *dest_mnt)
{
	u64 id = bpf_get_current_pid_tgid(), off = sizeof(struct sk_file_path);
	struct path_scratch *scratch;
	struct sk_file_path *p;
	struct inode *inode;
	u32 zero = 0;

	if (id >> 32 == sk_self_pid)
		return 0;
	sk_count(SK_FILE_PATH, SK_PRODUCED);
	scratch = bpf_map_lookup_elem(&sk_path_scratch, &zero);
	if (!scratch || *(volatile u64 *)&scratch->owner) {
		sk_count(SK_FILE_PATH, SK_LOST_SCRATCH);
		return 0;
	}
	*(volatile u64 *)&scratch->owner = id;
	p = (void *)scratch;
	__builtin_memset(p, 0, sizeof(*p));
	sk_header(&p->e, SK_FILE_PATH, 0);
	p->op = op;
	p->request = ring_request((void *)bpf_get_current_task());
	inode = BPF_CORE_READ(dentry, d_inode);
	if (inode) {
		p->inode = BPF_CORE_READ(inode, i_ino);
		p->size = BPF_CORE_READ(inode, i_size);
		p->mode = BPF_CORE_READ(inode, i_mode);
	}
	p->dev = BPF_CORE_READ(dentry, d_sb, s_dev);
	bpf_probe_read_kernel_str(p->fstype, sizeof(p->fstype), BPF_CORE_READ(dentry, d_sb, s_type, name));
	sk_walk(p, off, dentry, mnt, &p->path_len, &p->e.flags, SK_PATH_TRUNCATED);
	off += *(volatile u16 *)&p->path_len;
	if (dest) {
		sk_walk(p, off, dest, dest_mnt, &p->dest_len, &p->e.flags, SK_PATH_TRUNCATED);
		off += *(volatile u16 *)&p->dest_len;
	}
	if (*(volatile u64 *)&scratch->owner == id)
		sk_output(p, SK_FILE_PATH, off);
	else
		sk_count(SK_FILE_PATH, SK_LOST_SCRATCH);
	*(volatile u64 *)&scratch->owner = 0;
	return 0;
}

static __always_inline int seen_in(u16 op, const struct path *folder, struct dentry *dentry)
{
	return seen(op, dentry, BPF_CORE_READ(folder, mnt), NULL, NULL);
}

static __always_inline int seen_path(u16 op, const struct path *path)
{
	return seen(op, BPF_CORE_READ(path, dentry), BPF_CORE_READ(path, mnt), NULL, NULL);
}

SEC("?fentry/security_path_unlink")
int BPF_PROG(path_unlink, const struct path *folder, struct dentry *dentry)
{
	return seen_in(SK_FILE_UNLINK, folder, dentry);
}

SEC("?fentry/security_path_rmdir")
int BPF_PROG(path_rmdir, const struct path *folder, struct dentry *dentry)
{
	return seen_in(SK_FILE_RMDIR, folder, dentry);
}

SEC("?fentry/security_path_mkdir")
int BPF_PROG(path_mkdir, const struct path *folder, struct dentry *dentry)
{
	return seen_in(SK_FILE_MKDIR, folder, dentry);
}

SEC("?fentry/security_path_symlink")
int BPF_PROG(path_symlink, const struct path *folder, struct dentry *dentry)
{
	return seen_in(SK_FILE_SYMLINK, folder, dentry);
}

SEC("?fentry/security_path_mknod")
int BPF_PROG(path_mknod, const struct path *folder, struct dentry *dentry)
{
	/* Opens that create come here too; they know their file by themselves. */
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs)) {
		u32 number = sk_native_syscall((void *)bpf_task_pt_regs(bpf_get_current_task_btf()));

#if defined(__TARGET_ARCH_x86)
		if (number != 133 && number != 259)
			return 0;
#else
		if (number != 33)
			return 0;
#endif
	}
	return seen_in(SK_FILE_MKNOD, folder, dentry);
}

SEC("?fentry/security_path_rename")
int BPF_PROG(path_rename, const struct path *folder, struct dentry *dentry, const struct path *dest_folder, struct dentry *dest)
{
	return seen(SK_FILE_RENAME, dentry, BPF_CORE_READ(folder, mnt), dest, BPF_CORE_READ(dest_folder, mnt));
}

/* A link lies on the mount of what it is a link to. */
SEC("?fentry/security_path_link")
int BPF_PROG(path_link, struct dentry *dentry, const struct path *dest_folder, struct dentry *dest)
{
	return seen(SK_FILE_LINK, dentry, BPF_CORE_READ(dest_folder, mnt), dest, BPF_CORE_READ(dest_folder, mnt));
}

SEC("?fentry/security_path_chmod")
int BPF_PROG(path_chmod, const struct path *path)
{
	return seen_path(SK_FILE_CHMOD, path);
}

SEC("?fentry/security_path_chown")
int BPF_PROG(path_chown, const struct path *path)
{
	return seen_path(SK_FILE_CHOWN, path);
}

SEC("?fentry/security_path_truncate")
int BPF_PROG(path_truncate, const struct path *path)
{
	return seen_path(SK_FILE_TRUNCATE, path);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
