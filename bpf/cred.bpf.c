// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Changes of who a process is and what it may do: set*id, setgroups, capset, and the parts of prctl that bear on privileges. The record has
 * what the kernel holds afterwards; what was before, the addon knows from the record before it.
 */
#include "sensor.h"
#include <asm/unistd.h>
#include <linux/prctl.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct group_info { int ngroups; kgid_t gid[0]; };
struct cred___more { unsigned int securebits; kernel_cap_t cap_bset, cap_ambient; struct group_info *group_info; };
#pragma clang attribute pop

static __always_inline bool matters(u64 option)
{
	switch (option) {
	case PR_SET_SECUREBITS:
	case PR_SET_KEEPCAPS:
	case PR_SET_NO_NEW_PRIVS:
	case PR_CAPBSET_DROP:
	case PR_CAP_AMBIENT:
		return true;
	default:
		return false;
	}
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_cred, struct pt_regs *regs, long ret)
{
	u32 syscall = sk_native_syscall(regs);
	struct group_info *groups;
	struct cred___more *more;
	const struct cred *cred;
	struct sk_cred *c;
	u32 count;

	if (syscall == __NR_prctl) {
		u64 option = sk_arg(regs, 0);

		/* PR_CAP_AMBIENT_IS_SET asks */
		if (!matters(option) || (option == PR_CAP_AMBIENT && sk_arg(regs, 1) == PR_CAP_AMBIENT_IS_SET))
			return 0;
	}
	c = sk_reserve(SK_CRED, struct sk_cred);
	if (!c)
		return 0;
	sk_header(&c->e, SK_CRED, sizeof(*c));
	c->syscall = syscall;
	__builtin_memset(c->pad, 0, sizeof(c->pad));
	c->error = ret < 0 ? -ret : 0;
	c->args[0] = sk_arg(regs, 0);
	c->args[1] = sk_arg(regs, 1);
	c->args[2] = sk_arg(regs, 2);
	c->args[3] = sk_arg(regs, 3);
	cred = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), real_cred);
	more = (void *)cred;
	c->cap_permitted = sk_caps(cred, cap_permitted);
	c->cap_effective = sk_caps(cred, cap_effective);
	c->cap_inheritable = sk_caps(cred, cap_inheritable);
	c->cap_bounding = sk_caps(more, cap_bset);
	c->cap_ambient = sk_caps(more, cap_ambient);
	c->suid = BPF_CORE_READ(cred, suid.val);
	c->sgid = BPF_CORE_READ(cred, sgid.val);
	c->fsuid = BPF_CORE_READ(cred, fsuid.val);
	c->fsgid = BPF_CORE_READ(cred, fsgid.val);
	c->securebits = BPF_CORE_READ(more, securebits);
	c->user_ns = BPF_CORE_READ(cred, user_ns, ns.inum);
	groups = BPF_CORE_READ(more, group_info);
	count = BPF_CORE_READ(groups, ngroups);
	c->groups_count = count;
	__builtin_memset(c->groups, 0, sizeof(c->groups));
	/* The array may end at the end of a page, so not more than there is. */
	count = sk_clamp(count, SK_GROUPS_MAX);
	bpf_probe_read_kernel(c->groups, count * sizeof(u32), (void *)groups + bpf_core_field_offset(struct group_info, gid));
	sk_submit(c);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
