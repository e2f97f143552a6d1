// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Work that goes through io_uring, which no system call of its own shows: rings as they are set up, requests that open, change, connect, send,
 * as they are submitted and as they complete. Names and addresses are the kernel's own copies; the addon puts submission and completion
 * together. The threads that work for a ring (io-wq, SQPOLL) are threads of the process that made it, and so is what they do.
 */
#include "file_kind.h"
#include "file_walk.h"
#include "io_uring_event.h"
#include "io_uring_request.h"

/* Requests that were reported and have not completed: the rest pass by. */
struct request { u64 ring, key; };
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct request);
	__type(value, u64);
} sk_ring_requests SEC(".maps");

static __always_inline struct sk_io_uring *begin(u8 phase, u16 type)
{
	struct sk_io_uring *r = sk_scratch(type);

	if (!r)
		return NULL;
	__builtin_memset(r, 0, sizeof(*r));
	sk_header(&r->e, type, 0);
	r->e.flags = SK_IO_URING_TASK;
	r->phase = phase;
	r->fd = -1;
	return r;
}

static __always_inline bool by_agent(void)
{
	return bpf_get_current_pid_tgid() >> 32 == sk_self_pid;
}

SEC("tp_btf/io_uring_create")
int BPF_PROG(ring_created, int fd, void *ring, u32 entries, u32 cq_entries, u32 flags)
{
	struct sk_io_uring *r;

	if (by_agent())
		return 0;
	r = begin(SK_RING_SETUP, SK_IO_URING);
	if (!r)
		return 0;
	r->ring = (u64)ring;
	r->fd = fd;
	r->seen = SK_RING_FD;
	r->flags = flags;
	r->mode = entries;
	sk_output(r, SK_IO_URING, sizeof(*r));
	return 0;
}

static __always_inline u64 user_data_of(struct io_kiocb *request)
{
	if (bpf_core_field_exists(request->cqe))
		return BPF_CORE_READ(request, cqe.user_data);
	return BPF_CORE_READ((struct io_kiocb___5_15 *)request, user_data);
}

static __always_inline int submitted(struct io_kiocb *request)
{
	u8 opcode = BPF_CORE_READ(request, opcode);
	struct io_ring_ctx *ring;
	struct request key = {};
	struct fs_struct *fs;
	struct sk_io_uring *r;
	u64 off = sizeof(*r), now;
	bool fixed;
	s32 fd = -1;

	if (!is_reported(opcode) || by_agent())
		return 0;
	ring = BPF_CORE_READ(request, ctx);
	if (bpf_core_field_size(((struct io_kiocb___flags_64 *)0)->flags) == 8)
		fixed = BPF_CORE_READ((struct io_kiocb___flags_64 *)request, flags) & REQ_F_FIXED_FILE;
	else
		fixed = BPF_CORE_READ((struct io_kiocb___flags_32 *)request, flags) & REQ_F_FIXED_FILE;
	if (has_descriptor(opcode) && bpf_core_field_exists(request->cqe.fd))
		fd = BPF_CORE_READ(request, cqe.fd);
	if (is_traffic(opcode) && is_known_traffic((u64)ring, request, fixed ? -1 : fd, opcode)) {
		sk_count(SK_IO_URING, SK_FILTERED);
		return 0;
	}
	r = begin(SK_RING_SUBMIT, SK_IO_URING);
	if (!r)
		return 0;
	r->opcode = opcode;
	r->ring = (u64)ring;
	r->request = (u64)request;
	r->user_data = user_data_of(request);
	if (fd >= 0) {
		r->fd = fd;
		r->seen |= SK_RING_FD;
	}
	if (fixed)
		r->seen |= SK_RING_FIXED;
	if (BPF_CORE_READ(ring, flags) & IORING_SETUP_SQPOLL)
		r->seen |= SK_RING_SQPOLL;

	now = r->e.ktime;
	key.ring = (u64)ring;
	if (bpf_core_field_exists(((struct trace_event_raw_io_uring_complete *)0)->req))
		key.key = (u64)request;
	else
		key.key = r->user_data;
	bpf_map_update_elem(&sk_ring_requests, &key, &now, BPF_ANY);

	fs = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), fs);
	off = sk_walk_into(&r->e, off, &fs->root, &r->root_len, SK_CWD_TRUNCATED);
	off = sk_walk_into(&r->e, off, &fs->pwd, &r->cwd_len, SK_CWD_TRUNCATED);
	off = put_operation(r, off, request);
	/* Of a request that goes on for ever only the first completion has the request's address. */
	if (r->seen & SK_RING_MORE) {
		key.key = r->user_data;
		bpf_map_update_elem(&sk_ring_requests, &key, &now, BPF_ANY);
	}
	sk_output(r, SK_IO_URING, off);
	return 0;
}

