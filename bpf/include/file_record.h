/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Puts an SK_FILE record together; see event.h for its parts and their order. */
#ifndef SHRIKE_FILE_RECORD_H
#define SHRIKE_FILE_RECORD_H

#include "file_walk.h"

#define AT_FDCWD -100

static __always_inline struct sk_file *begin(u8 op)
{
	struct sk_file *f = sk_scratch(SK_FILE);

	if (!f)
		return NULL;
	__builtin_memset(f, 0, sizeof(*f));
	sk_header(&f->e, SK_FILE, 0);
	f->op = op;
	if (SK_TYPED) {
		const struct cred *cred = ((struct task_struct *)bpf_get_current_task_btf())->cred;

		f->fsuid = cred->fsuid.val;
		f->fsgid = cred->fsgid.val;
		f->suid = cred->suid.val;
		f->sgid = cred->sgid.val;
	} else {
		const struct cred *cred = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), cred);

		f->fsuid = BPF_CORE_READ(cred, fsuid.val);
		f->fsgid = BPF_CORE_READ(cred, fsgid.val);
		f->suid = BPF_CORE_READ(cred, suid.val);
		f->sgid = BPF_CORE_READ(cred, sgid.val);
	}
	return f;
}

/* Where relative and absolute paths begin. */
static __always_inline u64 put_folders(struct sk_file *f)
{
	struct fs_struct *fs = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), fs);
	u64 off = sk_walk_into(&f->e, sizeof(*f), &fs->root, &f->root_len, SK_CWD_TRUNCATED);

	return sk_walk_into(&f->e, off, &fs->pwd, &f->cwd_len, SK_CWD_TRUNCATED);
}

static __always_inline void put_inode(struct sk_file *f, struct inode *inode, bool typed)
{
	struct super_block *sb = sk_get(typed, inode, i_sb);

	f->inode = sk_get(typed, inode, i_ino);
	f->dev = sk_get(typed, sb, s_dev);
	f->size = sk_get(typed, inode, i_size);
	f->mode = sk_get(typed, inode, i_mode);
	bpf_probe_read_kernel_str(f->fstype, sizeof(f->fstype), BPF_CORE_READ(sb, s_type, name));
}

static __always_inline u64 put_file(struct sk_file *f, u64 off, struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	if (SK_TYPED)
		put_inode(f, sk_cast(inode, inode, true), true);
	else
		put_inode(f, inode, false);
	off = sk_walk_into(&f->e, off, &file->f_path, &f->path_len, SK_PATH_TRUNCATED);
	f->e.flags |= SK_KERNEL_PATH;
	return off;
}

/* Adds a path of the caller's, after the folder it is relative to when that is not the working directory. */
static __always_inline u64 put_base(struct sk_file *f, u64 off, u32 fd, u16 *length, u8 bit)
{
	struct file *file;

	if ((s32)fd == AT_FDCWD)
		return off;
	file = sk_file(fd);
	if (!file)
		return off;
	f->has_base |= bit;
	return sk_walk_into(&f->e, off, &file->f_path, length, SK_PATH_TRUNCATED);
}

#endif
