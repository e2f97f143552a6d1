// SPDX-License-Identifier: Apache-2.0
/* Every way to run a program, and to fail at it. Each act runs in a child of its own, whose pid is printed. */
#include "lib.h"
#include <pthread.h>

#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

extern char **environ;

struct request {
	const char *path;
	char **args;
	int fd, flags; /* execveat when fd is not -1 or flags are set */
	int thread;    /* exec from a thread that is not the leader */
	const char *cwd;
};

static long do_exec(const struct request *request)
{
	if (request->cwd)
		MUST(chdir(request->cwd));
	if (request->fd != -1 || request->flags)
		return syscall(SYS_execveat, request->fd, request->path, request->args, environ, request->flags);
	return syscall(SYS_execve, request->path, request->args, environ);
}

static int error_pipe;

static void *exec_thread(void *argument)
{
	do_exec(argument);
	int error = errno;

	MUST(write(error_pipe, &error, sizeof(error)));
	return NULL;
}

/* A child does it; the parent learns through a close-on-exec pipe whether it worked. */
static void act(const char *name, const char *shown, struct request request)
{
	int ends[2], error = 0;

	MUST(pipe2(ends, O_CLOEXEC));
	error_pipe = ends[1];
	pid_t pid = MUST(fork());

	if (pid == 0) {
		/* What the program prints is not ours to print. */
		int null = open("/dev/null", O_WRONLY);

		dup2(null, 1);
		if (request.thread) {
			pthread_t thread;

			pthread_create(&thread, NULL, exec_thread, &request);
			pthread_join(thread, NULL);
		} else {
			exec_thread(&request);
		}
		_exit(127);
	}
	close(ends[1]);
	if (read(ends[0], &error, sizeof(error)) != sizeof(error))
		error = 0;
	close(ends[0]);
	int status = wait_for(pid);

	say(name, error ? -1 : 0, error, ",\"child\":%d,\"path\":%s,\"status\":%d", pid, js(shown), status);
}

static void copy(const char *from, int to)
{
	char buffer[65536];
	int fd = MUST(open(from, O_RDONLY));
	ssize_t length;

	while ((length = MUST(read(fd, buffer, sizeof(buffer)))) > 0)
		MUST(write(to, buffer, length));
	close(fd);
}

static const char *in(const char *folder, const char *name)
{
	static char paths[4][4096];
	static unsigned turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static void write_file(const char *path, const char *text, int mode)
{
	int fd = MUST(open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600));

	MUST(write(fd, text, strlen(text)));
	MUST(fchmod(fd, mode));
	close(fd);
}

#define ARGS(...) ((char *[]){ __VA_ARGS__, NULL })

static void run(const char *mode, const char *folder, long bytes)
{
	const char *tiny = strdup(sibling("tiny"));

	if (!strcmp(mode, "plain")) {
		act(mode, tiny, (struct request){ .path = tiny, .args = ARGS("tiny", "one", "two words"), .fd = -1, .cwd = folder });
	} else if (!strcmp(mode, "enoent")) {
		const char *path = in(folder, "does-not-exist");

		act(mode, path, (struct request){ .path = path, .args = ARGS("does-not-exist", "argument"), .fd = -1 });
	} else if (!strcmp(mode, "eacces")) {
		const char *path = in(folder, "not-executable");

		write_file(path, "#!/bin/sh\n", 0644);
		act(mode, path, (struct request){ .path = path, .args = ARGS("not-executable"), .fd = -1 });
	} else if (!strcmp(mode, "enoexec")) {
		const char *path = in(folder, "no-program");

		write_file(path, "\001\002\003 this is no program", 0755);
		act(mode, path, (struct request){ .path = path, .args = ARGS("no-program"), .fd = -1 });
	} else if (!strcmp(mode, "memfd")) {
		int fd = MUST(syscall(SYS_memfd_create, "payload", 1 /* MFD_CLOEXEC */));

		copy(tiny, fd);
		act(mode, "memfd:payload", (struct request){ .path = "", .args = ARGS("from-memfd"), .fd = fd, .flags = AT_EMPTY_PATH });
	} else if (!strcmp(mode, "memfd-proc")) {
		int fd = MUST(syscall(SYS_memfd_create, "payload-proc", 0));
		static char path[64];

		copy(tiny, fd);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		act(mode, "memfd:payload-proc", (struct request){ .path = path, .args = ARGS("from-memfd-proc"), .fd = -1 });
	} else if (!strcmp(mode, "execveat-fd")) {
		int fd = MUST(open(tiny, O_PATH | O_CLOEXEC));

		act(mode, tiny, (struct request){ .path = "", .args = ARGS("by-descriptor"), .fd = fd, .flags = AT_EMPTY_PATH });
	} else if (!strcmp(mode, "execveat-folder")) {
		char *parent = strdup(tiny);

		*strrchr(parent, '/') = 0;
		int fd = MUST(open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC));

		act(mode, tiny, (struct request){ .path = "tiny", .args = ARGS("by-folder"), .fd = fd });
	} else if (!strcmp(mode, "deleted")) {
		const char *path = in(folder, "deleted-program");
		int fd = MUST(open(path, O_CREAT | O_TRUNC | O_WRONLY, 0755));

		copy(tiny, fd);
		close(fd);
		fd = MUST(open(path, O_RDONLY | O_CLOEXEC));
		MUST(unlink(path));
		act(mode, path, (struct request){ .path = "", .args = ARGS("deleted-program"), .fd = fd, .flags = AT_EMPTY_PATH });
		close(fd);
	} else if (!strcmp(mode, "script")) {
		const char *path = in(folder, "script.sh");

		write_file(path, "#!/bin/sh -e\nexit 3\n", 0755);
		act(mode, path, (struct request){ .path = path, .args = ARGS("script.sh", "argument"), .fd = -1 });
	} else if (!strcmp(mode, "symlink")) {
		const char *path = in(folder, "link-to-tiny");

		unlink(path);
		MUST(symlink(tiny, path));
		act(mode, tiny, (struct request){ .path = path, .args = ARGS("link-to-tiny"), .fd = -1 });
	} else if (!strcmp(mode, "thread")) {
		act(mode, tiny, (struct request){ .path = tiny, .args = ARGS("from-thread"), .fd = -1, .thread = 1 });
	} else if (!strcmp(mode, "no-args")) {
		/* The kernel from 5.18 on gives it one empty argument. */
		act(mode, tiny, (struct request){ .path = tiny, .args = (char *[]){ NULL }, .fd = -1 });
	} else if (!strcmp(mode, "long")) {
		/* Arguments of at most 100,000 bytes: the kernel takes no single one over 128 KiB. */
		char **args = calloc(bytes / 100000 + 3, sizeof(char *));
		int count = 0;

		args[count++] = "tiny";
		for (long left = bytes; left > 0; left -= 100000) {
			long length = left < 100000 ? left : 100000;
			char *argument = malloc(length + 1);

			memset(argument, 'a' + count % 26, length);
			argument[length] = 0;
			args[count++] = argument;
		}
		act(mode, tiny, (struct request){ .path = tiny, .args = args, .fd = -1 });
	} else {
		usage("exec_variants MODE FOLDER [BYTES]");
	}
}

int main(int argc, char **argv)
{
	if (argc < 3)
		usage("exec_variants MODE FOLDER [BYTES]");
	run(argv[1], argv[2], argc > 3 ? atol(argv[3]) : 5000);
	return 0;
}
