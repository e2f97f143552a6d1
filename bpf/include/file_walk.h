/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Walks into this processor's scratch memory, several in one record. */
#ifndef SHRIKE_FILE_WALK_H
#define SHRIKE_FILE_WALK_H

#include "typed.h"

/* sk_walk_to with plain loads: files are opened so often that it shows. */
static __always_inline u32 sk_walk_quickly(struct sk_scratch *scratch, u64 off, void *dentry_at, void *vfsmnt)
{
	struct mount *mnt = sk_cast(mount, vfsmnt - bpf_core_field_offset(struct mount, mnt), true);
	struct dentry *dentry = sk_cast(dentry, dentry_at, true), *root = mnt->mnt.mnt_root;
	volatile u16 *used = &scratch->walked;
	int depth;

	*used = 0;
	for (depth = 0; depth < SK_PATH_DEPTH; depth++) {
		struct dentry *parent = dentry->d_parent;
		long n;
		u64 at;

		if (dentry == root) {
			struct mount *up = mnt->mnt_parent;

			if (up == mnt)
				return *used;
			dentry = mnt->mnt_mountpoint;
			mnt = up;
			root = mnt->mnt.mnt_root;
			continue;
		}
		at = sk_clamp(*used, SK_PATH_MAX);
		n = bpf_probe_read_kernel_str(scratch->bytes + off + at, SK_NAME_MAX, dentry->d_name.name);
		if (n <= 0 || at + n > SK_PATH_MAX)
			break;
		*used = at + n;
		if (dentry == parent)
			return *used;
		dentry = parent;
	}
	return *used | SK_WALK_CUT;
}

/* A function of its own, as sk_walk_scratch. */
__weak __noinline int sk_walk_at(u64 off, u64 dentry, u64 vfsmnt)
{
	u32 zero = 0;
	struct sk_scratch *scratch;

	if (!SK_TYPED)
		return sk_walk_scratch(off, dentry, vfsmnt);
	scratch = bpf_map_lookup_elem(&sk_scratches, &zero);
	if (!scratch)
		return SK_WALK_CUT;
	return sk_walk_quickly(scratch, sk_clamp(off, SK_WALK_OFFSET_MAX), (void *)dentry, (void *)vfsmnt);
}

/* Walks to scratch at `off`, sets `truncated` in the header where it must, and returns the offset after it. */
static __always_inline u64 sk_walk_into(struct sk_event *e, u64 off, const struct path *path, u16 *length, u16 truncated)
{
	u32 walked = sk_walk_at(off, (u64)BPF_CORE_READ(path, dentry), (u64)BPF_CORE_READ(path, mnt));

	*length = walked;
	if (walked & SK_WALK_CUT)
		e->flags |= truncated;
	return off + (walked & 0xffff);
}

#endif
