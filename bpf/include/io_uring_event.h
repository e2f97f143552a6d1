/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The wire format of io_uring_events; see event.h. */
#ifndef SHRIKE_IO_URING_EVENT_H
#define SHRIKE_IO_URING_EVENT_H

#include "event.h"

enum sk_ring_phase { SK_RING_SETUP = 1, SK_RING_SUBMIT = 2, SK_RING_COMPLETE = 3 };

/* sk_io_uring.seen: what the rest knows */
enum {
	SK_RING_BASE = 1 << 0,		/* path is relative to base, not to cwd */
	SK_RING_DEST_BASE = 1 << 1,
	SK_RING_FD = 1 << 2,
	SK_RING_FIXED = 1 << 3,		/* the descriptor is a place in the ring's own table */
	SK_RING_FILE = 1 << 4,		/* inode, dev, size, mode and path (walked) are those of the opened file */
	SK_RING_DEVICE = 1 << 5,	/* which is not a file of a file system: see is_uninteresting() */
	SK_RING_MORE = 1 << 6,		/* the request goes on and will complete again */
	SK_RING_SQPOLL = 1 << 7,	/* a kernel thread took it from the queue */
	SK_RING_DIRECT = 1 << 8,	/* the opened file went into the ring's own table */
};

/*
 * SK_IO_URING. Three kinds of record: a ring is set up; a request is submitted; it is completed. The last two are put together by `request` and
 * `user_data`; the header of the completion is of whoever ran it. data: root, cwd, base (walked), path (string, or walked with SK_RING_FILE),
 * dest_base (walked), dest, name (of an extended attribute).
 */
struct sk_io_uring {
	struct sk_event e;
	__u64 request;		/* its address, 0 where the kernel does not tell */
	__u64 ring;
	__u64 user_data;
	__u64 inode;
	__s64 size;		/* of the file; truncate: the length; send and receive: bytes asked for */
	__u64 flags;		/* of the operation; setup: IORING_SETUP_* */
	__u32 dev;
	__u32 mode;		/* setup: entries of the queue */
	__s32 fd;
	__s32 result;
	__u32 family;		/* socket: of it, else of `address` */
	__u32 socket_type;
	__u16 seen;
	__u8 opcode;
	__u8 phase;		/* enum sk_ring_phase */
	__u16 address_len;
	__u16 root_len;
	__u16 cwd_len;
	__u16 base_len;
	__u16 path_len;
	__u16 dest_base_len;
	__u16 dest_len;
	__u16 name_len;
	__u16 pad[2];
	__u8 address[112];	/* struct sockaddr as the caller gave it */
	char fstype[16];
};

#ifndef __BPF__
static_assert(sizeof(struct sk_io_uring) == 304, "layout");
#endif

#endif
