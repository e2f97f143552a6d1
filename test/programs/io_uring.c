// SPDX-License-Identifier: Apache-2.0
/*
 * Does through io_uring what other programs do through system calls.
 *
 *   io_uring OP FOLDER [async] [sqpoll]
 *
 * OP: openat, openat2, unlink, rename, mkdir, symlink, link, socket, socket-raw, connect, connect-unix, connect-unreachable, send, sendto, accept,
 * accept-multishot, bind, listen, statx. `async` makes a kernel worker do it, `sqpoll` a
 * kernel thread take it from the queue, so that no system call of the program's comes near it.
 */
#include "net.h"
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <sys/un.h>

/* Newer than Debian 12's headers name, or in an enum that the preprocessor does not see. */
#define OP_RENAMEAT 35
#define OP_UNLINKAT 36
#define OP_MKDIRAT 37
#define OP_SYMLINKAT 38
#define OP_LINKAT 39
#define OP_SOCKET 45
#define OP_BIND 56
#define OP_LISTEN 57
#define ACCEPT_MULTISHOT 1

struct ring {
	int fd;
	unsigned flags;
	_Atomic unsigned *sq_tail, *sq_flags, *cq_head, *cq_tail;
	unsigned *sq_mask, *sq_array, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
};

static void ring_open(struct ring *ring, unsigned flags)
{
	struct io_uring_params params = { .flags = flags, .sq_thread_idle = 1000 };

	ring->fd = syscall(SYS_io_uring_setup, 8, &params);
	say("setup", ring->fd < 0 ? -1 : 0, ring->fd < 0 ? errno : 0, ",\"flags\":%u", flags);
	if (ring->fd < 0)
		exit(1);
	ring->flags = flags;
	char *sq = mmap(NULL, params.sq_off.array + params.sq_entries * 4, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQ_RING);
	char *cq = mmap(NULL, params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe), PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_CQ_RING);

	ring->sqes = mmap(NULL, params.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQES);
	ring->sq_tail = (void *)(sq + params.sq_off.tail);
	ring->sq_flags = (void *)(sq + params.sq_off.flags);
	ring->sq_mask = (void *)(sq + params.sq_off.ring_mask);
	ring->sq_array = (void *)(sq + params.sq_off.array);
	ring->cq_head = (void *)(cq + params.cq_off.head);
	ring->cq_tail = (void *)(cq + params.cq_off.tail);
	ring->cq_mask = (void *)(cq + params.cq_off.ring_mask);
	ring->cqes = (void *)(cq + params.cq_off.cqes);
}

/* Submits one entry and waits for its result: that of the system call it stands for, or a negative error. */
static int ring_do(struct ring *ring, const struct io_uring_sqe *entry)
{
	unsigned tail = atomic_load(ring->sq_tail), index = tail & *ring->sq_mask, head = atomic_load(ring->cq_head);

	ring->sqes[index] = *entry;
	ring->sq_array[index] = index;
	atomic_store(ring->sq_tail, tail + 1);
	if (!(ring->flags & IORING_SETUP_SQPOLL))
		MUST(syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0));
	else if (atomic_load(ring->sq_flags) & IORING_SQ_NEED_WAKEUP)
		MUST(syscall(SYS_io_uring_enter, ring->fd, 0, 0, IORING_ENTER_SQ_WAKEUP, NULL, 0));
	for (int i = 0; atomic_load(ring->cq_tail) == head; i++) {
		if (i > 10000) {
			fprintf(stderr, "no completion\n");
			exit(1);
		}
		sleep_ms(1);
	}
	int result = ring->cqes[head & *ring->cq_mask].res;

	atomic_store(ring->cq_head, head + 1);
	return result;
}

static const char *at(const char *folder, const char *name)
{
	static char paths[2][4096];
	static unsigned turn;
	char *path = paths[turn++ % 2];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static const char *existing(const char *path)
{
	close(MUST(open(path, O_CREAT | O_WRONLY, 0600)));
	return path;
}

static uint64_t pointer(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

static int listener(struct sockaddr_storage *address, socklen_t *length)
{
	int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));

	*length = loopback("4", 0, address);
	MUST(bind(fd, (struct sockaddr *)address, *length));
	MUST(listen(fd, 4));
	MUST(getsockname(fd, (struct sockaddr *)address, length));
	return fd;
}

