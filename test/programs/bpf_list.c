// SPDX-License-Identifier: Apache-2.0
/* Lists every BPF program and link that is loaded, so that a test can see what an agent leaves behind. */
#include "lib.h"
#include <linux/bpf.h>

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

int main(void)
{
	union bpf_attr attr = { 0 };
	unsigned links = 0;

	while (bpf(BPF_PROG_GET_NEXT_ID, &attr) == 0) {
		unsigned id = attr.next_id;
		struct bpf_prog_info info = { 0 };
		union bpf_attr open_attr = { .prog_id = id };
		int fd = bpf(BPF_PROG_GET_FD_BY_ID, &open_attr);

		if (fd >= 0) {
			union bpf_attr info_attr = { .info = { .bpf_fd = fd, .info_len = sizeof(info), .info = (uint64_t)(uintptr_t)&info } };

			if (bpf(BPF_OBJ_GET_INFO_BY_FD, &info_attr) == 0)
				say("program", 0, 0, ",\"id\":%u,\"name\":%s,\"type\":%u", id, js(info.name), info.type);
			close(fd);
		}
		attr = (union bpf_attr){ .start_id = id };
	}
	attr = (union bpf_attr){ 0 };
	while (bpf(BPF_LINK_GET_NEXT_ID, &attr) == 0) {
		attr = (union bpf_attr){ .start_id = attr.next_id };
		links++;
	}
	say("links", 0, 0, ",\"count\":%u", links);
	return 0;
}
