// SPDX-License-Identifier: Apache-2.0
/*
 * Sockets that are neither TCP nor UDP.
 *
 *   sockets unix-path FOLDER       connects to a listening socket with a path
 *   sockets unix-abstract NAME     the same with an abstract name
 *   sockets unix-missing FOLDER    connects to a path where there is nothing
 *   sockets unix-dgram FOLDER      sendto() on a datagram socket
 *   sockets raw | raw6             makes a raw ICMP socket
 *   sockets packet                 makes a packet socket
 *   sockets netlink                makes a netlink socket (routing)
 */
#include "net.h"
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <sys/un.h>

static socklen_t unix_address(struct sockaddr_un *address, const char *name, int abstract)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	snprintf(address->sun_path + abstract, sizeof(address->sun_path) - abstract, "%s", name);
	return abstract ? offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name) : sizeof(*address);
}

static void unix_connect(const char *name, int abstract, int type)
{
	struct sockaddr_un address;
	socklen_t length = unix_address(&address, name, abstract);
	int listener = MUST(socket(AF_UNIX, type, 0)), fd = MUST(socket(AF_UNIX, type, 0));

	if (!abstract)
		unlink(name);
	MUST(bind(listener, (struct sockaddr *)&address, length));
	if (type == SOCK_STREAM) {
		MUST(listen(listener, 1));
		ACT("connect", connect(fd, (struct sockaddr *)&address, length), ",\"path\":%s,\"abstract\":%d", js(name), abstract);
	} else {
		ACT("sendto", sendto(fd, "x", 1, 0, (struct sockaddr *)&address, length), ",\"path\":%s,\"abstract\":%d", js(name), abstract);
	}
}

int main(int argc, char **argv)
{
	char path[4096] = "";

	if (argc < 2)
		usage("sockets MODE [FOLDER | NAME]");
	const char *mode = argv[1];

	if (argc > 2)
		snprintf(path, sizeof(path), "%s/socket", argv[2]);
	if (!strcmp(mode, "unix-path")) {
		unix_connect(path, 0, SOCK_STREAM);
	} else if (!strcmp(mode, "unix-abstract") && argc > 2) {
		unix_connect(argv[2], 1, SOCK_STREAM);
	} else if (!strcmp(mode, "unix-dgram")) {
		unix_connect(path, 0, SOCK_DGRAM);
	} else if (!strcmp(mode, "unix-missing")) {
		struct sockaddr_un address;
		socklen_t length = unix_address(&address, path, 0);

		unlink(path);
		ACT("connect", connect(MUST(socket(AF_UNIX, SOCK_STREAM, 0)), (struct sockaddr *)&address, length), ",\"path\":%s", js(path));
	} else if (!strcmp(mode, "raw")) {
		ACT("socket", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), ",\"family\":%d,\"type\":%d,\"protocol\":%d", AF_INET, SOCK_RAW, IPPROTO_ICMP);
	} else if (!strcmp(mode, "raw6")) {
		ACT("socket", socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6), ",\"family\":%d,\"type\":%d,\"protocol\":%d", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
	} else if (!strcmp(mode, "packet")) {
		ACT("socket", socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)), ",\"family\":%d,\"type\":%d,\"protocol\":%d", AF_PACKET, SOCK_RAW, ETH_P_ALL);
	} else if (!strcmp(mode, "netlink")) {
		ACT("socket", socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), ",\"family\":%d,\"type\":%d,\"protocol\":%d", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	} else {
		usage("sockets MODE [FOLDER | NAME]");
	}
	return 0;
}
