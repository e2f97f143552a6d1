// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* A program that does nothing, to learn whether this kernel lets programs attach to functions (BPF trampolines). */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

SEC("fentry/security_file_open")
int BPF_PROG(probe_fentry)
{
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
