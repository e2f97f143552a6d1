// SPDX-License-Identifier: Apache-2.0
/*
 * orphan_socket MS: connects to itself over loopback, fills the way so that nothing more is acknowledged, and ends; a child keeps the other end
 * for MS milliseconds. The connection is the dead process's until then.
 */
#include "net.h"

int main(int argc, char **argv)
{
	static char data[1 << 20];
	struct sockaddr_storage address;
	socklen_t length = loopback("4", 0, &address);

	if (argc < 2)
		usage("orphan_socket MS");
	int listener = MUST(socket(AF_INET, SOCK_STREAM, 0));

	MUST(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &(int){ 4096 }, sizeof(int)));
	MUST(bind(listener, (struct sockaddr *)&address, length));
	MUST(listen(listener, 1));
	MUST(getsockname(listener, (struct sockaddr *)&address, &length));
	int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));

	ACT("connect", connect(fd, (struct sockaddr *)&address, length), ",\"port\":%d,\"remote_port\":%d", local_port(fd), local_port(listener));
	int peer = MUST(accept(listener, NULL, NULL));

	MUST(fcntl(fd, F_SETFL, O_NONBLOCK));
	while (write(fd, data, sizeof(data)) > 0)
		;
	if (MUST(fork()) == 0) {
		/* The test waits for the parent's end, not for this one's. */
		close(fd);
		close(0);
		close(1);
		close(2);
		sleep_ms(atoi(argv[1]));
		close(peer);
		return 0;
	}
	return 0;
}
