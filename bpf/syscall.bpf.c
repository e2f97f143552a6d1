// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * The end of every system call, handed on to the one program that wants it (sk_sys_exit), at the price of one failed tail call for the rest.
 * The end, not the beginning: the result is known, descriptors are resolved, and nothing the caller's memory says can be changed under us
 * between check and use where the kernel's own objects tell the same.
 */
#include "sensor.h"

#if defined(__TARGET_ARCH_x86)
/* 32-bit numbers to 64-bit ones, filled by the loader; absent means not watched. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 512);
	__type(key, u32);
	__type(value, u32);
} sk_compat_numbers SEC(".maps");
#endif

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_exit, struct pt_regs *regs, long ret)
{
	u32 nr = sk_syscall_of(regs);

#if defined(__TARGET_ARCH_x86)
	if (sk_compat()) {
		u32 *native = bpf_map_lookup_elem(&sk_compat_numbers, &nr);

		if (!native || !*native)
			return 0;
		nr = *native;
	}
#endif
	bpf_tail_call(ctx, &sk_sys_exit, nr);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