int main(int argc, char **argv)
{
	struct ring ring;
	struct io_uring_sqe entry = { .fd = AT_FDCWD };
	struct open_how how = { .flags = O_CREAT | O_WRONLY, .mode = 0600 };
	struct sockaddr_storage address;
	char more[10000] = "", statx_buffer[256];
	socklen_t length;
	unsigned setup = 0;

	if (argc < 3)
		usage("io_uring OP FOLDER [async] [sqpoll]");
	const char *op = argv[1], *folder = argv[2], *path = "", *target = "";

	for (int i = 3; i < argc; i++) {
		if (!strcmp(argv[i], "async"))
			entry.flags |= IOSQE_ASYNC;
		else if (!strcmp(argv[i], "sqpoll"))
			setup |= IORING_SETUP_SQPOLL;
	}
	ring_open(&ring, setup);
	if (!strcmp(op, "openat")) {
		entry.opcode = IORING_OP_OPENAT;
		entry.addr = pointer(path = at(folder, "ring-opened"));
		entry.open_flags = O_CREAT | O_WRONLY;
		entry.len = 0600;
	} else if (!strcmp(op, "openat2")) {
		entry.opcode = IORING_OP_OPENAT2;
		entry.addr = pointer(path = at(folder, "ring-opened2"));
		entry.len = sizeof(how);
		entry.off = pointer(&how);
	} else if (!strcmp(op, "statx")) {
		entry.opcode = IORING_OP_STATX;
		entry.addr = pointer(path = existing(at(folder, "ring-stat")));
		entry.off = pointer(statx_buffer);
	} else if (!strcmp(op, "unlink")) {
		entry.opcode = OP_UNLINKAT;
		entry.addr = pointer(path = existing(at(folder, "ring-unlinked")));
	} else if (!strcmp(op, "mkdir")) {
		entry.opcode = OP_MKDIRAT;
		entry.addr = pointer(path = at(folder, "ring-folder"));
		entry.len = 0700;
	} else if (!strcmp(op, "rename") || !strcmp(op, "link")) {
		entry.opcode = !strcmp(op, "rename") ? OP_RENAMEAT : OP_LINKAT;
		entry.addr = pointer(path = existing(at(folder, "ring-from")));
		entry.addr2 = pointer(target = at(folder, !strcmp(op, "rename") ? "ring-to" : "ring-link"));
		entry.len = AT_FDCWD;
	} else if (!strcmp(op, "symlink")) {
		entry.opcode = OP_SYMLINKAT;
		entry.addr = pointer(target = "/etc/hostname");
		entry.addr2 = pointer(path = at(folder, "ring-symlink"));
	} else if (!strcmp(op, "socket") || !strcmp(op, "socket-raw")) {
		entry.opcode = OP_SOCKET;
		entry.fd = AF_INET;
		entry.off = !strcmp(op, "socket") ? SOCK_STREAM : SOCK_RAW;
		entry.len = !strcmp(op, "socket") ? 0 : IPPROTO_ICMP;
	} else if (!strcmp(op, "bind")) {
		length = loopback("4", 0, &address);
		entry.opcode = OP_BIND;
		entry.fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
		entry.addr = pointer(&address);
		entry.off = length;
	} else if (!strcmp(op, "listen")) {
		length = loopback("4", 0, &address);
		entry.opcode = OP_LISTEN;
		entry.fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
		MUST(bind(entry.fd, (struct sockaddr *)&address, length));
		entry.len = 4;
		snprintf(more, sizeof(more), ",\"port\":%d", local_port(entry.fd));
	} else if (!strncmp(op, "accept", 6)) {
		int client;

		entry.opcode = IORING_OP_ACCEPT;
		entry.fd = listener(&address, &length);
		entry.ioprio = !strcmp(op, "accept") ? 0 : ACCEPT_MULTISHOT;
		client = MUST(socket(AF_INET, SOCK_STREAM, 0));
		MUST(connect(client, (struct sockaddr *)&address, length));
		snprintf(more, sizeof(more), ",\"port\":%d,\"remote_port\":%d", local_port(entry.fd), local_port(client));
	} else if (!strcmp(op, "connect-unix")) {
		int answering = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
		struct sockaddr_un un = { .sun_family = AF_UNIX };

		snprintf(un.sun_path, sizeof(un.sun_path), "%s/ring-socket", folder);
		unlink(un.sun_path);
		MUST(bind(answering, (struct sockaddr *)&un, sizeof(un)));
		MUST(listen(answering, 4));
		memcpy(&address, &un, sizeof(un));
		entry.opcode = IORING_OP_CONNECT;
		entry.fd = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
		entry.addr = pointer(&address);
		entry.off = sizeof(un);
		path = strdup(un.sun_path);
	} else if (!strcmp(op, "connect-unreachable")) {
		/* 255.255.255.255 is nobody's: refused before the first packet. */
		struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(4242), .sin_addr.s_addr = INADDR_BROADCAST };

		memcpy(&address, &in, sizeof(in));
		entry.opcode = IORING_OP_CONNECT;
		entry.fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
		entry.addr = pointer(&address);
		entry.off = sizeof(in);
	} else if (!strcmp(op, "sendto")) {
		static struct iovec vector = { "twelve bytes", 12 };
		static struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
		int receiver = MUST(socket(AF_INET, SOCK_DGRAM, 0));

		length = loopback("4", 0, &address);
		MUST(bind(receiver, (struct sockaddr *)&address, length));
		MUST(getsockname(receiver, (struct sockaddr *)&address, &length));
		message.msg_name = &address;
		message.msg_namelen = length;
		entry.opcode = IORING_OP_SENDMSG;
		entry.fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));
		entry.addr = pointer(&message);
		entry.len = 1;
		snprintf(more, sizeof(more), ",\"remote_port\":%d", ntohs(((struct sockaddr_in *)&address)->sin_port));
	} else if (!strcmp(op, "connect") || !strcmp(op, "send")) {
		listener(&address, &length);
		entry.fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
		snprintf(more, sizeof(more), ",\"remote_port\":%d", ntohs(((struct sockaddr_in *)&address)->sin_port));
		if (!strcmp(op, "connect")) {
			entry.opcode = IORING_OP_CONNECT;
			entry.addr = pointer(&address);
			entry.off = length;
		} else {
			MUST(connect(entry.fd, (struct sockaddr *)&address, length));
			entry.opcode = IORING_OP_SEND;
			entry.addr = pointer("twelve bytes");
			entry.len = 12;
		}
	} else {
		usage("io_uring OP FOLDER [async] [sqpoll]");
	}
	if (*path)
		snprintf(more, sizeof(more), ",\"path\":%s,\"target\":%s", js(path), js(target));
	int result = ring_do(&ring, &entry);

	say(op, result < 0 ? -1 : result, result < 0 ? -result : 0, "%s,\"opcode\":%d", more, entry.opcode);
	return 0;
}
