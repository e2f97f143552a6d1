// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Signals to other processes, and those by which the kernel ends one.
 *
 * What was sent is taken from signal_generate, which has the target itself (one record for each member of a group that was signalled). What failed,
 * and signal 0, which only asks whether a process is there, never get that far and are taken from the end of the system call.
 */
#include "target.h"
#include <asm/unistd.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct kernel_siginfo { int si_signo, si_errno, si_code; };
struct sigaction { void *sa_handler; };
struct k_sigaction { struct sigaction sa; };
struct sighand_struct { struct k_sigaction action[64]; };
struct task_struct___signal { struct sighand_struct *sighand; unsigned int ptrace; };
#pragma clang attribute pop

#define SIGILL 4
#define SIGTRAP 5
#define SIGBUS 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGSEGV 11
#define SIGXCPU 24
#define SIGXFSZ 25
#define SIGSYS 31
#define BIT(n) (1ull << (n))

/* Those the kernel sends for something a process did wrong, or against its will. */
#define FATAL (BIT(SIGILL) | BIT(SIGTRAP) | BIT(SIGBUS) | BIT(SIGFPE) | BIT(SIGKILL) | BIT(SIGSEGV) | BIT(SIGXCPU) | BIT(SIGXFSZ) | BIT(SIGSYS))

#define SYS_SECCOMP 1
#define PF_SIGNALED 0x00000400

#define SI_USER 0
#define SI_KERNEL 0x80
#define SI_TKILL -6
/* Not pointers: the sender gave no details, and the kernel itself. */
#define SEND_SIG_NOINFO 0
#define SEND_SIG_PRIV 1

/* Whether nothing in the process stands between the signal and its end. */
static __always_inline bool ends(struct task_struct *task, int signal)
{
	struct task_struct___signal *with_handlers = (void *)task;
	struct sighand_struct *handlers = BPF_CORE_READ(with_handlers, sighand);
	void *handler = NULL;

	if (signal == SIGKILL)
		return true;
	/* A debugger's breakpoint. */
	if (signal == SIGTRAP && BPF_CORE_READ(with_handlers, ptrace))
		return false;
	bpf_probe_read_kernel(&handler, sizeof(handler), (void *)handlers + bpf_core_field_offset(struct sighand_struct, action) + (u64)((signal - 1) & 63) * bpf_core_type_size(struct k_sigaction) + bpf_core_field_offset(struct sigaction, sa_handler));
	return handler == NULL;
}

/* These let the sender write the details itself: any negative code, a timer's too. */
static __always_inline bool queues(u32 syscall)
{
	return syscall == __NR_rt_sigqueueinfo || syscall == __NR_rt_tgsigqueueinfo || syscall == __NR_pidfd_send_signal;
}

SEC("tp_btf/signal_generate")
int BPF_PROG(signal_generated, int signal, struct kernel_siginfo *info, struct task_struct *task, int group, int result)
{
	bool by_user = (u64)info == SEND_SIG_NOINFO;
	int code = by_user ? SI_USER : SI_KERNEL;
	struct sk_signal *s;

	if ((u64)info > SEND_SIG_PRIV) {
		code = BPF_CORE_READ(info, si_code);
		by_user = code == SI_USER || code == SI_TKILL || (code < 0 && queues(sk_current_syscall()));
	}
	if (by_user) {
		if (task->tgid == (pid_t)(bpf_get_current_pid_tgid() >> 32))
			goto filtered;
	} else if (signal <= 0 || signal > 31 || !(FATAL & BIT(signal)) || !ends(task, signal)) {
		goto filtered;
	}
	s = sk_reserve(SK_SIGNAL, struct sk_signal);
	if (!s)
		return 0;
	if (by_user)
		sk_header(&s->e, SK_SIGNAL, sizeof(*s));
	else
		sk_header_of(&s->e, SK_SIGNAL, sizeof(*s), task);
	sk_target_of(&s->target, task);
	s->address = 0;
	if ((u64)info > SEND_SIG_PRIV && !by_user)
		/* si_addr, and si_call_addr of SIGSYS, come right after the three numbers and their padding */
		bpf_probe_read_kernel(&s->address, sizeof(s->address), (void *)info + 16);
	s->signal = signal;
	s->code = code;
	s->error = 0;
	s->number = 0;
	s->result = result;
	s->syscall = by_user ? sk_current_syscall() : SK_NO_SYSCALL;
	s->by = by_user ? 0 : SK_BY_KERNEL;
	sk_submit(s);
	return 0;
filtered:
	sk_count(SK_SIGNAL, SK_FILTERED);
	return 0;
}

/*
 * Up to 5.15 seccomp ends a process, and on any kernel a single thread, without a signal; only the exit code tells. The flag is there when a
 * signal did come, and for the other threads of the process.
 */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(ended_by_seccomp, struct task_struct *task)
{
	struct sk_signal *s;

	if ((task->exit_code & 0x7f) != SIGSYS || task->flags & PF_SIGNALED)
		return 0;
	s = sk_reserve(SK_SIGNAL, struct sk_signal);
	if (!s)
		return 0;
	sk_header_of(&s->e, SK_SIGNAL, sizeof(*s), task);
	sk_target_of(&s->target, task);
	s->address = 0;
	s->signal = SIGSYS;
	s->code = SYS_SECCOMP;
	s->error = 0;
	s->number = 0;
	s->result = 0;
	s->syscall = SK_NO_SYSCALL;
	s->by = SK_BY_KERNEL;
	sk_submit(s);
	return 0;
}

/* kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_send_signal */
SEC("tp_btf/sys_exit")
int BPF_PROG(sys_signal, struct pt_regs *regs, long ret)
{
	u32 syscall = sk_native_syscall(regs);
	bool thread_form = syscall == __NR_tgkill || syscall == __NR_rt_tgsigqueueinfo;
	int number = sk_arg(regs, thread_form ? 1 : 0), signal = sk_arg(regs, thread_form ? 2 : 1);
	struct task_struct *task;
	struct sk_signal *s;

	if (ret >= 0 && signal != 0)
		return 0;
	if (syscall == __NR_pidfd_send_signal)
		task = sk_task_by_pidfd(number);
	else
		task = number > 0 ? sk_task_by_number(number) : NULL;
	if (task && (u32)BPF_CORE_READ(task, tgid) == bpf_get_current_pid_tgid() >> 32) {
		sk_count(SK_SIGNAL, SK_FILTERED);
		return 0;
	}
	s = sk_reserve(SK_SIGNAL, struct sk_signal);
	if (!s)
		return 0;
	sk_header(&s->e, SK_SIGNAL, sizeof(*s));
	sk_target_of(&s->target, task);
	s->address = 0;
	s->signal = signal;
	s->code = 0;
	s->error = ret < 0 ? -ret : 0;
	s->number = syscall == __NR_pidfd_send_signal ? 0 : number;
	s->result = 0;
	s->syscall = syscall;
	s->by = 0;
	sk_submit(s);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