/* 6.4 and later */
SEC("?tp_btf/io_uring_submit_req")
int BPF_PROG(request_submitted, struct io_kiocb *request)
{
	return submitted(request);
}

/* The request came first from 6.0 on, second from 5.13 on and in the stable kernels that took io_uring over from 5.15; before, there was none. */
SEC("?tp_btf/io_uring_submit_sqe")
int sqe_submitted(u64 *ctx)
{
	if (bpf_core_type_matches(btf_trace_io_uring_submit_sqe))
		return submitted((void *)ctx[0]);
	if (bpf_core_field_exists(((struct trace_event_raw_io_uring_submit_sqe *)0)->req))
		return submitted((void *)ctx[1]);
	return 0;
}

static __always_inline int completed(u64 ring, u64 request, u64 user_data, s32 result, u32 flags)
{
	struct request key = { .ring = ring, .key = request ? request : user_data };
	struct sk_io_uring *r;
	u64 off = sizeof(*r);
	u8 opcode = 0;
	bool known;

	known = bpf_map_lookup_elem(&sk_ring_requests, &key);
	if (!known)
		return 0;
	if (!(flags & IORING_CQE_F_MORE))
		bpf_map_delete_elem(&sk_ring_requests, &key);
	r = begin(SK_RING_COMPLETE, SK_IO_URING_DONE);
	if (!r)
		return 0;
	r->ring = ring;
	r->request = request;
	r->user_data = user_data;
	r->result = result;
	if (flags & IORING_CQE_F_MORE)
		r->seen |= SK_RING_MORE;
	if (request)
		opcode = BPF_CORE_READ((struct io_kiocb *)request, opcode);
	r->opcode = opcode;
	/* Without the request's address the addon knows what was opened; then any descriptor is looked at, and it takes what it needs. */
	if (result >= 0 && (!request || opcode == IORING_OP_OPENAT || opcode == IORING_OP_OPENAT2)) {
		struct file *file = sk_file(result);

		if (file) {
			struct inode *inode = BPF_CORE_READ(file, f_inode);

			r->inode = BPF_CORE_READ(inode, i_ino);
			r->dev = BPF_CORE_READ(inode, i_sb, s_dev);
			r->size = BPF_CORE_READ(inode, i_size);
			r->mode = BPF_CORE_READ(inode, i_mode);
			r->flags = BPF_CORE_READ(file, f_mode);
			bpf_probe_read_kernel_str(r->fstype, sizeof(r->fstype), BPF_CORE_READ(inode, i_sb, s_type, name));
			if (is_uninteresting(file, inode, r->mode, false))
				r->seen |= SK_RING_DEVICE;
			r->seen |= SK_RING_FILE;
			off = sk_walk_into(&r->e, off, &file->f_path, &r->path_len, SK_PATH_TRUNCATED);
		}
	}
	sk_output(r, SK_IO_URING_DONE, off);
	return 0;
}

SEC("tp_btf/io_uring_complete")
int request_completed(u64 *ctx)
{
	if (bpf_core_type_matches(btf_trace_io_uring_complete)) {
		struct io_uring_cqe *cqe = (void *)ctx[2];

		return completed(ctx[0], ctx[1], BPF_CORE_READ(cqe, user_data), BPF_CORE_READ(cqe, res), BPF_CORE_READ(cqe, flags));
	}
	if (bpf_core_field_exists(((struct trace_event_raw_io_uring_complete *)0)->req))
		return completed(ctx[0], ctx[1], ctx[2], ctx[3], ctx[4]);
	return completed(ctx[0], 0, ctx[1], ctx[2], ctx[3]);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
