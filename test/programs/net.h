/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses for the network testers. */
#pragma once

#include "lib.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* Loopback as "4", "6" or "mapped" (127.0.0.1 through an IPv6 socket: ::ffff:127.0.0.1). */
static UNUSED socklen_t loopback(const char *family, int port, struct sockaddr_storage *address)
{
	memset(address, 0, sizeof(*address));
	if (!strcmp(family, "4")) {
		struct sockaddr_in *in = (void *)address;

		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(*in);
	}
	struct sockaddr_in6 *in6 = (void *)address;

	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	if (inet_pton(AF_INET6, !strcmp(family, "6") ? "::1" : "::ffff:127.0.0.1", &in6->sin6_addr) != 1)
		usage("family is 4, 6 or mapped");
	return sizeof(*in6);
}

static UNUSED int domain_of(const char *family)
{
	return !strcmp(family, "4") ? AF_INET : AF_INET6;
}

/* The port a socket has on this side. */
static UNUSED int local_port(int fd)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	if (getsockname(fd, (struct sockaddr *)&address, &length) < 0)
		return 0;
	return ntohs(address.ss_family == AF_INET ? ((struct sockaddr_in *)&address)->sin_port : ((struct sockaddr_in6 *)&address)->sin6_port);
}

/* The port on the other side. */
static UNUSED int remote_port(int fd)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	if (getpeername(fd, (struct sockaddr *)&address, &length) < 0)
		return 0;
	return ntohs(address.ss_family == AF_INET ? ((struct sockaddr_in *)&address)->sin_port : ((struct sockaddr_in6 *)&address)->sin6_port);
}

static UNUSED void write_all(int fd, long bytes)
{
	static char buffer[65536];

	while (bytes > 0) {
		ssize_t length = MUST(write(fd, buffer, bytes < (long)sizeof(buffer) ? (size_t)bytes : sizeof(buffer)));

		bytes -= length;
	}
}

static UNUSED long read_all(int fd, long bytes)
{
	static char buffer[65536];
	long total = 0;

	while (total < bytes) {
		ssize_t length = MUST(read(fd, buffer, sizeof(buffer)));

		if (length == 0)
			break;
		total += length;
	}
	return total;
}
