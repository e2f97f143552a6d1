// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Kernel modules: init_module, finit_module, delete_module. Their end tells the result; module_load and module_free, on the way there in the same
 * task, tell the module's own name and what it taints.
 */
#include "sensor.h"
#include <asm/unistd.h>

#define MODULE_NAME 56
#define PARAMS_MAX 1024

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct module { char name[MODULE_NAME]; unsigned long taints; };
#pragma clang attribute pop

struct seen { u64 taints; char name[MODULE_NAME]; };

/* By task, from the tracepoint to the end of its system call. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 256);
	__type(key, u64);
	__type(value, struct seen);
} module_seen SEC(".maps");

static __always_inline int remember(struct module *module)
{
	u64 id = bpf_get_current_pid_tgid();
	struct seen seen = {};

	seen.taints = BPF_CORE_READ(module, taints);
	bpf_probe_read_kernel_str(seen.name, sizeof(seen.name), &module->name);
	bpf_map_update_elem(&module_seen, &id, &seen, BPF_ANY);
	return 0;
}

SEC("?tp_btf/module_load")
int BPF_PROG(module_load, struct module *module)
{
	return remember(module);
}

SEC("?tp_btf/module_free")
int BPF_PROG(module_free, struct module *module)
{
	return remember(module);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_module, struct pt_regs *regs, long ret)
{
	u32 syscall = sk_native_syscall(regs);
	u64 id = bpf_get_current_pid_tgid(), length = sizeof(struct sk_module), params = 0;
	struct sk_module *m = sk_scratch(SK_MODULE);
	struct seen *seen;

	if (!m)
		return 0;
	__builtin_memset(m, 0, sizeof(*m));
	sk_header(&m->e, SK_MODULE, 0);
	m->syscall = syscall;
	m->error = ret < 0 ? -ret : 0;
	if (syscall == __NR_finit_module) {
		struct file *file = sk_file(sk_arg(regs, 0));

		params = sk_arg(regs, 1);
		m->flags = sk_arg(regs, 2);
		if (file) {
			struct inode *inode = BPF_CORE_READ(file, f_inode);

			m->file_inode = BPF_CORE_READ(inode, i_ino);
			m->file_dev = BPF_CORE_READ(inode, i_sb, s_dev);
			m->file_size = BPF_CORE_READ(inode, i_size);
			if (BPF_CORE_READ(inode, i_nlink) == 0)
				m->e.flags |= SK_FILELESS;
			sk_walk_path(m, length, &file->f_path, &m->path_len, &m->e.flags, SK_PATH_TRUNCATED);
			length += *(volatile u16 *)&m->path_len;
			m->e.flags |= SK_KERNEL_PATH;
		}
	} else if (syscall == __NR_init_module) {
		m->file_size = sk_arg(regs, 1);
		params = sk_arg(regs, 2);
		m->e.flags |= SK_FILELESS;
	} else {
		m->flags = sk_arg(regs, 1);
	}
	seen = bpf_map_lookup_elem(&module_seen, &id);
	if (seen) {
		m->taints = seen->taints;
		m->name_len = sk_string(m, length, MODULE_NAME, seen->name, kernel);
		bpf_map_delete_elem(&module_seen, &id);
	} else if (syscall == __NR_delete_module) {
		m->name_len = sk_string(m, length, MODULE_NAME, (void *)sk_arg(regs, 0), user);
	}
	length += *(volatile u16 *)&m->name_len;
	if (params) {
		m->params_len = sk_string(m, length, PARAMS_MAX, (void *)params, user);
		if (m->params_len == PARAMS_MAX)
			m->e.flags |= SK_ARGS_TRUNCATED;
		length += *(volatile u16 *)&m->params_len;
	}
	sk_output(m, SK_MODULE, length);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
