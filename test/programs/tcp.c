// SPDX-License-Identifier: Apache-2.0
/*
 * TCP over loopback. FAMILY is 4, 6 or mapped (IPv4 through an IPv6 socket).
 *
 *   tcp talk FAMILY UP DOWN      a server process and a client: UP bytes to the server, DOWN bytes back
 *   tcp nonblocking FAMILY UP    the same, connecting without blocking
 *   tcp fastopen FAMILY UP       the same, data in sendto(MSG_FASTOPEN) instead of connect
 *   tcp refused FAMILY           connects where nobody listens
 *   tcp refused-nonblocking FAMILY
 *   tcp listen FAMILY            binds, listens, closes
 *   tcp idle-close FAMILY        makes a socket and closes it unused
 */
#include "net.h"
#include <poll.h>

static int listen_on(const char *family, int *port)
{
	struct sockaddr_storage address;
	socklen_t length = loopback(family, 0, &address);
	int fd = MUST(socket(domain_of(family), SOCK_STREAM | SOCK_CLOEXEC, 0));

	if (!strcmp(family, "mapped"))
		MUST(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){ 0 }, sizeof(int)));
	ACT("bind", bind(fd, (struct sockaddr *)&address, length), ",\"port\":%d", local_port(fd));
	*port = local_port(fd);
	/* 23 is TCP_FASTOPEN: accepts data in the SYN. */
	setsockopt(fd, IPPROTO_TCP, 23, &(int){ 16 }, sizeof(int));
	ACT("listen", listen(fd, 16), ",\"port\":%d", *port);
	return fd;
}

static void serve(int listener, long up, long down)
{
	int fd = accept(listener, NULL, NULL);

	say("accept", fd < 0 ? -1 : 0, fd < 0 ? errno : 0, ",\"port\":%d,\"remote_port\":%d", local_port(fd), remote_port(fd));
	long got = read_all(fd, up);

	write_all(fd, down);
	/* The client closes first, so its close is the active one. */
	read_all(fd, 1);
	int port = local_port(fd);

	ACT("server_close", close(fd), ",\"port\":%d,\"received\":%ld,\"sent\":%ld", port, got, down);
}

static void finish_connect(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };
	int error = 0;
	socklen_t length = sizeof(error);

	MUST(poll(&poll_fd, 1, 5000));
	MUST(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length));
	say("connected", error ? -1 : 0, error, ",\"port\":%d,\"remote_port\":%d", local_port(fd), remote_port(fd));
	MUST(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK));
}

static int client(const char *mode, const char *family, int port, long up)
{
	struct sockaddr_storage address;
	socklen_t length = loopback(family, port, &address);
	int nonblocking = strstr(mode, "nonblocking") != NULL;
	int fd = MUST(socket(domain_of(family), SOCK_STREAM | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0), 0));

	if (!strcmp(mode, "fastopen")) {
		char *data = calloc(1, up);
		long ret = sendto(fd, data, up, MSG_FASTOPEN, (struct sockaddr *)&address, length);

		say("fastopen", ret, ret < 0 ? errno : 0, ",\"port\":%d,\"remote_port\":%d", local_port(fd), port);
	} else {
		long ret = connect(fd, (struct sockaddr *)&address, length);

		say("connect", ret, ret < 0 ? errno : 0, ",\"port\":%d,\"remote_port\":%d", local_port(fd), port);
		if (nonblocking)
			finish_connect(fd);
	}
	return fd;
}

int main(int argc, char **argv)
{
	int port;

	if (argc < 3)
		usage("tcp MODE FAMILY [UP [DOWN]]");
	const char *mode = argv[1], *family = argv[2];
	long up = argc > 3 ? atol(argv[3]) : 1000, down = argc > 4 ? atol(argv[4]) : 0;

	if (!strcmp(mode, "idle-close")) {
		ACT("close", close(MUST(socket(domain_of(family), SOCK_STREAM, 0))));
		return 0;
	}
	if (!strncmp(mode, "refused", 7)) {
		/* A port that was just free: bound and closed again. */
		int fd = listen_on(family, &port);

		close(fd);
		close(client(mode, family, port, 0));
		return 0;
	}
	int listener = listen_on(family, &port);

	if (!strcmp(mode, "listen")) {
		ACT("listener_close", close(listener), ",\"port\":%d", port);
		return 0;
	}
	pid_t server = MUST(fork());

	if (server == 0) {
		serve(listener, up, down);
		return 0;
	}
	close(listener);
	int fd = client(mode, family, port, up);

	if (strcmp(mode, "fastopen"))
		write_all(fd, up);
	long got = read_all(fd, down);
	int own = local_port(fd);

	ACT("client_close", close(fd), ",\"port\":%d,\"remote_port\":%d,\"sent\":%ld,\"received\":%ld,\"server\":%d", own, port, up, got, server);
	return wait_for(server);
}
