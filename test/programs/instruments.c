// SPDX-License-Identifier: Apache-2.0
/* Uses the kernel's instruments: instruments pin | bad-prog | perf (counts a child's page faults) | uprobe (a probe on this program). */
#include "lib.h"
#include <linux/bpf.h>
#include <linux/perf_event.h>

#define PIN "/sys/fs/bpf/shrike-tester"

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int uprobe_type(void)
{
	int type = -1, fd = open("/sys/bus/event_source/devices/uprobe/type", O_RDONLY);
	char text[16] = { 0 };

	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0)
		type = atoi(text);
	close(fd);
	return type;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";

	if (!strcmp(mode, "pin")) {
		union bpf_attr map = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1, .map_name = "shrike_pinned" };
		union bpf_attr pin = { .pathname = (uint64_t)(uintptr_t)PIN };

		pin.bpf_fd = MUST(bpf(BPF_MAP_CREATE, &map));
		unlink(PIN);
		ACT("pin", bpf(BPF_OBJ_PIN, &pin), ",\"path\":%s", js(PIN));
		pin.bpf_fd = 0;
		bpf(BPF_OBJ_GET, &pin);
		unlink(PIN);
	} else if (!strcmp(mode, "bad-prog")) {
		/* Ends without a value. */
		static const struct bpf_insn code[] = { { .code = BPF_JMP | BPF_EXIT } };
		union bpf_attr attr = {
			.prog_type = BPF_PROG_TYPE_KPROBE, .insns = (uint64_t)(uintptr_t)code, .insn_cnt = 1, .license = (uint64_t)(uintptr_t)"GPL", .prog_name = "shrike_bad",
		};

		ACT("bad_prog", bpf(BPF_PROG_LOAD, &attr));
	} else if (!strcmp(mode, "perf")) {
		struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attr), .config = PERF_COUNT_SW_CPU_CLOCK };
		pid_t pid = MUST(fork());

		if (pid == 0) {
			for (;;)
				pause();
		}
		ACT("perf", syscall(SYS_perf_event_open, &attr, pid, -1, -1, 0), ",\"target\":%d", pid);
		kill(pid, SIGKILL);
		wait_for(pid);
	} else if (!strcmp(mode, "uprobe")) {
		int type = uprobe_type();
		const char *path = sibling("instruments");
		struct perf_event_attr attr = { .type = type < 0 ? 99 : type, .size = sizeof(attr), .uprobe_path = (uint64_t)(uintptr_t)path, .probe_offset = 64 };

		ACT("uprobe", syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0), ",\"path\":%s,\"type\":%s", js(path), type < 0 ? "\"99\"" : "\"uprobe\"");
	} else {
		usage("instruments pin|bad-prog|perf|uprobe");
	}
	return 0;
}
