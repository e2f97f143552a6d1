// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Files created, opened for writing, changed, renamed, removed; and watched ones read.
 *
 * Everything is reported at the end of its system call. Opens and calls on descriptors are told from the kernel's own file; calls on paths
 * from the caller's arguments, with what file_path.bpf.c has seen on the way where the kernel lets it look. Opens for reading that the watch list
 * does not name end here, and so do opens for writing of what is no file of a file system (devices, pipes, /proc, …) unless it is watched.
 */
#include "file_call.h"
#include "file_kind.h"
#include "file_record.h"

#define FMODE_WRITE 0x2
#define FMODE_PATH 0x4000
#define FMODE_CREATED 0x100000
#define O_ACCMODE 3
#define O_CREAT 0100
#define O_EXCL 0200
#define O_TRUNC 01000
#define O_TMPFILE_BIT 020000000
#define AT_REMOVEDIR 0x200

#define EPERM 1
#define EACCES 13
#define EEXIST 17
#define ETXTBSY 26
#define EROFS 30

#define NO_ARG SK_NO_ARGUMENT

/* By native number. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 512);
	__type(key, u32);
	__type(value, struct sk_file_call);
} sk_file_calls SEC(".maps");

static __always_inline bool by_agent(void)
{
	return bpf_get_current_pid_tgid() >> 32 == sk_self_pid;
}

static __always_inline int emit(struct sk_file *f, u64 off)
{
	sk_output(f, SK_FILE, off);
	return 0;
}

static __always_inline u32 open_flags(struct pt_regs *regs, struct sk_file_call *call)
{
	u64 flags;

	if (call->flags == NO_ARG)	/* creat */
		return O_CREAT | O_TRUNC | 1;
	flags = sk_arg(regs, call->flags & 7);
	if (call->how) {
		u64 how = 0;

		bpf_probe_read_user(&how, sizeof(how), (void *)flags);
		return how;
	}
	return flags;
}

static __always_inline int report_open(struct file *file, u8 op, struct pt_regs *regs)
{
	u32 number = sk_native_syscall(regs);
	struct sk_file_call *call = bpf_map_lookup_elem(&sk_file_calls, &number);
	struct sk_file *f = begin(op);

	if (!f)
		return 0;
	f->syscall = number;
	f->flags = BPF_CORE_READ(file, f_flags);
	/* The file keeps only what goes on to matter. */
	if (call && call->op)
		f->flags |= open_flags(regs, call) & (O_CREAT | O_EXCL | O_TRUNC);
	return emit(f, put_file(f, put_folders(f), file));
}

static __always_inline int opened(struct file *file, struct pt_regs *regs, bool typed)
{
	struct sk_watch *watch;
	struct inode *inode;
	u32 f_mode;
	u16 mode;
	u8 op;

	f_mode = sk_get(typed, file, f_mode);
	if (f_mode & FMODE_PATH)
		return 0;
	inode = sk_get(typed, file, f_inode);
	mode = sk_get(typed, inode, i_mode);
	if ((mode & S_IFMT) == S_IFDIR)
		return 0;
	watch = sk_watch_get();
	if (!(f_mode & FMODE_WRITE)) {
		if (!watch || !sk_watch_file(watch, file, typed) || by_agent())
			return 0;
		return report_open(file, SK_FILE_READ, regs);
	}
	if (by_agent())
		return 0;
	op = f_mode & FMODE_CREATED || sk_get(typed, file, f_flags) & O_TMPFILE_BIT ? SK_FILE_CREATE : SK_FILE_OPEN;
	if (is_uninteresting(file, inode, mode, typed) && !(watch && sk_watch_file(watch, file, typed))) {
		sk_count(SK_FILE, SK_FILTERED);
		return 0;
	}
	return report_open(file, op, regs);
}

/* Whether the watch list names the path that the caller gave, which is at the beginning of scratch; `length` is with its NUL. */
static __always_inline bool is_watched_string(struct sk_watch *watch, void *scratch, u32 length, u32 base)
{
	const struct path *from;
	struct fs_struct *fs;
	struct file *file;
	u32 state = watch->start, left = length - 1;
	bool absolute = false;
	int i;

	if (length < 2)
		return false;
	for (i = 0; i < SK_WATCH_STEPS; i++) {
		u8 byte;

		if (left == 0)
			break;
		left = sk_mask(left - 1, SK_PATH_MAX - 1);
		byte = ((u8 *)scratch)[left];
		state = sk_watch_step(watch, state, byte) & SK_WATCH_STATE;
		if (!state)
			return false;
		absolute = byte == '/';
	}
	if (left)
		return true;
	if (!absolute) {
		state = sk_watch_slash(watch, state);
		if (!state)
			return false;
	}
	/* On from where the path begins: the caller's root, its working directory, or the folder it named. */
	if (absolute || (s32)base == AT_FDCWD) {
		fs = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), fs);
		from = absolute ? &fs->root : &fs->pwd;
	} else {
		file = sk_file(base);
		if (!file)
			return false;
		from = &file->f_path;
	}
	return sk_watch_from(state, BPF_CORE_READ(from, dentry), BPF_CORE_READ(from, mnt));
}

/*
 * An open that failed has no file, nor has one whose descriptor another thread has closed already: what the caller said has to do. Refused writes
 * are reported; anything else only when the path is watched, for programs look for files in many places where they are not.
 */
