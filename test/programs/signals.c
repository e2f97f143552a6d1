// SPDX-License-Identifier: Apache-2.0
/* Sends signals to a child made for it: signals kill | tgkill | queue | pidfd | zero | missing [NUMBER]. The default number is SIGUSR1. */
#include "lib.h"

static void ignore(int number UNUSED)
{
}

int main(int argc, char **argv)
{
	int number = argc > 2 ? atoi(argv[2]) : SIGUSR1;

	if (argc < 2)
		usage("signals kill|tgkill|queue|pidfd|zero|missing [NUMBER]");
	const char *mode = argv[1];

	signal(number, ignore);
	pid_t target = MUST(fork());

	if (target == 0) {
		for (;;)
			pause();
	}
#define TO ",\"target\":%d,\"signal\":%d", target, number
	if (!strcmp(mode, "kill"))
		ACT("kill", kill(target, number), TO);
	else if (!strcmp(mode, "tgkill"))
		ACT("tgkill", syscall(SYS_tgkill, target, target, number), TO);
	else if (!strcmp(mode, "queue"))
		ACT("sigqueue", sigqueue(target, number, (union sigval){ .sival_int = 7 }), TO);
	else if (!strcmp(mode, "pidfd"))
		ACT("pidfd_send_signal", syscall(424, MUST(syscall(434, target, 0)), number, NULL, 0), TO);
	else if (!strcmp(mode, "zero"))
		ACT("kill", kill(target, 0), ",\"target\":%d,\"signal\":0", target);
	else if (!strcmp(mode, "missing"))
		ACT("kill", kill(1 << 22, number), ",\"target\":%d,\"signal\":%d", 1 << 22, number);
	else
		usage("signals kill|tgkill|queue|pidfd|zero|missing [NUMBER]");
	kill(target, SIGKILL);
	wait_for(target);
	return 0;
}
