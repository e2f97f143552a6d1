// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * The ways into the kernel's own instruments: bpf(), perf_event_open(), and filters put on sockets. What a call made or acted on is read from the
 * kernel's object behind the descriptor; the caller's memory is asked only about what failed.
 */
#include "target.h"
#include <asm/unistd.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct bpf_prog_aux { u32 id; const char *attach_func_name; char name[16]; };
struct bpf_prog { enum bpf_prog_type type; enum bpf_attach_type expected_attach_type; u32 len; u8 tag[8]; struct bpf_prog_aux *aux; };
struct bpf_map { enum bpf_map_type map_type; u32 max_entries, map_flags, id; char name[16]; };
struct bpf_link { u32 id; struct bpf_prog *prog; };
struct perf_event_attr___kernel { u32 type; u64 config, config1, config2; };
struct pmu { const char *name; };
struct perf_event { struct pmu *pmu; struct perf_event_attr___kernel attr; };
#pragma clang attribute pop

/* The beginning of what perf_event_open is given; see perf_event_open(2). */
struct perf_attr_user {
	u32 type, size;
	u64 config, sample_period, sample_type, read_format, flags;
	u32 wakeup, bp_type;
	u64 config1, config2;
};

#define PATH_MAX_HERE 1024
#define SYMBOL_MAX 128
#define SOL_SOCKET 1
#define SO_ATTACH_FILTER 26
#define SO_ATTACH_BPF 50
#define SO_ATTACH_REUSEPORT_CBPF 51
#define SO_ATTACH_REUSEPORT_EBPF 52

/* Reading and writing maps, and asking around: a thousand to each call that changes what runs. */
static __always_inline bool idle(u32 command)
{
	switch (command) {
	case BPF_MAP_LOOKUP_ELEM:
	case BPF_MAP_UPDATE_ELEM:
	case BPF_MAP_DELETE_ELEM:
	case BPF_MAP_GET_NEXT_KEY:
	case BPF_PROG_GET_NEXT_ID:
	case BPF_MAP_GET_NEXT_ID:
	case BPF_OBJ_GET_INFO_BY_FD:
	case BPF_PROG_QUERY:
	case BPF_BTF_LOAD:
	case BPF_BTF_GET_FD_BY_ID:
	case BPF_TASK_FD_QUERY:
	case BPF_MAP_LOOKUP_AND_DELETE_ELEM:
	case BPF_MAP_FREEZE:
	case BPF_BTF_GET_NEXT_ID:
	case BPF_MAP_LOOKUP_BATCH:
	case BPF_MAP_LOOKUP_AND_DELETE_BATCH:
	case BPF_MAP_UPDATE_BATCH:
	case BPF_MAP_DELETE_BATCH:
	case BPF_LINK_GET_NEXT_ID:
		return true;
	default:
		return false;
	}
}

static __always_inline void describe_prog(struct sk_bpf *b, struct bpf_prog *prog)
{
	struct bpf_prog_aux *aux = BPF_CORE_READ(prog, aux);

	b->object_type = BPF_CORE_READ(prog, type);
	b->attach_type = BPF_CORE_READ(prog, expected_attach_type);
	b->instructions = BPF_CORE_READ(prog, len);
	bpf_core_read(b->tag, sizeof(b->tag), &prog->tag);
	if (!b->has_id) {
		b->id = BPF_CORE_READ(aux, id);
		b->has_id = 1;
	}
	bpf_core_read(b->object_name, sizeof(b->object_name), &aux->name);
}

