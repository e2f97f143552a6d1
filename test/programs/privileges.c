// SPDX-License-Identifier: Apache-2.0
/*
 * Changes who a process is: privileges setuid | setgid | setresuid | setreuid | setgroups | capset | fsuid | keepcaps | suid FOLDER | fails.
 * `suid` runs a set-user-id copy of itself as another user; `fails` asks for root back after giving it up.
 */
#include "lib.h"
#include <grp.h>
#include <linux/capability.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>

#define USER 65534

static void caps(uint32_t effective)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	MUST(syscall(SYS_capget, &header, data));
	data[0].effective &= effective;
	data[0].permitted &= effective;
	data[0].inheritable = 0;
	data[1] = (struct __user_cap_data_struct){ 0 };
	ACT("capset", syscall(SYS_capset, &header, data), ",\"effective\":%u", data[0].effective);
}

static void suid(const char *folder)
{
	char path[4096], buffer[65536];
	ssize_t length;

	snprintf(path, sizeof(path), "%s/suid-copy", folder);
	int from = MUST(open("/proc/self/exe", O_RDONLY)), to = MUST(open(path, O_CREAT | O_TRUNC | O_WRONLY, 0755));

	while ((length = MUST(read(from, buffer, sizeof(buffer)))) > 0)
		MUST(write(to, buffer, length));
	MUST(fchmod(to, 04755));
	close(to);
	pid_t pid = MUST(fork());

	if (pid == 0) {
		MUST(setresgid(USER, USER, USER));
		MUST(setresuid(USER, USER, USER));
		execl(path, "suid-copy", "show", NULL);
		MUST(-1);
	}
	say("suid", 0, 0, ",\"child\":%d,\"path\":%s,\"status\":%d", pid, js(path), wait_for(pid));
}

int main(int argc, char **argv)
{
	if (argc < 2)
		usage("privileges MODE [FOLDER]");
	const char *mode = argv[1];

	if (!strcmp(mode, "show")) {
		say("show", 0, 0, ",\"uid\":%d,\"euid\":%d", getuid(), geteuid());
	} else if (!strcmp(mode, "setuid")) {
		ACT("setuid", syscall(SYS_setuid, USER), ",\"uid\":%d", USER);
	} else if (!strcmp(mode, "setgid")) {
		ACT("setgid", syscall(SYS_setgid, USER), ",\"gid\":%d", USER);
	} else if (!strcmp(mode, "setresuid")) {
		ACT("setresuid", syscall(SYS_setresuid, -1, USER, 0), ",\"euid\":%d", USER);
	} else if (!strcmp(mode, "setreuid")) {
		ACT("setreuid", syscall(SYS_setreuid, USER, 0), ",\"uid\":%d", USER);
	} else if (!strcmp(mode, "fsuid")) {
		ACT("setfsuid", setfsuid(USER), ",\"fsuid\":%d", USER);
	} else if (!strcmp(mode, "setgroups")) {
		ACT("setgroups", setgroups(1, (gid_t[]){ USER }));
	} else if (!strcmp(mode, "capset")) {
		caps(1 << CAP_CHOWN | 1 << CAP_NET_RAW);
	} else if (!strcmp(mode, "keepcaps")) {
		ACT("keepcaps", prctl(PR_SET_KEEPCAPS, 1));
		ACT("setuid", syscall(SYS_setuid, USER), ",\"uid\":%d", USER);
		caps(1 << CAP_NET_RAW);
	} else if (!strcmp(mode, "suid") && argc > 2) {
		suid(argv[2]);
	} else if (!strcmp(mode, "fails")) {
		MUST(syscall(SYS_setuid, USER));
		ACT("setuid", syscall(SYS_setuid, 0), ",\"uid\":0");
	} else {
		usage("privileges MODE [FOLDER]");
	}
	return 0;
}
