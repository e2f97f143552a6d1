// SPDX-License-Identifier: Apache-2.0
/*
 * Reaches into another process: trace attach | seize | traceme | vm-read | vm-write | mem | attach-fails.
 * The other process is a child made for it (`target` in the output); `mem` writes through /proc/PID/mem.
 */
#include "lib.h"
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

static volatile long secret = 42;

/* A child that waits to be acted on. */
static pid_t victim(void)
{
	pid_t pid = MUST(fork());

	if (pid == 0) {
		for (;;)
			pause();
	}
	return pid;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		usage("trace attach|seize|traceme|vm-read|vm-write|mem|attach-fails");
	const char *mode = argv[1];

	if (!strcmp(mode, "traceme")) {
		pid_t parent = getpid(), pid = MUST(fork());

		if (pid == 0) {
			ACT("traceme", ptrace(PTRACE_TRACEME, 0, 0, 0), ",\"target\":%d", parent);
			_exit(0);
		}
		return wait_for(pid);
	}
	if (!strcmp(mode, "attach-fails")) {
		ACT("attach", ptrace(PTRACE_ATTACH, 1 << 22, 0, 0), ",\"target\":%d", 1 << 22);
		return 0;
	}
	pid_t target = victim();
	long value = 43;
	struct iovec local = { &value, sizeof(value) }, remote = { (void *)&secret, sizeof(secret) };

	if (!strcmp(mode, "attach")) {
		ACT("attach", ptrace(PTRACE_ATTACH, target, 0, 0), ",\"target\":%d,\"request\":%d", target, PTRACE_ATTACH);
		waitpid(target, NULL, 0);
		ACT("poke", ptrace(PTRACE_POKEDATA, target, &secret, 7), ",\"target\":%d,\"request\":%d", target, PTRACE_POKEDATA);
		ACT("detach", ptrace(PTRACE_DETACH, target, 0, 0), ",\"target\":%d,\"request\":%d", target, PTRACE_DETACH);
	} else if (!strcmp(mode, "seize")) {
		ACT("seize", ptrace(PTRACE_SEIZE, target, 0, 0), ",\"target\":%d,\"request\":%d", target, PTRACE_SEIZE);
	} else if (!strcmp(mode, "vm-read")) {
		ACT("vm_read", process_vm_readv(target, &local, 1, &remote, 1, 0), ",\"target\":%d", target);
	} else if (!strcmp(mode, "vm-write")) {
		ACT("vm_write", process_vm_writev(target, &local, 1, &remote, 1, 0), ",\"target\":%d", target);
	} else if (!strcmp(mode, "mem")) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/%d/mem", target);
		int fd = ACT("open_mem", open(path, O_RDWR), ",\"target\":%d", target);

		ACT("write_mem", pwrite(fd, &value, sizeof(value), (off_t)(uintptr_t)&secret), ",\"target\":%d", target);
	} else {
		usage("trace attach|seize|traceme|vm-read|vm-write|mem|attach-fails");
	}
	kill(target, SIGKILL);
	wait_for(target);
	return 0;
}
