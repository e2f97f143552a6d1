// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Sockets made, bound, listened on, accepted and connected through io_uring, as the operations complete. They do so in the program's own task or
 * in a worker that shares its descriptors and memory. TCP connections and datagrams need nothing from here: socket.bpf.c and packet.bpf.c see
 * them whoever asks. An object of its own, because a kernel may be built without io_uring; before 5.19 the tracepoint does not tell the request.
 */
#include "socket_acts.h"

#define OP_ACCEPT 13
#define OP_CONNECT 16
#define OP_SOCKET 45
#define OP_BIND 56
#define OP_LISTEN 57
#define CQE_MORE 2		/* IORING_CQE_F_MORE: one of several results of one request */

struct io_kiocb { struct file *file; u8 opcode; } __attribute__((preserve_access_index));
struct io_connect { void *addr; int addr_len; } __attribute__((preserve_access_index));
struct io_uring_cqe___k { s32 res; u32 flags; } __attribute__((preserve_access_index));

/* The tracepoint's arguments have changed twice. */
struct io_ring_ctx;
struct io_uring_cqe;
typedef void (*btf_trace_io_uring_complete___cqe)(void *, struct io_ring_ctx *, void *, struct io_uring_cqe *);
typedef void (*btf_trace_io_uring_complete___res)(void *, void *, void *, unsigned long long, int, unsigned int, u64, u64);

static __always_inline u16 port_of(struct sock *sk)
{
	struct inet_sock *inet = (void *)sk;

	return sk ? BPF_CORE_READ(inet, inet_sport) : 0;
}

/* The new socket has a descriptor, unless it was asked for among the ring's own files, where it is not to be had. */
static __always_inline void ring_accepted(struct sock *listener, s32 fd)
{
	struct sock *sk = sock_of_file(sk_file(fd));
	struct sk_conn conn;

	if (sk && port_of(sk) == port_of(listener)) {
		accepted(sk, fd, SK_IO_URING_TASK);
		return;
	}
	if (!listener || !is_inet(BPF_CORE_READ(listener, __sk_common.skc_family)))
		return;
	begin(&conn, -1);
	conn.r.e.flags = SK_IO_URING_TASK | SK_INCOMING;
	fill(&conn, listener);
	sk_report(&conn, SK_ACT_ACCEPT, 0);
}

/* One of many results of a request that is not told. A connected socket behind that number that nobody accepted before has just been. */
static __always_inline void maybe_accepted(s32 fd)
{
	struct sock *sk = sock_of_file(sk_file(fd));
	u64 key = (u64)sk;

	if (!sk || BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP || BPF_CORE_READ(sk, __sk_common.skc_state) != TCP_ESTABLISHED)
		return;
	if (!bpf_map_lookup_elem(&sk_sockets, &key))
		accepted(sk, fd, SK_IO_URING_TASK);
}

SEC("tp_btf/io_uring_complete")
int io_uring_completed(u64 *ctx)
{
	struct io_kiocb *req;
	struct io_connect *call;
	struct sock *sk;
	s32 res, error;
	u32 flags;
	u8 op;

	if (bpf_core_type_matches(btf_trace_io_uring_complete___cqe)) {
		struct io_uring_cqe___k *cqe = (void *)ctx[2];

		res = BPF_CORE_READ(cqe, res);
		flags = BPF_CORE_READ(cqe, flags);
	} else if (bpf_core_type_matches(btf_trace_io_uring_complete___res)) {
		res = ctx[3];
		flags = ctx[4];
	} else {
		return 0;
	}
	req = (void *)ctx[1];
	if (!req) {
		if (flags & CQE_MORE && res > 2 && !is_self())
			maybe_accepted(res);
		return 0;
	}
	op = BPF_CORE_READ(req, opcode);
	if ((op != OP_ACCEPT && op != OP_CONNECT && op != OP_SOCKET && op != OP_BIND && op != OP_LISTEN) || is_self())
		return 0;
	error = res < 0 ? -res : 0;
	if (op == OP_SOCKET) {
		sk = error ? NULL : sock_of_file(sk_file(res));
		if (sk && is_special(BPF_CORE_READ(sk, __sk_common.skc_family), BPF_CORE_READ(sk, sk_type)))
			made(BPF_CORE_READ(sk, __sk_common.skc_family), BPF_CORE_READ(sk, sk_type), BPF_CORE_READ(sk, sk_protocol), sk, res, 0, SK_IO_URING_TASK);
		return 0;
	}
	sk = sock_of_file(BPF_CORE_READ(req, file));
	if (!sk)
		return 0;
	call = (void *)req;
	if (op == OP_ACCEPT && !error)
		ring_accepted(sk, res);
	else if (op == OP_CONNECT)
		connected(sk, -1, error, SK_IO_URING_TASK, BPF_CORE_READ(call, addr), BPF_CORE_READ(call, addr_len));
	else if (op == OP_BIND)
		bound(sk, -1, error, SK_IO_URING_TASK, NULL, 0);
	else if (op == OP_LISTEN)
		listening(sk, -1, error, SK_IO_URING_TASK);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
