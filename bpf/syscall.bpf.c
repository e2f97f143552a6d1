// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * The end of every system call, handed on to the one program that wants it (sk_sys_exit), at the price of one failed tail call for the rest.
 * The end, not the beginning: the result is known, descriptors are resolved, and nothing the caller's memory says can be changed under us
 * between check and use where the kernel's own objects tell the same.
 */
#include "sensor.h"

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_exit, struct pt_regs *regs, long ret)
{
	u32 nr = sk_native_syscall(regs);

	if (nr == SK_NO_SYSCALL)
		return 0;
	bpf_tail_call(ctx, &sk_sys_exit, nr);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
