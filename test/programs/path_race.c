// SPDX-License-Identifier: Apache-2.0
/*
 * Changes what a system call is about between its entry and its use, and says what the kernel really did.
 *
 *   path_race memory FOLDER N    one thread swaps the path in memory while the other opens it for writing
 *   path_race rename FOLDER N    one thread exchanges two files while the other opens one of the names
 *   path_race connect - N        one thread swaps the port in memory while the other connects
 *
 * Prints how many times each of the two was reached: FOLDER/decoy and FOLDER/target, or two ports.
 */
#include "lib.h"
#include <arpa/inet.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

static atomic_int done;
static char shared_path[4096], decoy[4096], target[4096];
static struct sockaddr_in shared_address;
static in_port_t ports[2];

static void *swap_memory(void *argument UNUSED)
{
	/* Both names have the same length; only the last path component differs, so each copy the kernel makes is one or the other or a mix. */
	size_t at = strrchr(decoy, '/') - decoy + 1, length = strlen(decoy) - at;

	for (int turn = 0; !done; turn++)
		memcpy(shared_path + at, (turn & 1 ? target : decoy) + at, length);
	return NULL;
}

static void *swap_names(void *argument UNUSED)
{
	while (!done)
		syscall(SYS_renameat2, AT_FDCWD, decoy, AT_FDCWD, target, RENAME_EXCHANGE);
	return NULL;
}

static void *swap_port(void *argument UNUSED)
{
	for (int turn = 0; !done; turn++)
		__atomic_store_n(&shared_address.sin_port, ports[turn & 1], __ATOMIC_RELAXED);
	return NULL;
}

/* N times, and on until both have been reached: on a busy machine the other thread may not get its turn at once. */
static int more(int i, int n, const int *reached)
{
	return i < n || (i < 1000 * n && (!reached[0] || !reached[1]));
}

static ino_t inode(const char *path)
{
	struct stat status;

	MUST(stat(path, &status));
	return status.st_ino;
}

static int make(const char *path)
{
	return MUST(open(path, O_CREAT | O_WRONLY, 0600));
}

static void race_files(int by_rename, const char *folder, int n)
{
	char real[3000];
	pthread_t thread;
	int reached[2] = { 0 }, failed = 0;

	if (!realpath(folder, real))
		usage("path_race memory|rename FOLDER N");
	snprintf(decoy, sizeof(decoy), "%s/decoy-", real);
	snprintf(target, sizeof(target), "%s/target", real);
	close(make(decoy));
	close(make(target));
	ino_t target_inode = inode(target);

	strcpy(shared_path, decoy);
	pthread_create(&thread, NULL, by_rename ? swap_names : swap_memory, NULL);
	for (int i = 0; more(i, n, reached); i++) {
		struct stat status;
		int fd = open(shared_path, O_WRONLY);

		if (fd < 0) {
			failed++;
			continue;
		}
		MUST(fstat(fd, &status));
		reached[status.st_ino == target_inode]++;
		close(fd);
	}
	done = 1;
	pthread_join(thread, NULL);
	say(by_rename ? "race_rename" : "race_memory", 0, 0, ",\"decoy\":%s,\"target\":%s,\"decoy_opens\":%d,\"target_opens\":%d,\"failed\":%d,\"target_inode\":%lu",
	    js(decoy), js(target), reached[0], reached[1], failed, (unsigned long)target_inode);
}

static void race_connect(int n)
{
	int listeners[2], reached[2] = { 0 }, failed = 0;
	pthread_t thread;

	for (int i = 0; i < 2; i++) {
		struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		socklen_t length = sizeof(address);

		listeners[i] = MUST(socket(AF_INET, SOCK_STREAM, 0));
		MUST(bind(listeners[i], (struct sockaddr *)&address, length));
		MUST(listen(listeners[i], 4096));
		MUST(getsockname(listeners[i], (struct sockaddr *)&address, &length));
		ports[i] = address.sin_port;
		shared_address = address;
	}
	pthread_create(&thread, NULL, swap_port, NULL);
	for (int i = 0; more(i, n, reached); i++) {
		struct sockaddr_in peer;
		socklen_t length = sizeof(peer);
		int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));

		if (connect(fd, (struct sockaddr *)&shared_address, sizeof(shared_address)) == 0 && getpeername(fd, (struct sockaddr *)&peer, &length) == 0)
			reached[peer.sin_port == ports[1]]++;
		else
			failed++;
		close(fd);
	}
	done = 1;
	pthread_join(thread, NULL);
	say("race_connect", 0, 0, ",\"ports\":[%d,%d],\"connects\":[%d,%d],\"failed\":%d", ntohs(ports[0]), ntohs(ports[1]), reached[0], reached[1], failed);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		usage("path_race memory|rename|connect FOLDER N");
	if (!strcmp(argv[1], "connect"))
		race_connect(atoi(argv[3]));
	else
		race_files(!strcmp(argv[1], "rename"), argv[2], atoi(argv[3]));
	return 0;
}