/* Fills in the kernel's object behind the descriptor, whatever it is. */
static __always_inline struct bpf_prog *describe(struct sk_bpf *b, u32 fd)
{
	struct file *file = sk_file(fd);
	struct bpf_prog *prog = NULL;
	char name[16] = {};
	void *object;

	if (!file)
		return NULL;
	/* Anonymous inodes have names that tell what they are. */
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	object = BPF_CORE_READ(file, private_data);
	if (!__builtin_memcmp(name, "bpf-prog", 9)) {
		b->object = SK_BPF_PROG;
		prog = object;
		describe_prog(b, prog);
	} else if (!__builtin_memcmp(name, "bpf-map", 8)) {
		struct bpf_map *map = object;

		b->object = SK_BPF_MAP;
		b->object_type = BPF_CORE_READ(map, map_type);
		b->max_entries = BPF_CORE_READ(map, max_entries);
		b->flags = BPF_CORE_READ(map, map_flags);
		b->id = BPF_CORE_READ(map, id);
		b->has_id = 1;
		bpf_core_read(b->object_name, sizeof(b->object_name), &map->name);
	} else if (!__builtin_memcmp(name, "bpf_link", 9) || !__builtin_memcmp(name, "bpf-link", 9)) {
		struct bpf_link *link = object;

		b->object = SK_BPF_LINK;
		b->id = BPF_CORE_READ(link, id);
		b->has_id = 1;
		prog = BPF_CORE_READ(link, prog);
		if (prog)
			describe_prog(b, prog);
	}
	return prog;
}

static __always_inline u64 path_from(struct sk_bpf *b, u64 length, u64 pointer)
{
	b->path_len = sk_string(b, length, PATH_MAX_HERE, (void *)pointer, user);
	return length + *(volatile u16 *)&b->path_len;
}

static __always_inline u64 symbol_of(struct sk_bpf *b, u64 length, struct bpf_prog *prog)
{
	const char *name = prog ? BPF_CORE_READ(prog, aux, attach_func_name) : NULL;

	if (!name)
		return length;
	b->attach_len = sk_string(b, length, SYMBOL_MAX, name, kernel);
	return length + *(volatile u16 *)&b->attach_len;
}

