/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The wire format of socket_events and dns_lookup_events; see event.h. */
#ifndef SHRIKE_SOCKET_EVENT_H
#define SHRIKE_SOCKET_EVENT_H

#include "event.h"

enum sk_socket_action {
	SK_ACT_SOCKET = 1,
	SK_ACT_BIND = 2,
	SK_ACT_LISTEN = 3,
	SK_ACT_CONNECT = 4,
	SK_ACT_ACCEPT = 5,
	SK_ACT_CLOSE = 6,
};

/* sk_event.flags of these records; the lower byte is event.h's. */
enum {
	SK_OWNED = 1 << 8,	/* the header is the owner's as it was when the socket got one; current may be anybody */
	SK_INCOMING = 1 << 9,
	SK_OUTGOING = 1 << 10,
	SK_CUT = 1 << 11,	/* SK_DNS: data is shorter than the message */
};

/* SK_SOCKET. 160 bytes. data: path of an AF_UNIX socket: walked where SK_KERNEL_PATH is set, else as given (abstract ones begin with NUL). */
struct sk_socket {
	struct sk_event e;
	__u8 remote[16];	/* network order; IPv4 in the first four */
	__u8 local[16];
	__u64 sent;		/* bytes of payload */
	__u64 received;
	__u64 duration;		/* ns */
	__s32 error;		/* errno, positive; EINPROGRESS while a connection is being made */
	__s32 fd;		/* -1 where no descriptor was given */
	__u32 net_ns;
	__u16 remote_port;	/* host order */
	__u16 local_port;
	__u16 protocol;
	__u16 path_len;
	__u8 family;		/* AF_*, with IPv4-mapped IPv6 as AF_INET */
	__u8 type;		/* SOCK_* */
	__u8 action;		/* enum sk_socket_action */
	__u8 pad;
};

/* SK_DNS: what one packet carries to or from a name server. data: payload, without the transport's header. 152 bytes. */
struct sk_dns {
	struct sk_event e;
	__u64 socket;		/* the same for all packets of one socket while it lives */
	__u8 remote[16];
	__u8 local[16];
	__u32 net_ns;
	__u32 sequence;		/* TCP */
	__u32 length;		/* bytes of payload the packet has */
	__u32 data_len;		/* bytes of it here */
	__u16 remote_port;
	__u16 local_port;
	__u8 family;
	__u8 protocol;		/* IPPROTO_UDP or IPPROTO_TCP */
	__u8 known;		/* whether the header has an owner */
	__u8 tcp_flags;
	__u64 pad;
};

/* Not a record: the value of the map of that name. Ports of name servers, ended by 0. */
#define SK_DNS_PORTS 8
struct sk_dns_ports {
	__u16 port[SK_DNS_PORTS];
};

#ifndef __BPF__
static_assert(sizeof(struct sk_socket) == 160 && sizeof(struct sk_dns) == 152, "layout");
#endif

#endif
