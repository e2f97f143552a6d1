/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* What a request asks for, read from the kernel's own copy of it. */
#ifndef SHRIKE_IO_URING_REQUEST_H
#define SHRIKE_IO_URING_REQUEST_H

#include "file_walk.h"
#include "io_uring_event.h"
#include "io_uring_kernel.h"

#define AT_FDCWD -100

/* Files that were sent to or received from through a ring: once each is news. */
struct traffic { u64 ring, file; u32 receives, pad; };
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct traffic);
	__type(value, u8);
} sk_ring_traffic SEC(".maps");

static __always_inline u64 put_base(struct sk_io_uring *r, u64 off, int fd, u16 *length, u16 bit)
{
	struct file *file;

	if (fd == AT_FDCWD)
		return off;
	file = sk_file(fd);
	if (!file)
		return off;
	r->seen |= bit;
	return sk_walk_into(&r->e, off, &file->f_path, length, SK_PATH_TRUNCATED);
}

static __always_inline u64 put_name(struct sk_io_uring *r, u64 off, struct filename *name, u16 *length)
{
	*length = sk_string(r, off, SK_PATH_MAX, BPF_CORE_READ(name, name), kernel);
	return off + *length;
}

static __always_inline u64 put_path(struct sk_io_uring *r, u64 off, int folder, struct filename *name)
{
	off = put_base(r, off, folder, &r->base_len, SK_RING_BASE);
	return put_name(r, off, name, &r->path_len);
}

static __always_inline u64 put_dest(struct sk_io_uring *r, u64 off, int folder, struct filename *name)
{
	off = put_base(r, off, folder, &r->dest_base_len, SK_RING_DEST_BASE);
	return put_name(r, off, name, &r->dest_len);
}

static __always_inline u64 put_attribute(struct sk_io_uring *r, u64 off, struct io_xattr *x)
{
	r->flags = BPF_CORE_READ(x, ctx.flags);
	r->name_len = sk_string(r, off, SK_NAME_MAX, (void *)BPF_CORE_READ(x, ctx.kname), kernel);
	return off + r->name_len;
}

static __always_inline void put_address(struct sk_io_uring *r, void *address, u32 length)
{
	r->address_len = length < sizeof(r->address) ? length : sizeof(r->address);
	bpf_probe_read_user(r->address, sk_clamp(r->address_len, sizeof(r->address)), address);
	r->family = *(u16 *)r->address;
}

/* What kinds of requests are reported at all. */
static __always_inline bool is_reported(u8 opcode)
{
	switch (opcode) {
	case IORING_OP_SENDMSG:
	case IORING_OP_RECVMSG:
	case IORING_OP_ACCEPT:
	case IORING_OP_CONNECT:
	case IORING_OP_OPENAT:
	case IORING_OP_SEND:
	case IORING_OP_RECV:
	case IORING_OP_OPENAT2:
	case IORING_OP_RENAMEAT:
	case IORING_OP_UNLINKAT:
	case IORING_OP_MKDIRAT:
	case IORING_OP_SYMLINKAT:
	case IORING_OP_LINKAT:
	case IORING_OP_FSETXATTR:
	case IORING_OP_SETXATTR:
	case IORING_OP_SOCKET:
	case IORING_OP_URING_CMD:
	case IORING_OP_SEND_ZC:
	case IORING_OP_SENDMSG_ZC:
	case IORING_OP_FIXED_FD_INSTALL:
	case IORING_OP_FTRUNCATE:
	case IORING_OP_BIND:
	case IORING_OP_LISTEN:
	case IORING_OP_RECV_ZC:
		return true;
	}
	return false;
}

static __always_inline bool is_traffic(u8 opcode)
{
	return opcode == IORING_OP_SENDMSG || opcode == IORING_OP_RECVMSG || opcode == IORING_OP_SEND || opcode == IORING_OP_RECV ||
	       opcode == IORING_OP_SEND_ZC || opcode == IORING_OP_SENDMSG_ZC || opcode == IORING_OP_RECV_ZC;
}

