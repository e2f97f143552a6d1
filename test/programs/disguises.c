// SPDX-License-Identifier: Apache-2.0
/*
 * Things done in a way that hides them from a naive watcher: disguises forged-signal (a signal whose details say that a timer sent it)
 * | small-numbers (in a pid namespace of its own, traces and signals a process by its small number there).
 */
#include "lib.h"
#include <sched.h>
#include <sys/ptrace.h>

static pid_t victim(void)
{
	pid_t pid = MUST(fork());

	if (pid == 0) {
		for (;;)
			pause();
	}
	return pid;
}

static void in_namespace(void)
{
	pid_t target = victim();

	ACT("attach", ptrace(PTRACE_ATTACH, target, 0, 0), ",\"target\":%d", target);
	waitpid(target, NULL, 0);
	ACT("zero", kill(target, 0), ",\"target\":%d", target);
	kill(target, SIGKILL);
	wait_for(target);
	_exit(0);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";

	if (!strcmp(mode, "forged-signal")) {
		pid_t target = victim();
		siginfo_t info = { .si_signo = SIGTERM, .si_code = SI_TIMER };

		ACT("queue", syscall(SYS_rt_sigqueueinfo, target, SIGTERM, &info), ",\"target\":%d", target);
		wait_for(target);
	} else if (!strcmp(mode, "small-numbers")) {
		MUST(unshare(CLONE_NEWPID));
		pid_t pid = MUST(fork());

		if (pid == 0)
			in_namespace();
		say("init", 0, 0, ",\"child\":%d", pid);
		wait_for(pid);
	} else {
		usage("disguises forged-signal|small-numbers");
	}
	return 0;
}
