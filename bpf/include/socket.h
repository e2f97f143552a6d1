/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What the network programs share: the kernel's socket types, the table of sockets that have an owner, addresses.
 *
 * Most of what happens to a TCP connection happens in softirq, on whatever task was running. So the process that asks for a connection, or
 * accepts one, is written down under the address of its struct sock, and later records take their header from there. The entry goes when the
 * connection does, before the address can be used again.
 */
#ifndef SHRIKE_SOCKET_H
#define SHRIKE_SOCKET_H

#include "sensor.h"
#include "socket_event.h"
#include <bpf/bpf_endian.h>

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define AF_ALG 38
#define AF_VSOCK 40
#define AF_XDP 44
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_UDPLITE 136
#define IPPROTO_MPTCP 262

#define TCP_ESTABLISHED 1
#define TCP_SYN_SENT 2
#define TCP_SYN_RECV 3
#define TCP_CLOSE 7
#define TCP_LISTEN 10

#define EINTR 4
#define EBADF 9
#define EAGAIN 11
#define EINVAL 22
#define ENOTSOCK 88
#define EAFNOSUPPORT 97
#define ECONNRESET 104
#define EISCONN 106
#define ETIMEDOUT 110
#define ECONNREFUSED 111
#define EALREADY 114
#define EINPROGRESS 115
#define ECANCELED 125
#define ERESTARTSYS 512
#define ERESTART_RESTARTBLOCK 516

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr { union { u8 u6_addr8[16]; u32 u6_addr32[4]; } in6_u; };
typedef struct { struct net *net; } possible_net_t;
struct sock_common {
	u32 skc_daddr, skc_rcv_saddr;
	u16 skc_dport, skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
	unsigned long skc_flags;
};
struct sock {
	struct sock_common __sk_common;
	struct socket *sk_socket;
	u16 sk_protocol, sk_type;
	int sk_err;
	u8 sk_kern_sock : 1;
};
struct socket { short type; struct file *file; struct sock *sk; };
struct inet_sock { struct sock sk; u32 inet_saddr; u16 inet_sport; };
struct inet_connection_sock { struct inet_sock icsk_inet; };
struct tcp_sock { struct inet_connection_sock inet_conn; u64 bytes_sent, bytes_received, bytes_retrans; };
struct mptcp_sock { struct sock *first; };
struct sockaddr_un { unsigned short sun_family; char sun_path[108]; };
struct unix_address { int len; struct sockaddr_un name[0]; };
struct unix_sock { struct unix_address *addr; struct path path; struct sock *peer; };

#pragma clang attribute pop

/* sk_conn.state */
enum {
	SK_IN_CALL = 1 << 0,	/* the connect() that asked for it has not returned */
	SK_PENDING = 1 << 1,	/* nobody has reported how connecting ended */
	SK_DECIDED = 1 << 2,	/* `outcome` says how */
};

struct sk_conn {
	struct sk_socket r;	/* what each record of this socket begins as */
	u64 since;		/* CLOCK_BOOTTIME, ns */
	u64 barrier;
	s32 outcome;
	u32 state;
};

/* By address of the struct sock. Preallocated: older kernels refuse to allocate for tracing programs. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, u64);
	__type(value, struct sk_conn);
} sk_sockets SEC(".maps");

/* An entry that finds no room costs the socket's later records: counted as one lost. */
static __always_inline void sk_remember(u64 sock, const struct sk_conn *conn)
{
	if (bpf_map_update_elem(&sk_sockets, &sock, conn, BPF_ANY)) {
		sk_count(SK_SOCKET, SK_PRODUCED);
		sk_count(SK_SOCKET, SK_LOST_SCRATCH);
	}
}

