/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Asks the watch list about a path; see watch.h for how it works. */
#ifndef SHRIKE_FILE_WATCH_H
#define SHRIKE_FILE_WATCH_H

#include "typed.h"
#include "watch.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct dentry___inline { unsigned char d_iname[32]; };	/* up to 6.13 */
union shortname_store { unsigned char string[40]; };
struct dentry___shortname { union shortname_store d_shortname; };
#pragma clang attribute pop

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sk_watch);
} sk_watch_list SEC(".maps");

/*
 * Where a walk is in a name. In a map because what is read back from there has no value that the verifier could follow: every turn of the loop
 * looks the same to it. Per CPU, tracepoints run with preemption off.
 */
struct sk_watch_name {
	void *dentry, *vfsmnt;	/* where it begins */
	const unsigned char *name;
	u64 bytes;		/* the next of them on top */
	u32 left;		/* bytes of the name still to come; 0 between names */
	u32 have;		/* of those, how many are in `bytes`, modulo 8 */
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sk_watch_name);
} sk_watch_names SEC(".maps");

/* Keeps an index in bounds. Unlike sk_clamp it leaves the verifier one case to follow, so that turns of a loop look alike to it. */
#define sk_mask(value, bits)                                                                       \
	({                                                                                         \
		u64 __m = (value);                                                                 \
		asm volatile("%[m] &= %[b]" : [m] "+r"(__m) : [b] "i"(bits));                      \
		__m;                                                                               \
	})

/* The list, or NULL when nothing is watched. */
static __always_inline struct sk_watch *sk_watch_get(void)
{
	u32 zero = 0;
	struct sk_watch *watch = bpf_map_lookup_elem(&sk_watch_list, &zero);

	return watch && watch->active ? watch : NULL;
}

/* The state after a byte, with SK_WATCH_SKIP. */
static __always_inline u32 sk_watch_step(struct sk_watch *watch, u32 state, u8 byte)
{
	u64 cell = ((u64)state << (watch->shift & 7)) + watch->class_of[byte];

	return watch->next[sk_mask(cell, SK_WATCH_CELLS - 1)];
}

/* The state at the next name. */
static __always_inline u32 sk_watch_slash(struct sk_watch *watch, u32 state)
{
	u64 cell = ((u64)state << (watch->shift & 7)) + watch->slash;

	return watch->next[sk_mask(cell, SK_WATCH_CELLS - 1)] & SK_WATCH_STATE;
}

static __always_inline bool sk_watch_may_matter(struct sk_watch *watch, u32 state, struct dentry *dentry, bool typed)
{
	u32 length = sk_get(typed, dentry, d_name.len), key;
	u8 first, second;

	if (length > SK_WATCH_SHORT)
		return true;
	if (bpf_core_field_exists(((struct dentry___shortname *)0)->d_shortname)) {
		struct dentry___shortname *with = (void *)dentry;

		first = sk_get(typed, with, d_shortname.string[0]);
		second = sk_get(typed, with, d_shortname.string[1]);
	} else {
		struct dentry___inline *with = (void *)dentry;

		first = sk_get(typed, with, d_iname[0]);
		second = sk_get(typed, with, d_iname[1]);
	}
	key = sk_watch_key(length, (u32)first, (u32)second);
	return watch->quick[sk_mask(state * 4 + (key >> 6), SK_WATCH_BOUNDARIES * 4 - 1)] >> (key & 63) & 1;
}

/*
 * The eight bytes before `end`, the last of them on top. They may begin before the name does: inside the dentry or the block that holds it.
 * With types this is one load; any structure will do that begins with a pointer.
 */
static __always_inline u64 sk_watch_bytes(const unsigned char *end, bool typed)
{
	u64 bytes = 0;

	if (typed)
		return (u64)sk_cast(path, end - 8, true)->mnt;
	bpf_probe_read_kernel(&bytes, sizeof(bytes), end - 8);
	return bytes;
}

static __always_inline bool sk_watch_walk(u32 state, bool typed)
{
	struct sk_watch *watch = sk_watch_get();
	volatile struct sk_watch_name *in;
	struct dentry *dentry, *root;
	u32 zero = 0, next;
	struct mount *mnt;
	int i;

	in = bpf_map_lookup_elem(&sk_watch_names, &zero);
	if (!in || !watch)
		return false;
	dentry = sk_cast(dentry, in->dentry, typed);
	mnt = sk_cast(mount, in->vfsmnt - bpf_core_field_offset(struct mount, mnt), typed);
	root = sk_get(typed, mnt, mnt.mnt_root);
	in->left = 0;
	for (i = 0; i < SK_WATCH_STEPS; i++) {
		if (in->left == 0) {
			struct dentry *parent = sk_get(typed, dentry, d_parent);

			if (dentry == root || dentry == parent) {
				struct mount *up = sk_get(typed, mnt, mnt_parent);

				if (dentry != root || up == mnt)
					return watch->accepts[sk_mask(state, SK_WATCH_BOUNDARIES - 1)];
				dentry = sk_get(typed, mnt, mnt_mountpoint);
				mnt = up;
				root = sk_get(typed, up, mnt.mnt_root);
				continue;
			}
			if (!sk_watch_may_matter(watch, state, dentry, typed)) {
				state = watch->otherwise[sk_mask(state, SK_WATCH_BOUNDARIES - 1)];
				if (!state)
					return false;
				dentry = parent;
				continue;
			}
			in->name = sk_get(typed, dentry, d_name.name);
			in->left = sk_get(typed, dentry, d_name.len);
			if (!in->left)
				return false;
			in->have = 0;
			in->bytes = sk_watch_bytes(in->name + in->left, typed);
		}
		next = sk_watch_step(watch, state, in->bytes >> 56);
		state = next & SK_WATCH_STATE;
		if (!state)
			return false;
		in->left--;
		if (in->left == 0 || next & SK_WATCH_SKIP) {
			in->left = 0;
			state = sk_watch_slash(watch, state);
			if (!state)
				return false;
			dentry = sk_get(typed, dentry, d_parent);
			continue;
		}
		in->have--;
		if (in->have & 7)
			in->bytes <<= 8;
		else
			in->bytes = sk_watch_bytes(in->name + in->left, typed);
	}
	return true;
}

/* A function of its own, that the verifier looks at once. Such functions take numbers only: the rest is in the map. */
__noinline int sk_watch_on(u32 state)
{
	return SK_TYPED ? sk_watch_walk(state, true) : sk_watch_walk(state, false);
}

/* Whether the path that ends in what brought the automaton to `state`, and goes on upwards from `dentry`, is watched. */
static __always_inline bool sk_watch_from(u32 state, void *dentry, void *vfsmnt)
{
	u32 zero = 0;
	struct sk_watch_name *in = bpf_map_lookup_elem(&sk_watch_names, &zero);

	if (!in)
		return false;
	in->dentry = dentry;
	in->vfsmnt = vfsmnt;
	return sk_watch_on(state);
}

/* Whether an open file's path is watched. */
static __always_inline bool sk_watch_file(struct sk_watch *watch, struct file *file, bool typed)
{
	return sk_watch_from(watch->start, sk_get(typed, file, f_path.dentry), sk_get(typed, file, f_path.mnt));
}

#endif
