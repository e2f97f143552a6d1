// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* The least a tracer can do: a record of 64 bytes for each exec, open or connect, and nothing in it. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} ring SEC(".maps");

const volatile u32 wanted = 0; /* system call number; 0: execs */

static __always_inline int report(void)
{
	u64 *record = bpf_ringbuf_reserve(&ring, 64, 0);

	if (record) {
		record[0] = bpf_ktime_get_boot_ns();
		bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	}
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(execs)
{
	return report();
}

SEC("tp_btf/sys_exit")
int BPF_PROG(calls, struct pt_regs *regs, long ret)
{
	return regs->orig_ax == wanted ? report() : 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
