// SPDX-License-Identifier: Apache-2.0
/* floor exec|open|connect: counts the records of floor.bpf.o every 10 ms until SIGTERM, then prints how many. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile int done;

static void stop(int signal)
{
	(void)signal;
	done = 1;
}

static int count(void *total, void *data, size_t size)
{
	(void)data;
	(void)size;
	++*(unsigned long *)total;
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return fprintf(stderr, "usage: floor exec|open|connect OBJECT\n"), 2;
	int execs = strcmp(argv[1], "exec") == 0;
	unsigned int wanted = execs ? 0 : strcmp(argv[1], "open") == 0 ? SYS_openat : SYS_connect;
	unsigned long total = 0;
	struct bpf_object *object = bpf_object__open_file(argv[2], NULL);
	struct bpf_map *map;

	if (!object)
		return fprintf(stderr, "floor: %s cannot be read\n", argv[2]), 3;
	bpf_object__for_each_map(map, object)
		if (strstr(bpf_map__name(map), ".rodata"))
			bpf_map__set_initial_value(map, &wanted, sizeof(wanted));
	if (bpf_object__load(object))
		return fprintf(stderr, "floor: the programs do not load\n"), 3;
	struct bpf_link *link = bpf_program__attach(bpf_object__find_program_by_name(object, execs ? "execs" : "calls"));
	struct ring_buffer *ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "ring"), count, &total, NULL);

	if (!link || !ring)
		return fprintf(stderr, "floor: the programs do not attach\n"), 3;
	signal(SIGTERM, stop);
	signal(SIGINT, stop);
	puts("ready");
	fflush(stdout);
	while (!done) {
		usleep(10000);
		ring_buffer__consume(ring);
	}
	printf("%lu\n", total);
	bpf_link__destroy(link);
	return 0;
}
