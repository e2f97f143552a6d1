/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Several walks in one record, in a program that 5.10's verifier still takes. */
#ifndef SHRIKE_FILE_WALK_H
#define SHRIKE_FILE_WALK_H

#include "sensor.h"

/* What a walk found; in a map for the reason that sk_walk gives. */
struct sk_walked { u16 length, flags; };
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sk_walked);
} sk_walks SEC(".maps");

/*
 * Walks into scratch at `off` and returns the length, with bit 16 set when it was cut short. A function of its own, that the verifier looks at
 * once; it takes addresses as numbers because 5.10 allows nothing else.
 */
__noinline int sk_walk_at(u64 off, u64 dentry, u64 mnt)
{
	u32 zero = 0;
	struct sk_scratch *scratch = bpf_map_lookup_elem(&sk_scratches, &zero);
	struct sk_walked *walked = bpf_map_lookup_elem(&sk_walks, &zero);

	if (!scratch || !walked)
		return 0;
	walked->flags = 0;
	sk_walk(scratch, off, (void *)dentry, (void *)mnt, &walked->length, &walked->flags, 1);
	return walked->length | (walked->flags ? 1 << 16 : 0);
}

/* Walks to scratch at `off`, sets `truncated` in the header where it must, and returns the offset after it. */
static __always_inline u64 sk_walk_into(struct sk_event *e, u64 off, const struct path *path, u16 *length, u16 truncated)
{
	u64 n = sk_walk_at(off, (u64)BPF_CORE_READ(path, dentry), (u64)BPF_CORE_READ(path, mnt));

	*length = n & 0xffff;
	if (n >> 16 & 1)
		e->flags |= truncated;
	return off + (n & 0xffff);
}

#endif
