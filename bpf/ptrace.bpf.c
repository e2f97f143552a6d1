// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* Processes that reach into others: ptrace, process_vm_readv and writev, pidfd_getfd. */
#include "target.h"
#include <asm/unistd.h>

/* linux/ptrace.h brings registers of its own. */
#define PTRACE_TRACEME 0
#define PTRACE_POKETEXT 4
#define PTRACE_POKEDATA 5
#define PTRACE_POKEUSR 6
#define PTRACE_KILL 8
#define PTRACE_SETREGS 13
#define PTRACE_SETFPREGS 15
#define PTRACE_ATTACH 16
#define PTRACE_DETACH 17
#define PTRACE_SETSIGINFO 0x4203
#define PTRACE_SETREGSET 0x4205
#define PTRACE_SEIZE 0x4206
#define PTRACE_SETSIGMASK 0x420b

struct iovec_user { u64 base, length; };

/* Reading, stepping and letting go on are a debugger's daily bread, a thousand to each request that changes something. */
static __always_inline bool matters(long request)
{
	switch (request) {
	case PTRACE_TRACEME:
	case PTRACE_POKETEXT:
	case PTRACE_POKEDATA:
	case PTRACE_POKEUSR:
	case PTRACE_ATTACH:
	case PTRACE_SEIZE:
	case PTRACE_DETACH:
	case PTRACE_KILL:
	case PTRACE_SETREGSET:
	case PTRACE_SETSIGINFO:
	case PTRACE_SETSIGMASK:
#if defined(__TARGET_ARCH_x86)
	case PTRACE_SETREGS:
	case PTRACE_SETFPREGS:
#endif
		return true;
	default:
		return false;
	}
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_ptrace, struct pt_regs *regs, long ret)
{
	u32 syscall = sk_native_syscall(regs);
	struct task_struct *task;
	struct sk_ptrace *p;
	long request = -1;

	if (syscall == __NR_ptrace) {
		request = (int)sk_arg(regs, 0);
		if (!matters(request)) {
			sk_count(SK_PTRACE, SK_FILTERED);
			return 0;
		}
	}
	p = sk_reserve(SK_PTRACE, struct sk_ptrace);
	if (!p)
		return 0;
	sk_header(&p->e, SK_PTRACE, sizeof(*p));
	p->request = request;
	p->error = ret < 0 ? -ret : 0;
	p->address = 0;
	p->value = 0;
	p->length = 0;
	p->number = sk_arg(regs, 0);
	p->syscall = syscall;
	p->pad = 0;
	if (syscall == __NR_ptrace) {
		p->number = sk_arg(regs, 1);
		p->address = sk_arg(regs, 2);
		p->value = sk_arg(regs, 3);
		/* the one that is traced */
		task = request == PTRACE_TRACEME ? (void *)bpf_get_current_task() : sk_task_by_number(p->number);
	} else if (syscall == __NR_pidfd_getfd) {
		p->value = sk_arg(regs, 1);
		p->number = 0;
		task = sk_task_by_pidfd(sk_arg(regs, 0));
	} else {
		struct iovec_user remote = {};
		u64 pointer = sk_arg(regs, 3);

		if (sk_compat()) {
			u32 words[2] = {};

			bpf_probe_read_user(words, sizeof(words), (void *)pointer);
			remote.base = words[0];
			remote.length = words[1];
		} else {
			bpf_probe_read_user(&remote, sizeof(remote), (void *)pointer);
		}
		p->address = remote.base;
		p->length = ret >= 0 ? ret : remote.length;
		task = sk_task_by_number(p->number);
	}
	sk_target_of(&p->target, task);
	sk_submit(p);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
