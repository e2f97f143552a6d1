// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Sockets: connect, accept, bind, listen and raw sockets as their system calls end, and the states of TCP connections.
 *
 * TCP tells its own story in inet_sock_set_state, whoever asked and however: connect(), io_uring, the first write of a fast open. SYN_SENT
 * says who; ESTABLISHED or CLOSE says how it ended, mostly in softirq. When connect() is what asked, its end reports (so that rows come in
 * order: in_progress, then the outcome); when it has returned already, or was never called, the state change itself reports.
 * UDP has no states: packet.bpf.c reports what is sent and when a socket is released.
 */
#include "socket_acts.h"

#define PF_SK_IO_WORKER 0x10
#define SYS_IO_URING_ENTER 426
#define SOCK_DONE_BIT (1 << 1)	/* enum sock_flags: the other side has sent its FIN */

#if defined(__TARGET_ARCH_x86)
#define NR_WRITE 1
#define NR_WRITEV 20
#define NR_CONNECT 42
#define NR_SENDTO 44
#define NR_SENDMSG 46
#define NR_SENDMMSG 307
#else
#define NR_WRITE 64
#define NR_WRITEV 66
#define NR_CONNECT 203
#define NR_SENDTO 206
#define NR_SENDMSG 211
#define NR_SENDMMSG 269
#endif

struct task_struct___stack { void *stack; } __attribute__((preserve_access_index));

/* The registers of the system call the current task is in, found without a context. Copies two of them: number and first argument. */
static __always_inline bool current_call(u32 *number, u32 *first)
{
	struct pt_regs *regs;

	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs)) {
		struct task_struct *task = bpf_get_current_task_btf();

		regs = (void *)bpf_task_pt_regs(task);
		*number = sk_syscall_of(regs);
		*first = sk_arg(regs, 0);
		return !sk_compat();
	}
#if defined(__TARGET_ARCH_x86)
	{
		/* Before 5.15: they are at the top of the task's stack of 16 KiB. */
		struct task_struct___stack *task = (void *)bpf_get_current_task();
		void *stack = BPF_CORE_READ(task, stack);

		regs = stack + 16384 - bpf_core_type_size(struct pt_regs);
		*number = BPF_CORE_READ(regs, orig_ax);
		*first = BPF_CORE_READ(regs, di);
		return !sk_compat();
	}
#endif
	return false;
}

/* TCP states. */

static __always_inline void asked(const struct sock *sk)
{
	struct sk_conn conn;
	u32 number = 0, first = 0;
	bool native;

	if (is_self())
		return;
	begin(&conn, -1);
	conn.state = SK_PENDING;
	conn.r.e.flags = SK_OWNED | SK_OUTGOING;
	native = current_call(&number, &first);
	if (served()) {
		conn.r.e.flags |= SK_IO_URING_TASK;
	} else if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf) && bpf_get_current_task_btf()->flags & PF_SK_IO_WORKER) {
		conn.r.e.flags |= SK_IO_URING_TASK;
	} else if (native && number == NR_CONNECT) {
		conn.state |= SK_IN_CALL;
		conn.r.fd = first;
	} else if (native && (number == NR_SENDTO || number == NR_SENDMSG || number == NR_SENDMMSG || number == NR_WRITE || number == NR_WRITEV)) {
		conn.r.fd = first;
	} else if (native && number == SYS_IO_URING_ENTER) {
		conn.r.e.flags |= SK_IO_URING_TASK;
#if defined(__TARGET_ARCH_x86)
	} else if (!native && number == 362) {
		conn.state |= SK_IN_CALL;
		conn.r.fd = first;
#endif
	}
	conn.r.net_ns = sk->__sk_common.skc_net.net->ns.inum;
	conn.r.type = sk->sk_type;
	conn.r.protocol = sk->sk_protocol;
	sk_ends_btf(&conn.r, sk);
	sk_remember((u64)sk, &conn);
}

/* This side's address and port are known by the end of the handshake; the port is gone from the common part once it has failed. */
static __always_inline void local_end(struct sk_conn *conn, const struct sock *sk)
{
	struct inet_sock *inet = (void *)sk;
	struct sk_socket *r = &conn->r;

	r->local_port = bpf_ntohs(BPF_CORE_READ(inet, inet_sport));
	if (sk->__sk_common.skc_family == AF_INET6 && bpf_core_field_exists(sk->__sk_common.skc_v6_rcv_saddr)) {
		u32 local[4];
		int i;

		for (i = 0; i < 4; i++)
			local[i] = sk->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[i];
		sk_addr6(r->local, local);
		return;
	}
	sk_addr4(r->local, sk->__sk_common.skc_rcv_saddr);
}

/*
 * How connecting ended. The end of connect() clears SK_IN_CALL and then looks at SK_DECIDED; this sets SK_DECIDED and then looks at SK_IN_CALL:
 * with a barrier in between one of the two reports. (Both do if they meet within some nanoseconds, which is better than neither.)
 * Returns whether this one did.
 */
static __always_inline bool decided(struct sk_conn *conn, const struct sock *sk, s32 error)
{
	volatile u32 *state = &conn->state;

	local_end(conn, sk);
	conn->outcome = error;
	*state = (*state & ~SK_PENDING) | SK_DECIDED;
	__sync_fetch_and_add(&conn->barrier, 1);
	if (*state & SK_IN_CALL)
		return false;
	sk_report(conn, SK_ACT_CONNECT, error);
	return true;
}

