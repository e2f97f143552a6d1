// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Mounts and roots: mount, umount2, the newer calls that build a mount step by step, pivot_root, chroot. A target is a string of the caller's, and
 * what it is relative to is read from the kernel. Where the kernel's own idea of the target can be had, it is sent too: where programs can attach
 * to functions, from the security hooks that are given it; of chroot and of calls on descriptors, from what they leave behind.
 */
#include "sensor.h"
#include <asm/unistd.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct fs_context { struct file_system_type *fs_type; };
#pragma clang attribute pop

#define AT_FDCWD -100
#define AT_EMPTY_PATH 0x1000
#define MOVE_MOUNT_F_EMPTY_PATH 0x00000004
#define TYPE_MAX 64
#define DATA_MAX 1024
#define FSCONFIG_SET_STRING 1
#define FSCONFIG_SET_PATH_EMPTY 4

/* The target of the call that a task is in, as a walk, from the security hook to the end of the call. */
struct seen {
	u16 length;
	u16 flags;
	u32 pad;
	u8 walk[SK_PATH_MAX + SK_NAME_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 64);
	__type(key, u64);
	__type(value, struct seen);
} mount_seen SEC(".maps");

/* Nothing, to begin an entry of mount_seen with: it is too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct seen);
} mount_unseen SEC(".maps");

static __always_inline int remember(struct dentry *dentry, struct vfsmount *mnt)
{
	u64 id = bpf_get_current_pid_tgid();
	u32 zero = 0;
	struct seen *seen = bpf_map_lookup_elem(&mount_unseen, &zero);

	if (!seen)
		return 0;
	bpf_map_update_elem(&mount_seen, &id, seen, BPF_ANY);
	seen = bpf_map_lookup_elem(&mount_seen, &id);
	if (seen)
		sk_walk(seen, offsetof(struct seen, walk), dentry, mnt, &seen->length, &seen->flags, SK_PATH_TRUNCATED);
	return 0;
}

SEC("fentry/security_sb_mount")
int BPF_PROG(mount_to, const char *name, const struct path *path)
{
	return remember(path->dentry, path->mnt);
}

SEC("fentry/security_sb_umount")
int BPF_PROG(umount_of, struct vfsmount *mnt)
{
	return remember(mnt->mnt_root, mnt);
}

SEC("fentry/security_move_mount")
int BPF_PROG(move_to, const struct path *from, const struct path *to)
{
	return remember(to->dentry, to->mnt);
}

SEC("fentry/security_sb_pivotroot")
int BPF_PROG(pivot_to, const struct path *put_old, const struct path *root)
{
	return remember(root->dentry, root->mnt);
}

/*
 * What the record is to be made of, decided call by call. It is kept in a map because the verifier knows nothing about what is read back from there:
 * the long part that follows is then one path to it, not one for each call.
 */
struct plan { u64 source, target, type, data, kernel_type, base, known; };

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct plan);
} mount_plan SEC(".maps");

static __always_inline u64 walk(struct sk_mount *m, u64 length, const struct path *path, u16 *into)
{
	sk_walk_path(m, length, path, into, &m->e.flags, SK_PATH_TRUNCATED);
	return length + *(volatile u16 *)into;
}

static __always_inline u64 type_of(struct file *file)
{
	return file ? (u64)BPF_CORE_READ(file, f_path.mnt, mnt_sb, s_type) : 0;
}

static __always_inline u64 path_of(struct file *file)
{
	return file ? (u64)&file->f_path : 0;
}

