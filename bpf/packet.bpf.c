// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Packets of sockets, at the root of the cgroup tree: which process sends datagrams where, how much, and what it asks name servers.
 *
 * Here the destination is what really leaves, whichever of sendto, sendmsg, sendmmsg, write or io_uring it came from, and those calls cost
 * nothing more than before. A datagram is sent by the task that is running; what arrives does so in softirq, and belongs to the socket's owner.
 * Every program here returns 1: it only looks.
 */
#include "socket.h"

#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define SK_MANY (1 << 3)	/* sk_conn.state: datagrams went to more than one place */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sk_dns_ports);
} sk_dns_ports SEC(".maps");

struct peer {
	u64 sock;
	u64 since;
	u8 address[16];
	u16 port;
	u16 pad[3];
};

/* Where a socket has sent datagrams to, or had some from. When the oldest is forgotten, the next datagram there is a new row. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct peer);
	__type(value, u8);
} sk_peers SEC(".maps");

struct packet {
	u8 remote[16];
	u8 local[16];
	u16 remote_port, local_port;
	u8 family, protocol, out, pad;
	u32 transport;		/* where its header begins */
};

static __always_inline bool parse(struct __sk_buff *skb, bool out, struct packet *p)
{
	u8 h[48];
	u16 *ports;

	p->out = out;
	if (skb->protocol == bpf_htons(ETH_P_IP)) {
		if (bpf_skb_load_bytes(skb, 0, h, 28))
			return false;
		p->protocol = h[9];
		p->transport = (h[0] & 15) * 4;
		/* Later fragments have no ports. */
		if ((p->protocol != IPPROTO_UDP && p->protocol != IPPROTO_TCP) || (h[6] & 0x1f) || h[7])
			return false;
		p->family = AF_INET;
		sk_addr4(p->remote, *(u32 *)(h + (out ? 16 : 12)));
		sk_addr4(p->local, *(u32 *)(h + (out ? 12 : 16)));
		ports = (u16 *)(h + 20);
		if (p->transport != 20 && bpf_skb_load_bytes(skb, p->transport, ports, 4))
			return false;
	} else if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
		if (bpf_skb_load_bytes(skb, 0, h, 48))
			return false;
		p->protocol = h[6];
		p->transport = 40;
		if (p->protocol != IPPROTO_UDP && p->protocol != IPPROTO_TCP)
			return false;
		p->family = AF_INET6;
		__builtin_memcpy(p->remote, h + (out ? 24 : 8), 16);
		__builtin_memcpy(p->local, h + (out ? 8 : 24), 16);
		ports = (u16 *)(h + 40);
	} else {
		return false;
	}
	p->remote_port = bpf_ntohs(ports[out ? 1 : 0]);
	p->local_port = bpf_ntohs(ports[out ? 0 : 1]);
	return true;
}

static __always_inline bool is_name_server(u16 port)
{
	struct sk_dns_ports *servers;
	u32 zero = 0;
	int i;

	servers = bpf_map_lookup_elem(&sk_dns_ports, &zero);
	for (i = 0; servers && i < SK_DNS_PORTS && servers->port[i]; i++) {
		if (servers->port[i] == port)
			return true;
	}
	return false;
}

/* Most packets are TCP's and none of ours: told by a glance, without copying anything. */
static __always_inline bool is_plain_tcp(struct __sk_buff *skb, bool out)
{
	u8 *h = (u8 *)(long)skb->data, *end = (u8 *)(long)skb->data_end;

	if (h + 44 > end)
		return false;
	if (h[0] == 0x45)
		return h[9] == IPPROTO_TCP && !is_name_server(bpf_ntohs(*(u16 *)(h + (out ? 22 : 20))));
	return h[0] >> 4 == 6 && h[6] == IPPROTO_TCP && !is_name_server(bpf_ntohs(*(u16 *)(h + (out ? 42 : 40))));
}

static __always_inline bool same(const u8 *a, const u8 *b)
{
	const u64 *x = (const u64 *)a, *y = (const u64 *)b;

	return x[0] == y[0] && x[1] == y[1];
}

