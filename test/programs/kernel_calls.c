// SPDX-License-Identifier: Apache-2.0
/*
 * Asks the kernel to take in code.
 *
 *   kernel_calls finit-module FOLDER    finit_module() of a file that is no module (the kernel refuses it)
 *   kernel_calls init-module            init_module() of bytes that are no module
 *   kernel_calls delete-module NAME     delete_module() of one that is not there
 *   kernel_calls bpf-map                makes a hash map
 *   kernel_calls bpf-prog               loads a socket filter of two instructions
 *   kernel_calls bpf-attach             attaches it to a socket
 *   kernel_calls bpf-bad                bpf() with a command that does not exist
 */
#include "lib.h"
#include <linux/bpf.h>
#include <sys/socket.h>

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int load(void)
{
	static const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insns = (uint64_t)(uintptr_t)code, .insn_cnt = 2, .license = (uint64_t)(uintptr_t)"GPL", .prog_name = "shrike_tester",
	};

	return ACT("bpf_prog_load", bpf(BPF_PROG_LOAD, &attr), ",\"name\":\"shrike_tester\",\"command\":%d,\"type\":%d", BPF_PROG_LOAD, BPF_PROG_TYPE_SOCKET_FILTER);
}

int main(int argc, char **argv)
{
	static char garbage[4096] = "this is no kernel module";
	char path[4096];

	if (argc < 2)
		usage("kernel_calls MODE [ARGUMENT]");
	const char *mode = argv[1], *argument = argc > 2 ? argv[2] : "/tmp";

	if (!strcmp(mode, "finit-module")) {
		snprintf(path, sizeof(path), "%s/garbage.ko", argument);
		int fd = MUST(open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600));

		MUST(write(fd, garbage, sizeof(garbage)));
		close(fd);
		fd = MUST(open(path, O_RDONLY));
		ACT("finit_module", syscall(SYS_finit_module, fd, "parameter=1", 0), ",\"path\":%s", js(path));
	} else if (!strcmp(mode, "init-module")) {
		ACT("init_module", syscall(SYS_init_module, garbage, sizeof(garbage), ""));
	} else if (!strcmp(mode, "delete-module")) {
		ACT("delete_module", syscall(SYS_delete_module, argument, O_NONBLOCK), ",\"name\":%s", js(argument));
	} else if (!strcmp(mode, "bpf-map")) {
		union bpf_attr attr = { .map_type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 16, .map_name = "shrike_map" };

		ACT("bpf_map_create", bpf(BPF_MAP_CREATE, &attr), ",\"name\":\"shrike_map\",\"command\":%d,\"type\":%d", BPF_MAP_CREATE, BPF_MAP_TYPE_HASH);
	} else if (!strcmp(mode, "bpf-prog")) {
		load();
	} else if (!strcmp(mode, "bpf-attach")) {
		int prog = load(), fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));

		ACT("attach", setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &prog, sizeof(prog)));
	} else if (!strcmp(mode, "bpf-bad")) {
		union bpf_attr attr = { 0 };

		ACT("bpf_bad", bpf(9999, &attr), ",\"command\":9999");
	} else {
		usage("kernel_calls MODE [ARGUMENT]");
	}
	return 0;
}