/* The same for a datagram socket, which can be bound, connected and connected again: what it did before goes on being counted. */
static __always_inline void sk_remember_datagrams(u64 sock, struct sk_conn *conn)
{
	struct sk_conn *before = bpf_map_lookup_elem(&sk_sockets, &sock);

	if (before) {
		conn->since = before->since;
		conn->r.sent = before->r.sent;
		conn->r.received = before->r.received;
		conn->r.fd = before->r.fd >= 0 ? before->r.fd : conn->r.fd;
	}
	sk_remember(sock, conn);
}

static __always_inline void sk_addr4(u8 *to, u32 address)
{
	u64 *words = (u64 *)to;

	words[0] = address;
	words[1] = 0;
}

/* An IPv6 address; true when it stands for an IPv4 one, which it then is. */
static __always_inline bool sk_addr6(u8 *to, const u32 *address)
{
	u32 *words = (u32 *)to;

	if (address[0] == 0 && address[1] == 0 && address[2] == bpf_htonl(0xffff)) {
		sk_addr4(to, address[3]);
		return true;
	}
	words[0] = address[0];
	words[1] = address[1];
	words[2] = address[2];
	words[3] = address[3];
	return false;
}

/* The two ends as an IPv6 socket has them. One end mapped makes the socket an IPv4 one; the other may still be `::`. */
static __always_inline void sk_ends6(struct sk_socket *r, const u32 *remote, const u32 *local)
{
	bool mapped = sk_addr6(r->remote, remote);

	r->family = AF_INET6;
	mapped |= sk_addr6(r->local, local);
	if (mapped)
		r->family = AF_INET;
}

/* Where the kernel keeps the two ends: from a pointer whose type the verifier knows (_btf), or any pointer. */
static __always_inline void sk_ends_btf(struct sk_socket *r, const struct sock *sk)
{
	r->remote_port = bpf_ntohs(sk->__sk_common.skc_dport);
	if (sk->__sk_common.skc_family == AF_INET6 && bpf_core_field_exists(sk->__sk_common.skc_v6_daddr)) {
		u32 remote[4], local[4];
		int i;

		for (i = 0; i < 4; i++) {
			remote[i] = sk->__sk_common.skc_v6_daddr.in6_u.u6_addr32[i];
			local[i] = sk->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[i];
		}
		sk_ends6(r, remote, local);
		return;
	}
	r->family = AF_INET;
	sk_addr4(r->remote, sk->__sk_common.skc_daddr);
	sk_addr4(r->local, sk->__sk_common.skc_rcv_saddr);
}

static __always_inline void sk_ends(struct sk_socket *r, struct sock *sk)
{
	struct inet_sock *inet = (void *)sk;

	r->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	r->local_port = bpf_ntohs(BPF_CORE_READ(inet, inet_sport));
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET6 && bpf_core_field_exists(sk->__sk_common.skc_v6_daddr)) {
		u32 remote[4], local[4];

		BPF_CORE_READ_INTO(&remote, sk, __sk_common.skc_v6_daddr);
		BPF_CORE_READ_INTO(&local, sk, __sk_common.skc_v6_rcv_saddr);
		sk_ends6(r, remote, local);
		return;
	}
	r->family = AF_INET;
	sk_addr4(r->remote, BPF_CORE_READ(sk, __sk_common.skc_daddr));
	sk_addr4(r->local, BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr));
}

/* One record that begins as `conn` says; the caller fills in the rest and submits it. */
static __always_inline struct sk_socket *sk_record(const struct sk_conn *conn, u8 action)
{
	struct sk_socket *r = sk_reserve(SK_SOCKET, struct sk_socket);

	if (!r)
		return NULL;
	__builtin_memcpy(r, &conn->r, sizeof(*r));
	r->e.ktime = bpf_ktime_get_boot_ns();
	r->action = action;
	return r;
}

static __always_inline void sk_report(const struct sk_conn *conn, u8 action, s32 error)
{
	struct sk_socket *r = sk_record(conn, action);

	if (!r)
		return;
	r->error = error;
	sk_submit(r);
}

#endif
