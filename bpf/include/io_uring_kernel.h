/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The parts of io_uring's own types that the programs read; see kernel.h. What an operation was asked to do is in a structure of its own, which
 * begins where struct io_kiocb does, in every kernel so far (a union up to 5.19, struct io_cmd_data since).
 */
#ifndef SHRIKE_IO_URING_KERNEL_H
#define SHRIKE_IO_URING_KERNEL_H

#include "kernel.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct filename { const char *name; };
struct open_how { u64 flags, mode; };
struct io_cqe { u64 user_data; s32 res; u32 flags; int fd; };
struct io_uring_cqe { u64 user_data; s32 res; u32 flags; };
struct io_ring_ctx { unsigned int flags; };
struct io_kiocb { struct file *file; u8 opcode; struct io_cqe cqe; struct io_ring_ctx *ctx; void *async_data; };
struct io_kiocb___5_15 { u64 user_data; unsigned int flags; };
struct io_kiocb___flags_32 { unsigned int flags; };
struct io_kiocb___flags_64 { u64 flags; };

struct io_open { int dfd; u32 file_slot; struct filename *filename; struct open_how how; };
struct io_rename { int old_dfd, new_dfd; struct filename *oldpath, *newpath; int flags; };
struct io_unlink { int dfd, flags; struct filename *filename; };
struct io_mkdir { int dfd; umode_t mode; struct filename *filename; };
struct io_link { int old_dfd, new_dfd; struct filename *oldpath, *newpath; int flags; };
struct io_hardlink { int old_dfd, new_dfd; struct filename *oldpath, *newpath; int flags; };	/* 5.15 */
struct io_symlink { int new_dfd; struct filename *oldpath, *newpath; };				/* 5.15 */
struct xattr_name { char name[256]; };
struct kernel_xattr_ctx { struct xattr_name *kname; unsigned int flags; };
struct kernel_xattr_ctx___flat { char *kname; };
struct io_xattr { struct kernel_xattr_ctx ctx; struct filename *filename; };
struct io_ftrunc { loff_t len; };
struct io_connect { void *addr; int addr_len; };
struct io_accept { int flags, iou_flags; u32 file_slot; };
struct io_socket { int domain, type, protocol, flags; u32 file_slot; };
struct io_listen { int backlog; };
struct io_sr_msg { int len; unsigned int msg_flags; };
struct io_uring_cmd { u32 cmd_op; };
struct sockaddr_in_kernel { u8 bytes[112]; };
struct io_async_msghdr { struct sockaddr_in_kernel addr; };

struct trace_event_raw_io_uring_complete { void *req; };
struct trace_event_raw_io_uring_submit_sqe { void *req; };
#pragma clang attribute pop

/* Their arguments differ from kernel to kernel: a type that matches says which. */
typedef void (*btf_trace_io_uring_complete)(void *, struct io_ring_ctx *, void *, struct io_uring_cqe *);
typedef void (*btf_trace_io_uring_submit_sqe)(void *, struct io_kiocb *, bool);

enum {
	IORING_OP_SENDMSG = 9,
	IORING_OP_RECVMSG = 10,
	IORING_OP_ACCEPT = 13,
	IORING_OP_CONNECT = 16,
	IORING_OP_OPENAT = 18,
	IORING_OP_SEND = 26,
	IORING_OP_RECV = 27,
	IORING_OP_OPENAT2 = 28,
	IORING_OP_RENAMEAT = 35,
	IORING_OP_UNLINKAT = 36,
	IORING_OP_MKDIRAT = 37,
	IORING_OP_SYMLINKAT = 38,
	IORING_OP_LINKAT = 39,
	IORING_OP_FSETXATTR = 41,
	IORING_OP_SETXATTR = 42,
	IORING_OP_SOCKET = 45,
	IORING_OP_URING_CMD = 46,
	IORING_OP_SEND_ZC = 47,
	IORING_OP_SENDMSG_ZC = 48,
	IORING_OP_FIXED_FD_INSTALL = 54,
	IORING_OP_FTRUNCATE = 55,
	IORING_OP_BIND = 56,
	IORING_OP_LISTEN = 57,
	IORING_OP_RECV_ZC = 58,
};

#define IORING_SETUP_SQPOLL 2
#define IORING_CQE_F_MORE 2
#define IORING_ACCEPT_MULTISHOT 1
#define REQ_F_FIXED_FILE 1

#endif
