/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Asks the watch list about a path; see watch.h for how it works. */
#ifndef SHRIKE_FILE_WATCH_H
#define SHRIKE_FILE_WATCH_H

#include "sensor.h"
#include "watch.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct dentry___inline { unsigned char d_iname[32]; };	/* up to 6.13 */
union shortname_store { unsigned char string[40]; };
struct dentry___shortname { union shortname_store d_shortname; };
#pragma clang attribute pop

/*
 * Casting a pointer to a kernel type lets a program read through it with plain loads (6.2 and later); a call of bpf_probe_read_kernel costs ten
 * times as much. Both ways are written down once: every function takes `typed`, a constant at load time.
 */
extern void *bpf_rdonly_cast(const void *object, u32 type) __ksym __weak;
enum special_kfunc_type { KF_bpf_rdonly_cast = 0x7fff };
#define SK_TYPED bpf_core_enum_value_exists(enum special_kfunc_type, KF_bpf_rdonly_cast)

#define sk_cast(type, pointer, typed)                                                              \
	((typed) ? (struct type *)bpf_rdonly_cast((pointer), bpf_core_type_id_kernel(struct type)) : (struct type *)(pointer))
#define sk_get(typed, pointer, field) ((typed) ? (pointer)->field : BPF_CORE_READ(pointer, field))

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sk_watch);
} sk_watch_list SEC(".maps");

/* One name at a time; per CPU, tracepoints run with preemption off. */
struct sk_watch_name { u8 bytes[256]; };
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

static __always_inline u32 sk_watch_step(struct sk_watch *watch, u32 state, u8 byte)
{
	u64 cell = ((u64)state << (watch->shift & 7)) + watch->class_of[byte];

	return watch->next[sk_mask(cell, SK_WATCH_CELLS - 1)];
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

/* Whether the path that ends in what brought the automaton to `state`, and goes on upwards from `dentry`, is watched. */
static __always_inline bool sk_watch_from(struct sk_watch *watch, u32 state, void *at, void *vfsmnt, bool typed)
{
	struct mount *mnt = sk_cast(mount, vfsmnt - bpf_core_field_offset(struct mount, mnt), typed);
	struct dentry *dentry = sk_cast(dentry, at, typed);
	struct dentry *root = sk_get(typed, mnt, mnt.mnt_root);
	struct sk_watch_name *name;
	u32 zero = 0, left = 0;
	int i;

	name = bpf_map_lookup_elem(&sk_watch_names, &zero);
	if (!name)
		return false;
	for (i = 0; i < SK_WATCH_STEPS; i++) {
		if (left == 0) {
			struct dentry *parent = sk_get(typed, dentry, d_parent);
			long n;

			if (dentry == root || dentry == parent) {
				struct mount *up = sk_get(typed, mnt, mnt_parent);

				if (dentry != root || up == mnt)
					return watch->accepts[sk_mask(state, SK_WATCH_BOUNDARIES - 1)];
				dentry = sk_get(typed, mnt, mnt_mountpoint);
				mnt = up;
				root = sk_get(typed, mnt, mnt.mnt_root);
				continue;
			}
			if (!sk_watch_may_matter(watch, state, dentry, typed)) {
				state = watch->otherwise[sk_mask(state, SK_WATCH_BOUNDARIES - 1)];
				if (!state)
					return false;
				dentry = parent;
				continue;
			}
			n = bpf_probe_read_kernel_str(name->bytes, sizeof(name->bytes), sk_get(typed, dentry, d_name.name));
			if (n <= 1)
				return false;
			left = n - 1;
		}
		left = sk_mask(left - 1, 255);
		state = sk_watch_step(watch, state, name->bytes[left]);
		if (!state)
			return false;
		if (left == 0) {
			state = sk_watch_step(watch, state, '/');
			if (!state)
				return false;
			dentry = sk_get(typed, dentry, d_parent);
		}
	}
	return true;
}

/* Whether an open file's path is watched. */
static __always_inline bool sk_watch_file(struct sk_watch *watch, struct file *file, bool typed)
{
	return sk_watch_from(watch, watch->start, sk_get(typed, file, f_path.dentry), sk_get(typed, file, f_path.mnt), typed);
}

#endif
