// SPDX-License-Identifier: Apache-2.0
/*
 * Processes whose family or lifetime is unusual.
 *
 *   lifetimes threads N        N threads, each of which forks a child that execs
 *   lifetimes clone-parent     a child made with CLONE_PARENT: its parent is ours
 *   lifetimes short MS         execs a child that lives MS milliseconds
 *   lifetimes orphan           a grandchild whose parent ends first
 *   lifetimes chain DEPTH      each execs the next
 *   lifetimes exit CODE        a child that execs and ends with that code
 *   lifetimes signal NUMBER    a child that execs and dies by that signal
 *   lifetimes crash            a child that execs and reads address 0
 */
#include "lib.h"
#include <pthread.h>
#include <sched.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Runs this very program again in a child. */
static pid_t again(const char *first, const char *second)
{
	pid_t pid = MUST(fork());

	if (pid == 0) {
		execl("/proc/self/exe", "lifetimes", first, second, NULL);
		_exit(127);
	}
	return pid;
}

static void *thread_main(void *argument UNUSED)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl(sibling("tiny"), "tiny", "by-thread", NULL);
		_exit(127);
	}
	int status = wait_for(pid), tid = syscall(SYS_gettid);

	pthread_mutex_lock(&lock);
	say("thread_child", status, 0, ",\"child\":%d,\"tid\":%d", pid, tid);
	pthread_mutex_unlock(&lock);
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		usage("lifetimes MODE [NUMBER]");
	const char *mode = argv[1], *text = argc > 2 ? argv[2] : "1";
	int number = atoi(text);

	if (!strcmp(mode, "threads")) {
		pthread_t threads[1024];

		sibling("tiny");
		for (int i = 0; i < number && i < 1024; i++)
			pthread_create(&threads[i], NULL, thread_main, NULL);
		for (int i = 0; i < number && i < 1024; i++)
			pthread_join(threads[i], NULL);
	} else if (!strcmp(mode, "clone-parent")) {
		/* This process forks one that forks a sibling of its own. */
		pid_t middle = MUST(fork());

		if (middle == 0) {
			pid_t pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);

			if (pid == 0) {
				execl(sibling("tiny"), "tiny", "clone-parent", NULL);
				_exit(127);
			}
			say("clone_parent", pid, pid < 0 ? errno : 0, ",\"child\":%d,\"parent\":%d", pid, getppid());
			_exit(0);
		}
		while (wait(NULL) > 0)
			;
	} else if (!strcmp(mode, "short")) {
		pid_t pid = again("sleep", text);

		say("short", wait_for(pid), 0, ",\"child\":%d,\"ms\":%d", pid, number);
	} else if (!strcmp(mode, "sleep")) {
		sleep_ms(number);
	} else if (!strcmp(mode, "orphan")) {
		pid_t pid = MUST(fork());

		if (pid == 0) {
			pid_t grandchild = MUST(fork());

			if (grandchild == 0) {
				sleep_ms(50);
				execl(sibling("tiny"), "tiny", "orphan", NULL);
				_exit(127);
			}
			say("orphan", 0, 0, ",\"child\":%d", grandchild);
			_exit(0);
		}
		wait_for(pid);
		sleep_ms(150);
	} else if (!strcmp(mode, "chain")) {
		say("link", 0, 0, ",\"depth\":%d,\"parent\":%d", number, getppid());
		if (number > 1) {
			char next[16];

			snprintf(next, sizeof(next), "%d", number - 1);
			wait_for(again("chain", next));
		}
	} else if (!strcmp(mode, "exit") || !strcmp(mode, "signal")) {
		pid_t pid = again(!strcmp(mode, "exit") ? "end-exit" : "end-signal", text);

		say(mode, 0, 0, ",\"child\":%d,\"status\":%d", pid, wait_for(pid));
	} else if (!strcmp(mode, "crash")) {
		pid_t pid = again("end-crash", "1");

		say(mode, 0, 0, ",\"child\":%d,\"status\":%d", pid, wait_for(pid));
	} else if (!strcmp(mode, "end-crash")) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
		(void)*(volatile int *)NULL;
	} else if (!strcmp(mode, "end-exit")) {
		_exit(number);
	} else if (!strcmp(mode, "end-signal")) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
		signal(number, SIG_DFL);
		raise(number);
	} else {
		usage("lifetimes MODE [NUMBER]");
	}
	return 0;
}
