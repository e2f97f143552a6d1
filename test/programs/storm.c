// SPDX-License-Identifier: Apache-2.0
/*
 * Does one cheap thing N times and says what each cost, for paired measurements with and without an agent.
 *
 *   storm open N FOLDER       opens one file to read and closes it (a path nobody watches)
 *   storm write N FOLDER      opens one file to write and closes it
 *   storm unlink N FOLDER     makes a file and removes it
 *   storm stat N FOLDER       stats one file: a system call that nothing looks at
 *   storm connect N -         makes a TCP connection over loopback and closes both ends
 *   storm udp N -             sends a datagram over loopback
 *   storm fork N -            forks and waits, without exec
 */
#include "net.h"

int main(int argc, char **argv)
{
	char path[4096];
	uint64_t user, sys, start, elapsed, failed = 0, listener = 0;
	struct sockaddr_storage address;
	socklen_t length = loopback("4", 0, &address);

	if (argc < 4)
		usage("storm open|write|unlink|stat|connect|udp|fork N FOLDER");
	const char *mode = argv[1];
	uint64_t n = strtoull(argv[2], NULL, 10);

	snprintf(path, sizeof(path), "%s/storm", argv[3]);
	if (!strcmp(mode, "connect") || !strcmp(mode, "udp")) {
		listener = MUST(socket(AF_INET, !strcmp(mode, "udp") ? SOCK_DGRAM : SOCK_STREAM, 0));
		MUST(bind(listener, (struct sockaddr *)&address, length));
		if (!strcmp(mode, "connect"))
			MUST(listen(listener, 128));
		MUST(getsockname(listener, (struct sockaddr *)&address, &length));
	} else if (strcmp(mode, "fork")) {
		close(MUST(open(path, O_CREAT | O_WRONLY, 0600)));
	}
	int sender = !strcmp(mode, "udp") ? MUST(socket(AF_INET, SOCK_DGRAM, 0)) : -1;

	start = now_ns();
	if (!strcmp(mode, "open") || !strcmp(mode, "write")) {
		int flags = !strcmp(mode, "open") ? O_RDONLY : O_WRONLY;

		for (uint64_t i = 0; i < n; i++) {
			int fd = open(path, flags);

			if (fd < 0)
				failed++;
			else
				close(fd);
		}
	} else if (!strcmp(mode, "unlink")) {
		for (uint64_t i = 0; i < n; i++) {
			int fd = open(path, O_CREAT | O_WRONLY, 0600);

			if (fd < 0 || unlink(path) < 0)
				failed++;
			close(fd);
		}
	} else if (!strcmp(mode, "stat")) {
		struct stat status;

		for (uint64_t i = 0; i < n; i++)
			failed += stat(path, &status) < 0;
	} else if (!strcmp(mode, "connect")) {
		struct linger linger = { .l_onoff = 1, .l_linger = 0 };

		for (uint64_t i = 0; i < n; i++) {
			int fd = socket(AF_INET, SOCK_STREAM, 0);

			/* A reset instead of TIME_WAIT, or the ports would run out. */
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
			if (connect(fd, (struct sockaddr *)&address, length) < 0) {
				failed++;
			} else {
				int peer = accept(listener, NULL, NULL);

				close(fd);
				close(peer);
				continue;
			}
			close(fd);
		}
	} else if (!strcmp(mode, "udp")) {
		for (uint64_t i = 0; i < n; i++)
			failed += sendto(sender, "x", 1, 0, (struct sockaddr *)&address, length) < 0;
	} else if (!strcmp(mode, "fork")) {
		for (uint64_t i = 0; i < n; i++) {
			pid_t pid = fork();

			if (pid == 0)
				_exit(0);
			if (pid < 0 || wait_for(pid))
				failed++;
		}
	} else {
		usage("storm open|write|unlink|stat|connect|udp|fork N FOLDER");
	}
	elapsed = now_ns() - start;
	cpu_ns(&user, &sys);
	say("storm", 0, 0, ",\"kind\":%s,\"operations\":%lu,\"failed\":%lu,\"elapsed_ns\":%lu,\"ns_per_operation\":%.1f,\"user_ns\":%lu,\"sys_ns\":%lu", js(mode), n, failed,
	    elapsed, (double)elapsed / n, user, sys);
	return 0;
}
