// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Mounts and roots: mount, umount2, the newer calls that build a mount step by step, pivot_root, chroot. A target is a string of the caller's; what
 * it is relative to is read from the kernel, and where the kernel's own object is at hand afterwards (chroot, calls on descriptors), its path is sent too.
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

static __always_inline u64 walk(struct sk_mount *m, u64 length, const struct path *path, u16 *into)
{
	sk_walk_path(m, length, path, into, &m->e.flags, SK_PATH_TRUNCATED);
	return length + *(volatile u16 *)into;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_mount, struct pt_regs *regs, long ret)
{
	u32 syscall = sk_native_syscall(regs);
	u64 length = sizeof(struct sk_mount), source = 0, target = 0, type = 0, data = 0;
	struct file_system_type *kernel_type = NULL;
	struct file *known = NULL, *file;
	const struct path *base, *known_path = NULL;
	struct sk_mount *m = sk_scratch(SK_MOUNT);
	struct fs_struct *fs;
	s32 folder = AT_FDCWD;

	if (!m)
		return 0;
	__builtin_memset(m, 0, sizeof(*m));
	sk_header(&m->e, SK_MOUNT, 0);
	m->syscall = syscall;
	m->error = ret < 0 ? -ret : 0;
	fs = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), fs);

	switch (syscall) {
	case __NR_mount:
		source = sk_arg(regs, 0);
		target = sk_arg(regs, 1);
		type = sk_arg(regs, 2);
		m->flags = sk_arg(regs, 3);
		data = sk_arg(regs, 4);
		break;
	case __NR_umount2:
		target = sk_arg(regs, 0);
		m->flags = sk_arg(regs, 1);
		break;
	case __NR_pivot_root:
		target = sk_arg(regs, 0);
		source = sk_arg(regs, 1);
		break;
	case __NR_chroot:
		target = sk_arg(regs, 0);
		if (ret == 0)
			known_path = &fs->root;
		break;
	case __NR_move_mount:
		source = sk_arg(regs, 1);
		folder = sk_arg(regs, 2);
		target = sk_arg(regs, 3);
		m->flags = sk_arg(regs, 4);
		/* A mount given by descriptor is where it was moved to now. */
		if (m->flags & MOVE_MOUNT_F_EMPTY_PATH) {
			known = sk_file(sk_arg(regs, 0));
			kernel_type = known ? BPF_CORE_READ(known, f_path.mnt, mnt_sb, s_type) : NULL;
			if (ret < 0)
				known = NULL;
		}
		break;
	case __NR_open_tree:
		folder = sk_arg(regs, 0);
		target = sk_arg(regs, 1);
		m->flags = (u32)sk_arg(regs, 2);
		file = ret >= 0 ? sk_file(ret) : NULL;
		kernel_type = file ? BPF_CORE_READ(file, f_path.mnt, mnt_sb, s_type) : NULL;
		break;
	case __NR_fsopen:
		type = sk_arg(regs, 0);
		m->flags = (u32)sk_arg(regs, 1);
		break;
	case __NR_fspick:
		folder = sk_arg(regs, 0);
		target = sk_arg(regs, 1);
		m->flags = (u32)sk_arg(regs, 2);
		break;
	case __NR_fsconfig:
		m->command = sk_arg(regs, 1);
		data = sk_arg(regs, 2);
		if (m->command >= FSCONFIG_SET_STRING && m->command <= FSCONFIG_SET_PATH_EMPTY && m->command != 2)
			source = sk_arg(regs, 3);
		break;
	case __NR_fsmount:
		m->flags = (u32)sk_arg(regs, 1);
		m->attr_set = (u32)sk_arg(regs, 2);
		break;
	case __NR_mount_setattr: {
		u64 attr[3] = {};

		folder = sk_arg(regs, 0);
		target = sk_arg(regs, 1);
		m->flags = (u32)sk_arg(regs, 2);
		if (m->flags & AT_EMPTY_PATH)
			known = sk_file(folder);
		bpf_probe_read_user(attr, sizeof(attr), (void *)sk_arg(regs, 3));
		m->attr_set = attr[0];
		m->attr_clear = attr[1];
		m->propagation = attr[2];
		break;
	}
	}
	if (syscall == __NR_fsconfig || syscall == __NR_fsmount) {
		struct fs_context *context;

		file = sk_file(sk_arg(regs, 0));
		context = file ? BPF_CORE_READ(file, private_data) : NULL;
		/* An error may be that the descriptor is something else. */
		if (context && ret >= 0)
			kernel_type = BPF_CORE_READ(context, fs_type);
	}

	length = walk(m, length, &fs->root, &m->root_len);
	file = folder >= 0 ? sk_file(folder) : NULL;
	base = file ? &file->f_path : &fs->pwd;
	length = walk(m, length, base, &m->base_len);
	if (known)
		known_path = &known->f_path;
	if (known_path) {
		m->dev = BPF_CORE_READ(known_path, mnt, mnt_sb, s_dev);
		m->e.flags |= SK_KERNEL_PATH;
		length = walk(m, length, known_path, &m->known_len);
	}
	if (source) {
		m->source_len = sk_string(m, length, SK_PATH_MAX, (void *)source, user);
		length += *(volatile u16 *)&m->source_len;
	}
	if (target) {
		m->target_len = sk_string(m, length, SK_PATH_MAX, (void *)target, user);
		length += *(volatile u16 *)&m->target_len;
	}
	if (kernel_type)
		m->type_len = sk_string(m, length, TYPE_MAX, BPF_CORE_READ(kernel_type, name), kernel);
	else if (type)
		m->type_len = sk_string(m, length, TYPE_MAX, (void *)type, user);
	length += *(volatile u16 *)&m->type_len;
	if (data) {
		m->data_len = sk_string(m, length, DATA_MAX, (void *)data, user);
		if (m->data_len == DATA_MAX)
			m->e.flags |= SK_ARGS_TRUNCATED;
		length += *(volatile u16 *)&m->data_len;
	}
	sk_output(m, SK_MOUNT, length);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
