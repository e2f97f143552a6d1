// SPDX-License-Identifier: Apache-2.0
/* Runs a tiny program N times, at RATE a second over all of P processes (0: as fast as possible), and says how many execs succeeded. */
#include "lib.h"

extern char **environ;

struct counts {
	uint64_t execs, failed;
};

static void storm(struct counts *counts, uint64_t n, double rate)
{
	const char *path = sibling("tiny");
	char *args[] = { "tiny", NULL };
	uint64_t start = now_ns();

	for (uint64_t i = 0; i < n; i++) {
		/* Pace in small batches: waking up for each would be the load. */
		if (rate > 0 && i % 8 == 0)
			sleep_until(start + (uint64_t)(i / rate * 1e9));
		pid_t pid = vfork();

		if (pid == 0) {
			execve(path, args, environ);
			_exit(127);
		}
		if (pid < 0 || wait_for(pid) == 127)
			counts->failed++;
		else
			counts->execs++;
	}
}

int main(int argc, char **argv)
{
	if (argc < 3)
		usage("exec_storm N RATE [PROCESSES]");
	uint64_t n = strtoull(argv[1], NULL, 10), user, sys, start;
	double rate = atof(argv[2]);
	int processes = argc > 3 ? atoi(argv[3]) : 1;
	struct counts *counts = mmap(NULL, sizeof(*counts) * processes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct counts total = { 0 };

	start = now_ns();
	for (int i = 0; i < processes; i++) {
		if (MUST(fork()) == 0) {
			storm(&counts[i], n / processes + (i < (int)(n % processes)), rate / processes);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	for (int i = 0; i < processes; i++) {
		total.execs += counts[i].execs;
		total.failed += counts[i].failed;
	}
	cpu_ns(&user, &sys);
	say("exec_storm", 0, 0, ",\"execs\":%lu,\"failed\":%lu,\"forks\":%lu,\"elapsed_ns\":%lu,\"user_ns\":%lu,\"sys_ns\":%lu,\"path\":%s",
	    total.execs, total.failed, n + processes, now_ns() - start, user, sys, js(sibling("tiny")));
	return 0;
}
