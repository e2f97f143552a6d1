/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tester programs share. Each does one kind of thing for real and prints, for every act, one JSON object on a line of its own:
 * {"act", "pid", "ret", "errno", …}. They use system calls, not libraries, so that what they print is what the kernel was asked.
 */
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

/* A string as JSON; up to eight results live at a time. */
static UNUSED const char *js(const char *text)
{
	static char buffers[8][16384];
	static unsigned turn;
	char *buffer = buffers[turn++ % 8], *out = buffer;

	*out++ = '"';
	for (; *text && out < buffer + sizeof(buffers[0]) - 8; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			out += sprintf(out, "\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			out += sprintf(out, "\\u%04x", c);
		else
			*out++ = c;
	}
	*out++ = '"';
	*out = 0;
	return buffer;
}

/* One line. `more` is either empty or a comma and further members, as a printf format. */
static UNUSED __attribute__((format(printf, 4, 5))) void say(const char *act, long ret, int error, const char *more, ...)
{
	va_list args;

	printf("{\"act\":%s,\"pid\":%d,\"ret\":%ld,\"errno\":%d", js(act), getpid(), ret, error);
	va_start(args, more);
	vprintf(more, args);
	va_end(args);
	puts("}");
	fflush(stdout);
}

/* Does a call, says what came of it, and is its result. */
#define ACT(name, call, ...)                                                   \
	({                                                                     \
		errno = 0;                                                     \
		long act_ret = (long)(call);                                   \
		say(name, act_ret, act_ret < 0 ? errno : 0, "" __VA_ARGS__);    \
		act_ret;                                                       \
	})

/* Preparations that must work. */
#define MUST(call)                                                             \
	({                                                                     \
		long must_ret = (long)(call);                                  \
		if (must_ret < 0) {                                            \
			fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, strerror(errno)); \
			exit(125);                                             \
		}                                                              \
		must_ret;                                                      \
	})

static UNUSED void __attribute__((noreturn)) usage(const char *text)
{
	fprintf(stderr, "usage: %s\n", text);
	exit(2);
}

static UNUSED uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static UNUSED void sleep_until(uint64_t ns)
{
	struct timespec ts = { ns / 1000000000, ns % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

static UNUSED void sleep_ms(unsigned ms)
{
	sleep_until(now_ns() + ms * 1000000ull);
}

/* User and system time of this process and the children it has waited for, in nanoseconds. */
static UNUSED void cpu_ns(uint64_t *user, uint64_t *sys)
{
	*user = *sys = 0;
	for (int who = RUSAGE_CHILDREN; who <= RUSAGE_SELF; who++) {
		struct rusage usage;

		getrusage(who, &usage);
		*user += usage.ru_utime.tv_sec * 1000000000ull + usage.ru_utime.tv_usec * 1000ull;
		*sys += usage.ru_stime.tv_sec * 1000000000ull + usage.ru_stime.tv_usec * 1000ull;
	}
}

/* The path of a program beside this one. */
static UNUSED const char *sibling(const char *name)
{
	static char path[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

	MUST(length);
	path[length] = 0;
	snprintf(strrchr(path, '/') + 1, 256, "%s", name);
	return path;
}

/* Waits for a child; its exit code, or 128 + signal. */
static UNUSED int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