/* Whether this is the first datagram between the two; from now on it is not. */
static __always_inline bool is_new_peer(u64 sock, const struct sk_conn *conn, const struct packet *p)
{
	struct peer peer = { .sock = sock, .since = conn->since, .port = p->remote_port };
	u8 one = 1;

	__builtin_memcpy(peer.address, p->remote, 16);
	if (bpf_map_lookup_elem(&sk_peers, &peer))
		return false;
	bpf_map_update_elem(&sk_peers, &peer, &one, BPF_ANY);
	return true;
}

/* A socket that neither bind() nor connect() made known belongs to whoever sends first. */
static __always_inline struct sk_conn *adopt(u64 sock, const struct packet *p)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct sock *sk = (void *)sock;
	struct sk_conn conn;

	if (BPF_CORE_READ(task, tgid) == (int)sk_self_pid || BPF_CORE_READ_BITFIELD_PROBED(sk, sk_kern_sock))
		return NULL;
	__builtin_memset(&conn, 0, sizeof(conn));
	sk_header_of(&conn.r.e, SK_SOCKET, sizeof(conn.r), task);
	conn.r.e.flags = SK_OWNED;
	conn.since = conn.r.e.ktime;
	conn.r.fd = -1;
	conn.r.family = p->family;
	conn.r.type = BPF_CORE_READ(sk, sk_type);
	conn.r.protocol = BPF_CORE_READ(sk, sk_protocol);
	conn.r.net_ns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	conn.r.local_port = p->local_port;
	__builtin_memcpy(conn.r.local, p->local, 16);
	sk_remember(sock, &conn);
	return bpf_map_lookup_elem(&sk_sockets, &sock);
}

static __always_inline void sent(u64 sock, struct sk_conn *conn, const struct packet *p, u64 bytes)
{
	struct sk_socket *r;

	__sync_fetch_and_add(&conn->r.sent, bytes);
	if (conn->r.remote_port == p->remote_port && same(conn->r.remote, p->remote))
		return;
	if (!is_new_peer(sock, conn, p))
		return;
	r = sk_record(conn, SK_ACT_CONNECT);
	if (r) {
		__builtin_memcpy(r->remote, p->remote, 16);
		__builtin_memcpy(r->local, p->local, 16);
		r->remote_port = p->remote_port;
		r->local_port = p->local_port;
		r->family = p->family;
		r->e.flags |= SK_OUTGOING;
		r->sent = 0;
		r->received = 0;
		sk_submit(r);
	}
	conn->r.e.flags |= SK_OUTGOING;
	if (conn->r.remote_port) {
		conn->state |= SK_MANY;
	} else {
		__builtin_memcpy(conn->r.remote, p->remote, 16);
		conn->r.family = p->family;
		__builtin_memcpy(conn->r.local, p->local, 16);
		conn->r.local_port = p->local_port;
		conn->r.remote_port = p->remote_port;
	}
}

static __always_inline void received(u64 sock, struct sk_conn *conn, const struct packet *p, u64 bytes)
{
	__sync_fetch_and_add(&conn->r.received, bytes);
	/* Who spoke first is answered, not connected to. */
	if (conn->r.remote_port != p->remote_port || !same(conn->r.remote, p->remote))
		is_new_peer(sock, conn, p);
}

/* The payload goes straight from the packet into the ring, in a record of the smallest of three sizes. */
#define CAPTURE(room)                                                                              \
	({                                                                                         \
		struct { struct sk_dns d; u8 data[room]; } *__r = bpf_ringbuf_reserve(&sk_ring, sizeof(*__r), 0); \
		u64 __n = sk_clamp(length, room);                                                  \
		asm volatile("if %[n] >= 1 goto +1\n\t%[n] = 1" : [n] "+r"(__n));                 \
		if (!__r) {                                                                        \
			sk_count(SK_DNS, SK_LOST_RING);                                            \
		} else if (bpf_skb_load_bytes(skb, at, __r->data, __n)) {               \
			sk_count(SK_DNS, SK_LOST_SCRATCH);                                         \
			bpf_ringbuf_discard(__r, BPF_RB_NO_WAKEUP);                                \
		} else {                                                                           \
			describe(&__r->d, socket, conn, p, length, __n, sequence, flags);            \
			sk_submit(__r);                                                            \
		}                                                                                  \
	})