/* Whether this file has been sent to, or received from, through this ring before. */
static __always_inline bool is_known_traffic(u64 ring, struct io_kiocb *request, s32 fd, u8 opcode)
{
	struct traffic key = { .ring = ring };
	u8 one = 1;

	key.receives = opcode == IORING_OP_RECV || opcode == IORING_OP_RECVMSG || opcode == IORING_OP_RECV_ZC;
	key.file = fd >= 0 ? (u64)sk_file(fd) : (u64)BPF_CORE_READ(request, file);
	if (bpf_map_lookup_elem(&sk_ring_traffic, &key))
		return true;
	bpf_map_update_elem(&sk_ring_traffic, &key, &one, BPF_ANY);
	return false;
}

static __always_inline u64 put_operation(struct sk_io_uring *r, u64 off, struct io_kiocb *request)
{
	switch (r->opcode) {
	case IORING_OP_OPENAT:
	case IORING_OP_OPENAT2: {
		struct io_open *o = (void *)request;

		r->flags = BPF_CORE_READ(o, how.flags);
		r->mode = BPF_CORE_READ(o, how.mode);
		if (bpf_core_field_exists(o->file_slot) && BPF_CORE_READ(o, file_slot))
			r->seen |= SK_RING_DIRECT;
		return put_path(r, off, BPF_CORE_READ(o, dfd), BPF_CORE_READ(o, filename));
	}
	case IORING_OP_RENAMEAT: {
		struct io_rename *o = (void *)request;

		if (!bpf_core_type_exists(struct io_rename))
			return off;
		r->flags = (u32)BPF_CORE_READ(o, flags);
		off = put_path(r, off, BPF_CORE_READ(o, old_dfd), BPF_CORE_READ(o, oldpath));
		return put_dest(r, off, BPF_CORE_READ(o, new_dfd), BPF_CORE_READ(o, newpath));
	}
	case IORING_OP_UNLINKAT: {
		struct io_unlink *o = (void *)request;

		if (!bpf_core_type_exists(struct io_unlink))
			return off;
		r->flags = (u32)BPF_CORE_READ(o, flags);
		return put_path(r, off, BPF_CORE_READ(o, dfd), BPF_CORE_READ(o, filename));
	}
	case IORING_OP_MKDIRAT: {
		struct io_mkdir *o = (void *)request;

		if (!bpf_core_type_exists(struct io_mkdir))
			return off;
		r->mode = BPF_CORE_READ(o, mode);
		return put_path(r, off, BPF_CORE_READ(o, dfd), BPF_CORE_READ(o, filename));
	}
	case IORING_OP_LINKAT:
		if (bpf_core_type_exists(struct io_link)) {
			struct io_link *o = (void *)request;

			r->flags = (u32)BPF_CORE_READ(o, flags);
			off = put_path(r, off, BPF_CORE_READ(o, old_dfd), BPF_CORE_READ(o, oldpath));
			return put_dest(r, off, BPF_CORE_READ(o, new_dfd), BPF_CORE_READ(o, newpath));
		}
		if (bpf_core_type_exists(struct io_hardlink)) {
			struct io_hardlink *o = (void *)request;

			r->flags = (u32)BPF_CORE_READ(o, flags);
			off = put_path(r, off, BPF_CORE_READ(o, old_dfd), BPF_CORE_READ(o, oldpath));
			return put_dest(r, off, BPF_CORE_READ(o, new_dfd), BPF_CORE_READ(o, newpath));
		}
		return off;
	case IORING_OP_SYMLINKAT:
		if (bpf_core_type_exists(struct io_link)) {
			struct io_link *o = (void *)request;

			off = put_path(r, off, BPF_CORE_READ(o, new_dfd), BPF_CORE_READ(o, newpath));
			return put_name(r, off, BPF_CORE_READ(o, oldpath), &r->dest_len);
		}
		if (bpf_core_type_exists(struct io_symlink)) {
			struct io_symlink *o = (void *)request;

			off = put_path(r, off, BPF_CORE_READ(o, new_dfd), BPF_CORE_READ(o, newpath));
			return put_name(r, off, BPF_CORE_READ(o, oldpath), &r->dest_len);
		}
		return off;
	case IORING_OP_SETXATTR:
	case IORING_OP_FSETXATTR: {
		struct io_xattr *o = (void *)request;

		if (!bpf_core_type_exists(struct io_xattr))
			return off;
		if (r->opcode == IORING_OP_SETXATTR)
			off = put_path(r, off, AT_FDCWD, BPF_CORE_READ(o, filename));
		return put_attribute(r, off, o);
	}
	case IORING_OP_FTRUNCATE:
		if (bpf_core_type_exists(struct io_ftrunc))
			r->size = BPF_CORE_READ((struct io_ftrunc *)request, len);
		return off;
	case IORING_OP_CONNECT: {
		struct io_connect *o = (void *)request;

		put_address(r, BPF_CORE_READ(o, addr), BPF_CORE_READ(o, addr_len));
		return off;
	}
	case IORING_OP_BIND: {
		struct io_async_msghdr *m = BPF_CORE_READ(request, async_data);

		/* The address was copied when the request was made ready. */
		if (m && bpf_core_field_exists(m->addr)) {
			r->address_len = 28;
			bpf_probe_read_kernel(r->address, sizeof(r->address), (void *)m + bpf_core_field_offset(struct io_async_msghdr, addr));
			r->family = *(u16 *)r->address;
			if (r->family == 1)
				r->address_len = 110;
		}
		return off;
	}
	case IORING_OP_SOCKET: {
		struct io_socket *o = (void *)request;

		if (!bpf_core_type_exists(struct io_socket))
			return off;
		r->family = BPF_CORE_READ(o, domain);
		r->socket_type = BPF_CORE_READ(o, type);
		if (BPF_CORE_READ(o, file_slot))
			r->seen |= SK_RING_DIRECT;
		return off;
	}
	case IORING_OP_ACCEPT: {
		struct io_accept *o = (void *)request;

		r->flags = (u32)BPF_CORE_READ(o, flags);
		if (bpf_core_field_exists(o->iou_flags) && BPF_CORE_READ(o, iou_flags) & IORING_ACCEPT_MULTISHOT)
			r->seen |= SK_RING_MORE;
		if (bpf_core_field_exists(o->file_slot) && BPF_CORE_READ(o, file_slot))
			r->seen |= SK_RING_DIRECT;
		return off;
	}
	case IORING_OP_LISTEN:
		if (bpf_core_type_exists(struct io_listen))
			r->size = BPF_CORE_READ((struct io_listen *)request, backlog);
		return off;
	case IORING_OP_URING_CMD:
		if (bpf_core_type_exists(struct io_uring_cmd))
			r->flags = BPF_CORE_READ((struct io_uring_cmd *)request, cmd_op);
		return off;
	case IORING_OP_SEND:
	case IORING_OP_RECV:
	case IORING_OP_SEND_ZC: {
		struct io_sr_msg *o = (void *)request;

		r->size = BPF_CORE_READ(o, len);
		r->flags = BPF_CORE_READ(o, msg_flags);
		return off;
	}
	}
	return off;
}

/* Operations that name their file by path have no descriptor. */
static __always_inline bool has_descriptor(u8 opcode)
{
	return !(opcode == IORING_OP_OPENAT || opcode == IORING_OP_OPENAT2 || (opcode >= IORING_OP_RENAMEAT && opcode <= IORING_OP_LINKAT) ||
		 opcode == IORING_OP_SETXATTR || opcode == IORING_OP_SOCKET);
}

#endif
