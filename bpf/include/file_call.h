/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Which argument of a system call on files is what; filled by native/sensor/file_calls.cc, read by file.bpf.c. */
#ifndef SHRIKE_FILE_CALL_H
#define SHRIKE_FILE_CALL_H

#include "event.h"

#define SK_NO_ARGUMENT 0xff

struct sk_file_call {
	__u8 op;		/* enum sk_file_op; SK_FILE_NONE: not one of these */
	__u8 path;		/* a path */
	__u8 base;		/* and the descriptor of the folder it is relative to */
	__u8 dest;		/* the same for the second path */
	__u8 dest_base;
	__u8 fd;		/* the file itself */
	__u8 flags;
	__u8 mode;		/* the mode of chmod, mkdir, mknod; the owner of chown, whose group comes next; the length of truncate */
	__u8 name;		/* of an extended attribute */
	__u8 empty_path;	/* 1: without a path it is about the descriptor itself (AT_EMPTY_PATH) */
	__u8 how;		/* 1: `flags` points to a struct open_how */
	__u8 pad[5];
};

#endif