static __always_inline void describe(struct sk_dns *d, u64 socket, const struct sk_conn *conn, const struct packet *p, u32 length, u32 data, u32 sequence, u8 flags)
{
	__builtin_memset(d, 0, sizeof(*d));
	if (conn) {
		__builtin_memcpy(&d->e, &conn->r.e, sizeof(d->e));
		d->net_ns = conn->r.net_ns;
		d->known = 1;
	}
	d->e.type = SK_DNS;
	d->e.size = sizeof(*d) + data;
	d->e.flags = SK_OWNED | (p->out ? SK_OUTGOING : SK_INCOMING) | (data < length ? SK_CUT : 0);
	d->e.ktime = bpf_ktime_get_boot_ns();
	d->socket = socket;
	__builtin_memcpy(d->remote, p->remote, 16);
	__builtin_memcpy(d->local, p->local, 16);
	d->remote_port = p->remote_port;
	d->local_port = p->local_port;
	d->family = p->family;
	d->protocol = p->protocol;
	d->length = length;
	d->data_len = data;
	d->sequence = sequence;
	d->tcp_flags = flags;
}

static __always_inline void capture(struct __sk_buff *skb, u64 sock, struct sk_conn *conn, const struct packet *p)
{
	u32 at = p->transport + 8, length, sequence = 0;
	u64 socket = sock;
	u8 flags = 0;

	if (p->protocol == IPPROTO_TCP) {
		u8 h[16];

		if (bpf_skb_load_bytes(skb, p->transport, h, 16))
			return;
		at = p->transport + (h[12] >> 4) * 4;
		sequence = bpf_ntohl(*(u32 *)(h + 4));
		flags = h[13];
	}
	if (skb->len <= at)
		return;
	length = skb->len - at;
	sk_count(SK_DNS, SK_PRODUCED);
	/* An address is used again, a moment is not. */
	if (conn)
		socket ^= conn->since << 16;
	if (length <= 128)
		CAPTURE(128);
	else if (length <= 512)
		CAPTURE(512);
	else
		CAPTURE(4096);
}

/* The verifier holds a socket to be a pointer of one of its types, which can be looked up but not be reckoned with: a copy is a number. */
static __always_inline u64 number_of(void *sock)
{
	u64 number = 0;

	bpf_probe_read_kernel(&number, sizeof(number), &sock);
	return number;
}

static __always_inline int packet(struct __sk_buff *skb, bool out)
{
	struct bpf_sock *sk = skb->sk;
	struct packet p = {};
	struct sk_conn *conn;
	bool dns;
	u64 sock;

	if (!sk || is_plain_tcp(skb, out) || !parse(skb, out, &p))
		return 1;
	dns = is_name_server(p.remote_port);
	if (p.protocol == IPPROTO_TCP && !dns)
		return 1;
	sock = number_of(sk);
	conn = bpf_map_lookup_elem(&sk_sockets, &sock);
	if (p.protocol == IPPROTO_UDP) {
		if (!conn && out)
			conn = adopt(sock, &p);
		if (!conn)
			return 1;
		if (out)
			sent(sock, conn, &p, skb->len - p.transport - 8);
		else
			received(sock, conn, &p, skb->len - p.transport - 8);
	}
	if (dns)
		capture(skb, sock, conn, &p);
	return 1;
}

SEC("cgroup_skb/egress")
int packet_out(struct __sk_buff *skb)
{
	return packet(skb, true);
}

SEC("cgroup_skb/ingress")
int packet_in(struct __sk_buff *skb)
{
	return packet(skb, false);
}

/* The last descriptor of a socket is closed. TCP's connection may live on; tcp_state hears of its end. */
SEC("cgroup/sock_release")
int socket_released(struct bpf_sock *ctx)
{
	struct sk_conn *conn;
	struct sk_socket *r;
	u64 sock = (u64)ctx;

	if (ctx->protocol == IPPROTO_TCP)
		return 1;
	conn = bpf_map_lookup_elem(&sk_sockets, &sock);
	if (!conn)
		return 1;
	r = sk_record(conn, SK_ACT_CLOSE);
	if (r) {
		r->duration = r->e.ktime - conn->since;
		if (conn->state & SK_MANY) {
			__builtin_memset(r->remote, 0, 16);
			r->remote_port = 0;
		}
		sk_submit(r);
	}
	bpf_map_delete_elem(&sk_sockets, &sock);
	return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
