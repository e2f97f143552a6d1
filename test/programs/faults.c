// SPDX-License-Identifier: Apache-2.0
/*
 * Signals that nobody else sends: faults segv (a child reads address 4096) | seccomp (a child makes a call that its filter kills it for)
 * | own (signals itself, and handles a fault of its own).
 */
#include "lib.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stddef.h>
#include <sys/prctl.h>

static sigjmp_buf back;

static void handle(int number UNUSED)
{
	siglongjmp(back, 1);
}

static void ignore(int number UNUSED)
{
}

static void fault(void)
{
	(void)*(volatile int *)4096;
}

static void forbidden(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	MUST(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
	syscall(SYS_getppid);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";

	if (!strcmp(mode, "own")) {
		signal(SIGUSR1, ignore);
		ACT("kill", kill(getpid(), SIGUSR1));
		signal(SIGSEGV, handle);
		if (!sigsetjmp(back, 1))
			fault();
		say("segv", 0, 0, "");
		return 0;
	}
	if (strcmp(mode, "segv") && strcmp(mode, "seccomp"))
		usage("faults segv|seccomp|own");
	pid_t pid = MUST(fork());

	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		if (!strcmp(mode, "segv"))
			fault();
		else
			forbidden();
		_exit(0);
	}
	say(mode, 0, 0, ",\"child\":%d,\"status\":%d", pid, wait_for(pid));
	return 0;
}
