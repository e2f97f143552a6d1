// SPDX-License-Identifier: Apache-2.0
/*
 * Changes namespaces: namespaces unshare NS | clone NS | setns NS | setns-pidfd NS | unshare-fails, where NS is mnt, uts, ipc, net, pid, user or cgroup.
 * `setns` enters the namespace of a child that unshared it; `unshare-fails` asks for something the kernel refuses.
 */
#include "lib.h"
#include <sched.h>

static const struct {
	const char *name;
	int flag;
} kinds[] = {
	{ "mnt", CLONE_NEWNS }, { "uts", CLONE_NEWUTS }, { "ipc", CLONE_NEWIPC }, { "net", CLONE_NEWNET },
	{ "pid", CLONE_NEWPID }, { "user", CLONE_NEWUSER }, { "cgroup", CLONE_NEWCGROUP },
};

static unsigned long namespace_number(pid_t pid, const char *name)
{
	char path[64];
	struct stat status;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
	return stat(path, &status) < 0 ? 0 : status.st_ino;
}

/* A child that has unshared and waits. */
static pid_t holder(int flag)
{
	int ends[2];
	char byte;

	MUST(pipe(ends));
	pid_t pid = MUST(fork());

	if (pid == 0) {
		MUST(unshare(flag));
		MUST(write(ends[1], "x", 1));
		for (;;)
			pause();
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1)
		exit(125);
	return pid;
}

int main(int argc, char **argv)
{
	int flag = 0;

	if (argc < 2)
		usage("namespaces MODE [NAMESPACE]");
	const char *mode = argv[1], *name = argc > 2 ? argv[2] : "";

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].name, name))
			flag = kinds[i].flag;
	if (!strcmp(mode, "unshare-fails")) {
		ACT("unshare", unshare(0x40000000 | CLONE_THREAD | 1), ",\"flags\":%d", 0x40000000 | CLONE_THREAD | 1);
		return 0;
	}
	if (!flag)
		usage("namespaces MODE mnt|uts|ipc|net|pid|user|cgroup");
	if (!strcmp(mode, "unshare")) {
		ACT("unshare", unshare(flag), ",\"flags\":%d,\"namespace\":%lu", flag, namespace_number(getpid(), name));
	} else if (!strcmp(mode, "clone")) {
		pid_t pid = syscall(SYS_clone, flag | SIGCHLD, NULL, NULL, NULL, NULL);

		if (pid == 0)
			_exit(0);
		say("clone", pid, pid < 0 ? errno : 0, ",\"flags\":%d,\"child\":%d", flag, pid);
		if (pid > 0)
			wait_for(pid);
	} else if (!strcmp(mode, "setns") || !strcmp(mode, "setns-pidfd")) {
		pid_t pid = holder(flag);
		char path[64];
		int fd;

		if (!strcmp(mode, "setns")) {
			snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
			fd = MUST(open(path, O_RDONLY));
			ACT("setns", syscall(SYS_setns, fd, flag), ",\"flags\":%d,\"target\":%d", flag, pid);
		} else {
			fd = MUST(syscall(434 /* pidfd_open */, pid, 0));
			ACT("setns", syscall(SYS_setns, fd, flag), ",\"flags\":%d,\"target\":%d", flag, pid);
		}
		kill(pid, SIGKILL);
		wait_for(pid);
	} else {
		usage("namespaces MODE mnt|uts|ipc|net|pid|user|cgroup");
	}
	return 0;
}