static __always_inline void ended(struct sk_conn *conn, const struct sock *sk)
{
	struct tcp_sock *tcp = (void *)sk;
	struct sk_socket *r = sk_record(conn, SK_ACT_CLOSE);
	u64 received;

	if (!r)
		return;
	r->error = sk->sk_err;
	r->duration = r->e.ktime - conn->since;
	if (r->remote_port) {
		r->sent = BPF_CORE_READ(tcp, bytes_sent) - BPF_CORE_READ(tcp, bytes_retrans);
		received = BPF_CORE_READ(tcp, bytes_received);
		/* The kernel counts the other side's FIN as a byte. */
		if (received && sk->__sk_common.skc_flags & SOCK_DONE_BIT)
			received--;
		r->received = received;
	}
	sk_submit(r);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(tcp_state, const struct sock *sk, int from, int to)
{
	struct sk_conn *conn;
	u64 key = (u64)sk;

	if (to != TCP_CLOSE && to != TCP_SYN_SENT && (to != TCP_ESTABLISHED || (from != TCP_SYN_SENT && from != TCP_SYN_RECV)))
		return 0;
	if (sk->sk_protocol != IPPROTO_TCP)
		return 0;
	if (to == TCP_SYN_SENT) {
		asked(sk);
		return 0;
	}
	/* The accepting side's sockets belong to nobody before accept(). */
	if (to == TCP_ESTABLISHED && !sk->sk_socket)
		return 0;
	conn = bpf_map_lookup_elem(&sk_sockets, &key);
	if (!conn)
		return 0;
	if (to == TCP_ESTABLISHED) {
		if (conn->state & SK_PENDING)
			decided(conn, sk, 0);
		return 0;
	}
	if (conn->state & SK_PENDING) {
		/* Without an error it was the program that gave up. A connect() that is still there knows better and takes the entry away. */
		if (!decided(conn, sk, sk->sk_err ?: ECANCELED))
			return 0;
	} else {
		ended(conn, sk);
	}
	bpf_map_delete_elem(&sk_sockets, &key);
	return 0;
}

/* System calls. */

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_connect, struct pt_regs *regs, long ret)
{
	struct sk_conn *conn;
	struct sock *sk;
	s32 fd, error;
	u64 key;

	if (ret == -EBADF || ret == -ENOTSOCK || is_self())
		return 0;
	fd = sk_arg(regs, 0);
	sk = sock_of_file(sk_file(fd));
	if (!sk)
		return 0;
	key = (u64)sk;
	conn = bpf_map_lookup_elem(&sk_sockets, &key);
	if (!conn) {
		key = (u64)first_subflow(sk);
		if (key != (u64)sk)
			conn = bpf_map_lookup_elem(&sk_sockets, &key);
	}
	error = ret < 0 ? -ret : 0;
	/* Interrupted: the connection is being made all the same. */
	if (error == EINTR || (error >= ERESTARTSYS && error <= ERESTART_RESTARTBLOCK))
		error = EINPROGRESS;
	if (!conn || !(conn->state & SK_IN_CALL)) {
		connected(sk, fd, error, 0, (void *)sk_arg(regs, 1), sk_arg(regs, 2));
		return 0;
	}
	if (error == EINPROGRESS) {
		volatile u32 *state = &conn->state;

		if (!conn->r.local_port)
			conn->r.local_port = bpf_ntohs(BPF_CORE_READ((struct inet_sock *)key, inet_sport));
		sk_report(conn, SK_ACT_CONNECT, error);
		*state &= ~SK_IN_CALL;
		__sync_fetch_and_add(&conn->barrier, 1);
		if (!(*state & SK_DECIDED))
			return 0;
		error = conn->outcome;
	}
	conn->state &= ~(SK_IN_CALL | SK_PENDING);
	sk_report(conn, SK_ACT_CONNECT, error);
	if (error)
		bpf_map_delete_elem(&sk_sockets, &key);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_accept, struct pt_regs *regs, long ret)
{
	struct sk_conn conn;
	struct sock *sk;

	/* Nobody there, or interrupted: nothing happened. */
	if (ret == -EAGAIN || ret == -EBADF || ret == -ENOTSOCK || ret == -EINTR || ret <= -ERESTARTSYS || is_self())
		return 0;
	if (ret >= 0) {
		accepted(sock_of_file(sk_file(ret)), ret, 0);
		return 0;
	}
	sk = sock_of_file(sk_file(sk_arg(regs, 0)));
	if (!sk || !is_inet(BPF_CORE_READ(sk, __sk_common.skc_family)))
		return 0;
	begin(&conn, sk_arg(regs, 0));
	conn.r.e.flags = SK_INCOMING;
	fill(&conn, sk);
	sk_report(&conn, SK_ACT_ACCEPT, -ret);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_bind, struct pt_regs *regs, long ret)
{
	struct sock *sk;

	if (ret == -EBADF || ret == -ENOTSOCK || is_self())
		return 0;
	sk = sock_of_file(sk_file(sk_arg(regs, 0)));
	if (sk)
		bound(sk, sk_arg(regs, 0), -ret, 0, (void *)sk_arg(regs, 1), sk_arg(regs, 2));
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_listen, struct pt_regs *regs, long ret)
{
	struct sock *sk;

	if (ret == -EBADF || ret == -ENOTSOCK || is_self())
		return 0;
	sk = sock_of_file(sk_file(sk_arg(regs, 0)));
	if (sk)
		listening(sk, sk_arg(regs, 0), -ret, 0);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_socket, struct pt_regs *regs, long ret)
{
	u32 family = sk_arg(regs, 0), type = sk_arg(regs, 1) & 0xf;

	if (!is_special(family, type) || ret == -EAFNOSUPPORT || is_self())
		return 0;
	made(family, type, sk_arg(regs, 2), ret < 0 ? NULL : sock_of_file(sk_file(ret)), ret < 0 ? -1 : ret, ret < 0 ? -ret : 0, 0);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