static __always_inline int opened_nothing(struct pt_regs *regs, long ret)
{
	u32 number = sk_native_syscall(regs), flags, base;
	struct sk_file_call *call = bpf_map_lookup_elem(&sk_file_calls, &number);
	struct sk_watch *watch = sk_watch_get();
	bool refused, writes;
	struct sk_file *f;
	u64 off;

	if (!call || !call->op || call->path == NO_ARG || by_agent())
		return 0;
	flags = open_flags(regs, call);
	writes = flags & O_ACCMODE;
	refused = writes && (ret >= 0 || ret == -EACCES || ret == -EPERM || ret == -EROFS || ret == -ETXTBSY);
	if (!refused && !watch)
		return 0;
	base = call->base == NO_ARG ? AT_FDCWD : sk_arg(regs, call->base & 7);
	if (!refused) {
		/* Before anything is put together: look at the string where the record will be. */
		u32 zero = 0;
		void *scratch = bpf_map_lookup_elem(&sk_scratches, &zero);
		long length;

		if (!scratch)
			return 0;
		length = bpf_probe_read_user_str(scratch, SK_PATH_MAX, (void *)sk_arg(regs, call->path & 7));
		if (length < 2 || !is_watched_string(watch, scratch, length, base))
			return 0;
	}
	f = begin(!writes ? SK_FILE_READ : ret < 0 && flags & O_CREAT ? SK_FILE_CREATE : SK_FILE_OPEN);
	if (!f)
		return 0;
	f->syscall = number;
	f->error = ret < 0 ? -ret : 0;
	f->flags = flags;
	off = put_base(f, put_folders(f), base, &f->base_len, 1);
	f->path_len = sk_string(f, off, SK_PATH_MAX, (void *)sk_arg(regs, call->path & 7), user);
	return emit(f, off + f->path_len);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_open, struct pt_regs *regs, long ret)
{
	if (ret >= 0) {
		struct file *file = sk_file_by(ret, SK_TYPED);

		if (file)
			return SK_TYPED ? opened(file, regs, true) : opened(file, regs, false);
	}
	return opened_nothing(regs, ret);
}

static __always_inline u64 put_argument(struct sk_file *f, u64 off, struct pt_regs *regs, u8 argument, u16 *length)
{
	*length = sk_string(f, off, SK_PATH_MAX, (void *)sk_arg(regs, argument & 7), user);
	return off + *length;
}

/* Everything but opens: by path or by descriptor. */
SEC("tp_btf/sys_exit")
int BPF_PROG(sys_file, struct pt_regs *regs, long ret)
{
	u32 number = sk_native_syscall(regs);
	struct sk_file_call *call = bpf_map_lookup_elem(&sk_file_calls, &number);
	struct file *file = NULL;
	struct sk_file *f;
	u64 off;
	u8 op;

	if (!call || call->op == SK_FILE_NONE || by_agent())
		return 0;
	op = call->op;
	/* What was to be made is there: nothing happened. */
	if (ret == -EEXIST && (op == SK_FILE_MKDIR || op == SK_FILE_MKNOD || op == SK_FILE_SYMLINK || op == SK_FILE_LINK)) {
		sk_count(SK_FILE, SK_FILTERED);
		return 0;
	}
	if (call->fd != NO_ARG) {
		file = sk_file(sk_arg(regs, call->fd));
	} else if (call->empty_path) {
		char first = 0;

		/* AT_EMPTY_PATH: the descriptor itself */
		if (bpf_probe_read_user(&first, 1, (void *)sk_arg(regs, call->path)) || !first)
			file = sk_file(sk_arg(regs, call->base));
	}
	if (file) {
		struct inode *inode = BPF_CORE_READ(file, f_inode);
		u16 mode = BPF_CORE_READ(inode, i_mode);

		if ((mode & S_IFMT) != S_IFDIR && is_uninteresting(file, inode, mode, false)) {
			sk_count(SK_FILE, SK_FILTERED);
			return 0;
		}
	}
	f = begin(op);
	if (!f)
		return 0;
	f->syscall = number;
	f->error = ret < 0 ? -ret : 0;
	if (call->flags != NO_ARG)
		f->flags = sk_arg(regs, call->flags & 7);
	if (op == SK_FILE_UNLINK && f->flags & AT_REMOVEDIR)
		f->op = SK_FILE_RMDIR;
	off = put_folders(f);
	if (file) {
		off = put_file(f, off, file);
	} else if (call->path != NO_ARG) {
		if (call->base != NO_ARG)
			off = put_base(f, off, sk_arg(regs, call->base & 7), &f->base_len, 1);
		off = put_argument(f, off, regs, call->path, &f->path_len);
	} else if (ret >= 0) {
		/* A descriptor that another thread has closed meanwhile: what it was is gone. */
		f->e.flags |= SK_PATH_TRUNCATED;
	} else {
		sk_count(SK_FILE, SK_FILTERED);
		return 0;
	}
	if (call->dest != NO_ARG) {
		if (call->dest_base != NO_ARG)
			off = put_base(f, off, sk_arg(regs, call->dest_base & 7), &f->dest_base_len, 2);
		off = put_argument(f, off, regs, call->dest, &f->dest_len);
	}
	if (call->name != NO_ARG) {
		f->name_len = sk_string(f, off, SK_NAME_MAX, (void *)sk_arg(regs, call->name & 7), user);
		off += f->name_len;
	}
	if (call->mode != NO_ARG) {
		u64 value = sk_arg(regs, call->mode & 7);

		if (op == SK_FILE_CHOWN) {
			f->owner = value;
			f->group = sk_arg(regs, (call->mode + 1) & 7);
		} else if (op == SK_FILE_TRUNCATE) {
			/* truncate64 and ftruncate64 of 32-bit programs have it in two registers */
			if (sk_compat() && (sk_syscall_of(regs) == 193 || sk_syscall_of(regs) == 194))
				value |= sk_arg(regs, (call->mode + 1) & 7) << 32;
			f->size = value;
		} else {
			f->mode = value;
		}
	}
	return emit(f, off);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