static __always_inline struct sk_bpf *start(u32 syscall, long ret)
{
	struct sk_bpf *b = sk_scratch(SK_BPF);

	if (!b)
		return NULL;
	__builtin_memset(b, 0, sizeof(*b));
	sk_header(&b->e, SK_BPF, 0);
	b->syscall = syscall;
	b->error = ret < 0 ? -ret : 0;
	return b;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_bpf, struct pt_regs *regs, long ret)
{
	u32 command = sk_arg(regs, 0), fd = ret < 0 ? -1u : (u32)ret;
	u64 length = sizeof(struct sk_bpf), size = sk_arg(regs, 2), pointer = 0;
	struct bpf_prog *prog = NULL;
	union bpf_attr attr;
	struct sk_bpf *b;

	if (idle(command) || bpf_get_current_pid_tgid() >> 32 == sk_self_pid) {
		sk_count(SK_BPF, SK_FILTERED);
		return 0;
	}
	b = start(sk_native_syscall(regs), ret);
	if (!b)
		return 0;
	b->command = command;
	__builtin_memset(&attr, 0, sizeof(attr));
	size = sk_clamp(size, sizeof(attr));
	bpf_probe_read_user(&attr, size, (void *)sk_arg(regs, 1));

	switch (command) {
	case BPF_PROG_LOAD:
		b->object = SK_BPF_PROG;
		b->object_type = attr.prog_type;
		b->attach_type = attr.expected_attach_type;
		b->instructions = attr.insn_cnt;
		__builtin_memcpy(b->object_name, attr.prog_name, sizeof(b->object_name));
		break;
	case BPF_MAP_CREATE:
		b->object = SK_BPF_MAP;
		b->object_type = attr.map_type;
		b->max_entries = attr.max_entries;
		b->flags = attr.map_flags;
		__builtin_memcpy(b->object_name, attr.map_name, sizeof(b->object_name));
		break;
	case BPF_OBJ_PIN:
		fd = attr.bpf_fd;
		pointer = attr.pathname;
		break;
	case BPF_OBJ_GET:
		pointer = attr.pathname;
		break;
	case BPF_PROG_ATTACH:
	case BPF_PROG_DETACH:
		fd = attr.attach_bpf_fd;
		break;
	case BPF_LINK_CREATE:
		fd = attr.link_create.prog_fd;
		break;
	case BPF_RAW_TRACEPOINT_OPEN:
		fd = attr.raw_tracepoint.prog_fd;
		/* the tracepoint's name, where one is given; programs with BTF bring their own */
		pointer = attr.raw_tracepoint.name;
		break;
	case BPF_PROG_GET_FD_BY_ID:
	case BPF_MAP_GET_FD_BY_ID:
	case BPF_LINK_GET_FD_BY_ID:
		b->id = attr.prog_id;
		b->has_id = 1;
		b->object = command == BPF_PROG_GET_FD_BY_ID ? SK_BPF_PROG : command == BPF_MAP_GET_FD_BY_ID ? SK_BPF_MAP : SK_BPF_LINK;
		break;
	case BPF_LINK_UPDATE:
	case BPF_LINK_DETACH:
	case BPF_ITER_CREATE:
	case BPF_PROG_BIND_MAP:
	case BPF_PROG_TEST_RUN:
		/* the first member is the descriptor */
		fd = attr.map_fd;
		break;
	default:
		fd = -1;
	}
	prog = describe(b, fd);
	if (command == BPF_PROG_ATTACH || command == BPF_PROG_DETACH)
		b->attach_type = attr.attach_type;
	if (command == BPF_LINK_CREATE)
		b->attach_type = attr.link_create.attach_type;
	if (pointer)
		length = path_from(b, length, pointer);
	length = symbol_of(b, length, prog);
	sk_output(b, SK_BPF, length);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_perf_event_open, struct pt_regs *regs, long ret)
{
	u64 length = sizeof(struct sk_bpf), name;
	struct perf_attr_user attr = {};
	struct sk_bpf *b;
	s32 pid;

	if (bpf_get_current_pid_tgid() >> 32 == sk_self_pid) {
		sk_count(SK_BPF, SK_FILTERED);
		return 0;
	}
	b = start(sk_native_syscall(regs), ret);
	if (!b)
		return 0;
	b->object = SK_BPF_PERF;
	bpf_probe_read_user(&attr, sizeof(attr), (void *)sk_arg(regs, 0));
	if (ret >= 0) {
		struct file *file = sk_file(ret);
		struct perf_event *event = file ? BPF_CORE_READ(file, private_data) : NULL;

		attr.type = BPF_CORE_READ(event, attr.type);
		attr.config = BPF_CORE_READ(event, attr.config);
		attr.config1 = BPF_CORE_READ(event, attr.config1);
		attr.config2 = BPF_CORE_READ(event, attr.config2);
		bpf_probe_read_kernel_str(b->object_name, sizeof(b->object_name), BPF_CORE_READ(event, pmu, name));
	}
	b->object_type = attr.type;
	b->config = attr.config;
	b->offset = attr.config2;
	pid = sk_arg(regs, 1);
	b->perf_pid = pid;
	b->perf_cpu = sk_arg(regs, 2);
	if (pid > 0)
		sk_target_of(&b->target, sk_task_by_number(pid));
	/* Dynamic types: kprobes and uprobes have the function's name or the file's path here. */
	name = attr.config1;
	if (attr.type > 5 && name)
		length = path_from(b, length, name);
	sk_output(b, SK_BPF, length);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_setsockopt, struct pt_regs *regs, long ret)
{
	u32 option = sk_arg(regs, 2);
	struct sk_bpf *b;
	u32 value = 0;

	if ((u32)sk_arg(regs, 1) != SOL_SOCKET || (option != SO_ATTACH_FILTER && (option < SO_ATTACH_BPF || option > SO_ATTACH_REUSEPORT_EBPF)))
		return 0;
	b = start(sk_native_syscall(regs), ret);
	if (!b)
		return 0;
	b->command = option;
	bpf_probe_read_user(&value, sizeof(value), (void *)sk_arg(regs, 3));
	if (option == SO_ATTACH_BPF || option == SO_ATTACH_REUSEPORT_EBPF)
		describe(b, value);
	else
		b->instructions = (u16)value;	/* struct sock_fprog begins with the count */
	sk_output(b, SK_BPF, sizeof(struct sk_bpf));
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
