/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* What there is to report when a call on a socket has ended, whether it was a system call or one of io_uring's. */
#ifndef SHRIKE_SOCKET_ACTS_H
#define SHRIKE_SOCKET_ACTS_H

#include "socket.h"

static __always_inline bool is_self(void)
{
	return bpf_get_current_pid_tgid() >> 32 == sk_self_pid;
}

struct mm_struct___owner { struct task_struct *owner; } __attribute__((preserve_access_index));
struct task_struct___mm { struct mm_struct___owner *mm; } __attribute__((preserve_access_index));

/* Before 5.12 the workers of io_uring are kernel threads. One that works for a program has put on its memory, which knows whose it is. */
static __always_inline struct task_struct *served(void)
{
	struct task_struct___mm *task = (void *)bpf_get_current_task();

	if (!bpf_core_field_exists(struct mm_struct___owner, owner))
		return NULL;
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf)) {
		if (!(bpf_get_current_task_btf()->flags & PF_KTHREAD))
			return NULL;
	} else if (!(BPF_CORE_READ((struct task_struct *)task, flags) & PF_KTHREAD)) {
		return NULL;
	}
	return BPF_CORE_READ(task, mm, owner);
}

static __always_inline void begin(struct sk_conn *conn, s32 fd)
{
	struct task_struct *program = served();

	__builtin_memset(conn, 0, sizeof(*conn));
	if (program)
		sk_header_of(&conn->r.e, SK_SOCKET, sizeof(conn->r), program);
	else
		sk_header(&conn->r.e, SK_SOCKET, sizeof(conn->r));
	conn->since = conn->r.e.ktime;
	conn->r.fd = fd;
}

/* The subflow that carries a multipath connection is a TCP socket like any other. */
static __always_inline struct sock *first_subflow(struct sock *sk)
{
	struct mptcp_sock *multi = (void *)sk;

	if (!bpf_core_type_exists(struct mptcp_sock) || BPF_CORE_READ(sk, sk_protocol) != IPPROTO_MPTCP)
		return sk;
	return BPF_CORE_READ(multi, first) ?: sk;
}

/* The socket behind a file, or NULL when it is none. */
static __always_inline struct sock *sock_of_file(struct file *file)
{
	struct socket *socket;
	struct sock *sk;

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & 0170000) != 0140000)
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	sk = BPF_CORE_READ(socket, sk);
	if (!sk || BPF_CORE_READ(sk, sk_socket) != socket)
		return NULL;
	return sk;
}

static __always_inline void fill(struct sk_conn *conn, struct sock *sk)
{
	conn->r.net_ns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	conn->r.type = BPF_CORE_READ(sk, sk_type);
	conn->r.protocol = BPF_CORE_READ(sk, sk_protocol);
	sk_ends(&conn->r, sk);
}

/* An address as the caller gave it, for what failed before the kernel took it in. False when it is not one that this table is about. */
static __always_inline bool given(struct sk_socket *r, const void *address, u32 length, bool remote)
{
	struct { u16 family, port; u32 four; u32 six[4]; u32 scope; } a = {};
	u8 *to = remote ? r->remote : r->local;

	if (length < 16 || bpf_probe_read_user(&a, length >= sizeof(a) ? sizeof(a) : 16, address))
		return false;
	if (a.family == AF_INET) {
		sk_addr4(to, a.four);
		r->family = AF_INET;
	} else if (a.family == AF_INET6) {
		r->family = sk_addr6(to, a.six) ? AF_INET : AF_INET6;
	} else {
		return false;
	}
	if (remote)
		r->remote_port = bpf_ntohs(a.port);
	else
		r->local_port = bpf_ntohs(a.port);
	return true;
}

/*
 * AF_UNIX. The kernel's own path of the socket that answers, where there is one; else the name, which may be relative or abstract. `ours`: this
 * socket's own (bind), not the other side's.
 */
static __always_inline void report_unix(struct sock *sk, u8 action, s32 fd, s32 error, u16 flags, bool ours, const void *address, u32 length)
{
	struct unix_sock *end = (void *)sk;
	struct unix_address *name;
	struct sk_conn *conn = sk_scratch(SK_SOCKET);
	struct dentry *dentry;
	struct sk_socket *r;
	u64 n;

	if (!conn)
		return;
	begin(conn, fd);
	r = &conn->r;
	r->e.flags = flags;
	r->action = action;
	r->error = error;
	r->family = AF_UNIX;
	r->type = BPF_CORE_READ(sk, sk_type);
	r->net_ns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	if (!ours)
		end = error ? NULL : (void *)BPF_CORE_READ(end, peer);
	dentry = end ? BPF_CORE_READ(end, path.dentry) : NULL;
	if (dentry) {
		sk_walk(r, sizeof(*r), dentry, BPF_CORE_READ(end, path.mnt), &r->path_len, &r->e.flags, SK_PATH_TRUNCATED);
		r->e.flags |= SK_KERNEL_PATH;
		sk_output(r, SK_SOCKET, sizeof(*r) + *(volatile u16 *)&r->path_len);
		return;
	}
	name = end ? BPF_CORE_READ(end, addr) : NULL;
	n = name ? BPF_CORE_READ(name, len) : length;
	n = sk_clamp(n > 2 && n <= 110 ? n - 2 : 0, 108);
	if (name)
		bpf_probe_read_kernel((void *)r + sizeof(*r), n, (void *)name + bpf_core_field_offset(struct unix_address, name) + 2);
	else
		bpf_probe_read_user((void *)r + sizeof(*r), n, address + 2);
	r->path_len = n;
	sk_output(r, SK_SOCKET, sizeof(*r) + n);
}

