/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The watch list as the kernel reads it: one automaton for all globs, made by native/sensor/watch.cc and walked by file_watch.h.
 *
 * It reads a path from its last byte to its first, because a path's end tells most and is what a dentry begins with. Between two names it
 * is in a boundary state. `quick` says for each of those which names can matter at all: a Bloom filter of 256 bits over (length, first byte,
 * second byte) of the names that lead anywhere else than `otherwise`. So an ordinary path costs one look at each name's length and first
 * two bytes, which lie in the dentry that its opening has just touched, and names are only read where they may match.
 */
#ifndef SHRIKE_WATCH_H
#define SHRIKE_WATCH_H

#ifdef __BPF__
#include <linux/types.h>
#else
#include "event.h"
#endif

#define SK_WATCH_CELLS (1 << 18)
/* In `next`: the state, and whether whatever else the name has makes no difference. */
#define SK_WATCH_STATE 0x7fff
#define SK_WATCH_SKIP 0x8000
#define SK_WATCH_BOUNDARIES 1024
/* Longer names are not always kept in the dentry itself: they are read and go through the automaton. */
#define SK_WATCH_SHORT 31
/* Bytes and names looked at in one path; past that the answer is "yes". */
#define SK_WATCH_STEPS 400

struct sk_watch {
	__u32 active;		/* 0: nothing is watched */
	__u32 shift;		/* log2 of the cells in a row of `next` */
	__u32 start;		/* a boundary state, as all from 1 on below SK_WATCH_BOUNDARIES that exist; 0 is the dead state */
	__u32 slash;		/* class of '/' */
	__u8 class_of[256];
	__u64 quick[SK_WATCH_BOUNDARIES * 4];
	__u16 otherwise[SK_WATCH_BOUNDARIES];
	__u8 accepts[SK_WATCH_BOUNDARIES];	/* when the root is reached in it */
	__u16 next[SK_WATCH_CELLS];	/* [state << shift | class], with SK_WATCH_SKIP */
};

/* Which of the 256 bits a name is; `second` is 0 in a name of one byte. */
#define sk_watch_key(length, first, second) (((length) * 37u + (first) * 7u + (second) * 101u) & 255)

#endif