/* Fills in the plan, and what of the record has a fixed place. */
static __always_inline void decide(struct sk_mount *m, struct plan *p, struct pt_regs *regs, long ret, struct fs_struct *fs)
{
	s32 folder = AT_FDCWD;
	struct file *file;

	switch (m->syscall) {
	case __NR_mount:
		p->source = sk_arg(regs, 0);
		p->target = sk_arg(regs, 1);
		p->type = sk_arg(regs, 2);
		m->flags = sk_arg(regs, 3);
		p->data = sk_arg(regs, 4);
		break;
	case __NR_umount2:
		p->target = sk_arg(regs, 0);
		/* i386 has an older umount without flags. */
		m->flags = sk_compat() && sk_syscall_of(regs) == 22 ? 0 : sk_arg(regs, 1);
		break;
	case __NR_pivot_root:
		p->target = sk_arg(regs, 0);
		p->source = sk_arg(regs, 1);
		break;
	case __NR_chroot:
		p->target = sk_arg(regs, 0);
		if (ret == 0)
			p->known = (u64)&fs->root;
		break;
	case __NR_move_mount:
		p->source = sk_arg(regs, 1);
		folder = sk_arg(regs, 2);
		p->target = sk_arg(regs, 3);
		m->flags = (u32)sk_arg(regs, 4);
		/* A mount given by descriptor is where it was moved to now. */
		if (m->flags & MOVE_MOUNT_F_EMPTY_PATH) {
			file = sk_file(sk_arg(regs, 0));
			p->kernel_type = type_of(file);
			if (ret >= 0)
				p->known = path_of(file);
		}
		break;
	case __NR_open_tree:
		folder = sk_arg(regs, 0);
		p->source = sk_arg(regs, 1);
		m->flags = (u32)sk_arg(regs, 2);
		if (ret >= 0)
			p->kernel_type = type_of(sk_file(ret));
		break;
	case __NR_fsopen:
		p->type = sk_arg(regs, 0);
		m->flags = (u32)sk_arg(regs, 1);
		break;
	case __NR_fspick:
		folder = sk_arg(regs, 0);
		p->target = sk_arg(regs, 1);
		m->flags = (u32)sk_arg(regs, 2);
		break;
	case __NR_fsconfig:
		m->command = sk_arg(regs, 1);
		p->data = sk_arg(regs, 2);
		/* not FSCONFIG_SET_BINARY */
		if (m->command >= FSCONFIG_SET_STRING && m->command <= FSCONFIG_SET_PATH_EMPTY && m->command != 2)
			p->source = sk_arg(regs, 3);
		break;
	case __NR_fsmount:
		m->flags = (u32)sk_arg(regs, 1);
		m->attr_set = (u32)sk_arg(regs, 2);
		break;
	case __NR_mount_setattr: {
		u64 attr[3] = {};

		folder = sk_arg(regs, 0);
		p->target = sk_arg(regs, 1);
		m->flags = (u32)sk_arg(regs, 2);
		if (m->flags & AT_EMPTY_PATH)
			p->known = path_of(sk_file(folder));
		bpf_probe_read_user(attr, sizeof(attr), (void *)sk_arg(regs, 3));
		m->attr_set = attr[0];
		m->attr_clear = attr[1];
		m->propagation = attr[2];
		break;
	}
	}
	/* After an error the descriptor may be anything. */
	if (ret >= 0 && (m->syscall == __NR_fsconfig || m->syscall == __NR_fsmount)) {
		struct fs_context *context;

		file = sk_file(sk_arg(regs, 0));
		context = file ? BPF_CORE_READ(file, private_data) : NULL;
		if (context)
			p->kernel_type = (u64)BPF_CORE_READ(context, fs_type);
	}
	if (folder >= 0)
		p->base = path_of(sk_file(folder));
	if (!p->base)
		p->base = (u64)&fs->pwd;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_mount, struct pt_regs *regs, long ret)
{
	u64 length = sizeof(struct sk_mount);
	struct sk_mount *m = sk_scratch(SK_MOUNT);
	u64 id = bpf_get_current_pid_tgid();
	volatile struct plan *p;
	struct fs_struct *fs;
	struct seen *seen;
	const struct path *known;
	struct file_system_type *type;
	u32 zero = 0;

	p = bpf_map_lookup_elem(&mount_plan, &zero);
	if (!m || !p)
		return 0;
	__builtin_memset(m, 0, sizeof(*m));
	__builtin_memset((void *)p, 0, sizeof(*p));
	sk_header(&m->e, SK_MOUNT, 0);
	m->syscall = sk_native_syscall(regs);
	m->error = ret < 0 ? -ret : 0;
	fs = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), fs);
	decide(m, (struct plan *)p, regs, ret, fs);

	length = walk(m, length, &fs->root, &m->root_len);
	length = walk(m, length, (void *)p->base, &m->base_len);
	/* An address that cannot be read ends the walk at once, so there is no second path for there being none. */
	known = (void *)p->known;
	if (known) {
		m->dev = BPF_CORE_READ(known, mnt, mnt_sb, s_dev);
		m->e.flags |= SK_KERNEL_PATH;
	}
	length = walk(m, length, known, &m->known_len);
	seen = bpf_map_lookup_elem(&mount_seen, &id);
	if (seen) {
		if (!known) {
			u64 size = sk_clamp(seen->length, SK_PATH_MAX);

			m->known_len = size;
			m->e.flags |= SK_KERNEL_PATH | seen->flags;
			bpf_probe_read_kernel((void *)m + sk_clamp(length, SK_SCRATCH_DATA - SK_PATH_MAX), size, seen->walk);
			length += *(volatile u16 *)&m->known_len;
		}
		bpf_map_delete_elem(&mount_seen, &id);
	}
	if (p->source)
		m->source_len = sk_string(m, length, SK_PATH_MAX, (void *)p->source, user);
	length += *(volatile u16 *)&m->source_len;
	if (p->target)
		m->target_len = sk_string(m, length, SK_PATH_MAX, (void *)p->target, user);
	length += *(volatile u16 *)&m->target_len;
	type = (void *)p->kernel_type;
	if (type)
		m->type_len = sk_string(m, length, TYPE_MAX, BPF_CORE_READ(type, name), kernel);
	else if (p->type)
		m->type_len = sk_string(m, length, TYPE_MAX, (void *)p->type, user);
	length += *(volatile u16 *)&m->type_len;
	if (p->data) {
		m->data_len = sk_string(m, length, DATA_MAX, (void *)p->data, user);
		if (m->data_len == DATA_MAX)
			m->e.flags |= SK_ARGS_TRUNCATED;
	}
	length += *(volatile u16 *)&m->data_len;
	sk_output(m, SK_MOUNT, length);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