static __always_inline bool is_inet(u16 family)
{
	return family == AF_INET || family == AF_INET6;
}

/* A connect that is not TCP's, or a TCP one that never got as far as SYN_SENT. */
static __always_inline void connected(struct sock *sk, s32 fd, s32 error, u16 flags, const void *address, u32 length)
{
	u16 family = BPF_CORE_READ(sk, __sk_common.skc_family), wanted = 0;
	struct sk_conn conn;

	if (address)
		bpf_probe_read_user(&wanted, sizeof(wanted), address);
	/* Takes an earlier address away. */
	if (address && wanted == AF_UNSPEC)
		return;
	if (family == AF_UNIX) {
		report_unix(sk, SK_ACT_CONNECT, fd, error, flags | SK_OUTGOING, false, address, length);
		return;
	}
	if (!is_inet(family))
		return;
	begin(&conn, fd);
	conn.r.e.flags = flags | SK_OUTGOING;
	fill(&conn, sk);
	if (conn.r.protocol == IPPROTO_TCP || conn.r.protocol == IPPROTO_MPTCP) {
		/* 0: deferred to the first write, or the news of an earlier one. These errors: news too, which was reported when it came. */
		if (!error || error == EALREADY || error == EISCONN || error == EINPROGRESS || error == ECONNREFUSED || error == ETIMEDOUT || error == ECONNRESET)
			return;
	}
	if (error && !given(&conn.r, address, length, true))
		return;
	sk_report(&conn, SK_ACT_CONNECT, error);
	if (!error && conn.r.type == SOCK_DGRAM) {
		conn.r.e.flags |= SK_OWNED;
		sk_remember_datagrams((u64)sk, &conn);
	}
}

static __always_inline void accepted(struct sock *sk, s32 fd, u16 flags)
{
	struct sk_conn conn;

	if (!sk || !is_inet(BPF_CORE_READ(sk, __sk_common.skc_family)))
		return;
	sk = first_subflow(sk);
	begin(&conn, fd);
	conn.r.e.flags = flags | SK_INCOMING;
	fill(&conn, sk);
	sk_report(&conn, SK_ACT_ACCEPT, 0);
	conn.r.e.flags |= SK_OWNED;
	/* It may be over already, or be of a protocol whose states nobody tells: then nothing more would be heard of it. */
	if (conn.r.protocol == IPPROTO_TCP && BPF_CORE_READ(sk, __sk_common.skc_state) != TCP_CLOSE)
		sk_remember((u64)sk, &conn);
}

static __always_inline void bound(struct sock *sk, s32 fd, s32 error, u16 flags, const void *address, u32 length)
{
	u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	struct sk_conn conn;

	if (family == AF_UNIX) {
		report_unix(sk, SK_ACT_BIND, fd, error, flags, true, address, length);
		return;
	}
	if (!is_inet(family))
		return;
	begin(&conn, fd);
	conn.r.e.flags = flags;
	fill(&conn, sk);
	if (error && !given(&conn.r, address, length, false))
		return;
	sk_report(&conn, SK_ACT_BIND, error);
	if (!error && conn.r.type == SOCK_DGRAM) {
		conn.r.e.flags |= SK_OWNED;
		sk_remember_datagrams((u64)sk, &conn);
	}
}

static __always_inline void listening(struct sock *sk, s32 fd, s32 error, u16 flags)
{
	u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	struct sk_conn conn;

	if (family == AF_UNIX) {
		report_unix(sk, SK_ACT_LISTEN, fd, error, flags, true, NULL, 0);
		return;
	}
	if (!is_inet(family))
		return;
	sk = first_subflow(sk);
	begin(&conn, fd);
	conn.r.e.flags = flags;
	fill(&conn, sk);
	sk_report(&conn, SK_ACT_LISTEN, error);
	if (!error && conn.r.protocol == IPPROTO_TCP) {
		conn.r.e.flags |= SK_OWNED;
		sk_remember((u64)sk, &conn);
	}
}

/* Sockets that reach past the protocols: raw, packet, the kernel's crypto, XDP, the hypervisor. */
static __always_inline bool is_special(u32 family, u32 type)
{
	return (type == SOCK_RAW && is_inet(family)) || family == AF_PACKET || family == AF_ALG || family == AF_VSOCK || family == AF_XDP;
}

static __always_inline void made(u32 family, u32 type, u32 protocol, struct sock *sk, s32 fd, s32 error, u16 flags)
{
	struct sk_conn conn;

	begin(&conn, fd);
	conn.r.e.flags = flags;
	conn.r.family = family;
	conn.r.type = type;
	/* A packet socket's is an Ethernet type, in network order. */
	conn.r.protocol = family == AF_PACKET ? bpf_ntohs(protocol) : protocol;
	if (sk)
		conn.r.net_ns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	sk_report(&conn, SK_ACT_SOCKET, error);
}

#endif
