/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Reading the kernel's memory without a helper call, where the kernel lets programs. */
#ifndef SHRIKE_TYPED_H
#define SHRIKE_TYPED_H

#include "sensor.h"

/*
 * Casting a pointer to a kernel type lets a program read through it with plain loads (6.2 and later); a call of bpf_probe_read_kernel costs ten
 * times as much. Both ways are written down once: every function takes `typed`, a constant at load time.
 */
extern void *bpf_rdonly_cast(const void *object, u32 type) __ksym __weak;
enum special_kfunc_type { KF_bpf_rdonly_cast = 0x7fff };
#define SK_TYPED bpf_core_enum_value_exists(enum special_kfunc_type, KF_bpf_rdonly_cast)

#define sk_cast(type, pointer, typed)                                                              \
	((typed) ? (struct type *)bpf_rdonly_cast((pointer), bpf_core_type_id_kernel(struct type)) : (struct type *)(pointer))
#define sk_get(typed, pointer, field)                                                              \
	({                                                                                         \
		typeof(pointer) __p = (pointer);                                                   \
		(typed) ? __p->field : BPF_CORE_READ(__p, field);                                  \
	})

/* The open file behind a descriptor, or NULL; without a helper call where types allow it. */
static __always_inline struct file *sk_file_by(u32 fd, bool typed)
{
	struct path *slot;
	struct fdtable *table;

	if (!typed)
		return sk_file(fd);
	table = ((struct task_struct *)bpf_get_current_task_btf())->files->fdt;
	if (fd >= table->max_fds)
		return NULL;
	/* A slot holds a pointer, and a pointer is what every struct path begins with. */
	slot = sk_cast(path, table->fd + fd, true);
	return sk_cast(file, slot->mnt, true);
}

#endif
