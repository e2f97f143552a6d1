/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* What counts as a file of a file system. */
#ifndef SHRIKE_FILE_KIND_H
#define SHRIKE_FILE_KIND_H

#include "file_watch.h"

#define S_IFMT 0170000
#define S_IFREG 0100000
#define S_IFDIR 0040000
#define MNT_INTERNAL 0x4000

/* File systems whose files are the kernel's or a driver's state. */
static __always_inline bool is_pseudo(unsigned long magic)
{
	switch (magic) {
	case 0x9fa0:		/* proc */
	case 0x62656572:	/* sysfs */
	case 0x27e0eb:		/* cgroup */
	case 0x63677270:	/* cgroup2 */
	case 0x74726163:	/* tracefs */
	case 0x64626720:	/* debugfs */
	case 0xcafe4a11:	/* bpf */
	case 0x73636673:	/* securityfs */
	case 0x62656570:	/* configfs */
	case 0xf97cff8c:	/* selinuxfs */
	case 0x1cd1:		/* devpts */
	case 0x50495045:	/* pipefs */
	case 0x534f434b:	/* sockfs */
	case 0x09041934:	/* anon_inodefs */
	case 0x6e736673:	/* nsfs */
	case 0x50494446:	/* pidfs */
		return true;
	}
	return false;
}

/* Not a file that a file system keeps under a name: memfd, pipe, socket, device, or the kernel's state. */
static __always_inline bool is_uninteresting(struct file *file, struct inode *inode, u16 mode, bool typed)
{
	struct super_block *sb;
	struct vfsmount *mnt;

	if ((mode & S_IFMT) != S_IFREG)
		return true;
	sb = sk_get(typed, inode, i_sb);
	if (is_pseudo(sk_get(typed, sb, s_magic)))
		return true;
	mnt = sk_get(typed, file, f_path.mnt);
	return sk_get(typed, mnt, mnt_flags) & MNT_INTERNAL;
}

#endif
