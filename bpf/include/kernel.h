/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The parts of the kernel's types that the programs read, by hand and by CO-RE: libbpf finds the running kernel's own offsets at load time,
 * so these declarations need only the right names. That keeps the build independent of the kernel it happens on. Where a name changed
 * between kernels, the older or newer form has a flavour (a suffix after three underscores), and the reader probes for it.
 */
#ifndef SHRIKE_KERNEL_H
#define SHRIKE_KERNEL_H

#include <linux/types.h>
#include <linux/bpf.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;
typedef int pid_t;
typedef unsigned short umode_t;
typedef unsigned int fmode_t;
typedef long long loff_t;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct { u32 val; } kuid_t;
typedef struct { u32 val; } kgid_t;
typedef struct { int counter; } atomic_t;
typedef struct { u64 val; } kernel_cap_t;

struct list_head { struct list_head *next, *prev; };
struct qstr { u32 len; const unsigned char *name; };
struct ns_common { unsigned int inum; };
struct pid_namespace { struct ns_common ns; unsigned int level; };
struct mnt_namespace { struct ns_common ns; };
struct net { struct ns_common ns; };
struct user_namespace { struct ns_common ns; struct user_namespace *parent; int level; };
struct nsproxy {
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
	struct net *net_ns;
};
struct upid { int nr; struct pid_namespace *ns; };
struct pid { unsigned int level; struct upid numbers[1]; };

struct file_system_type { const char *name; };
struct super_block { u32 s_dev; unsigned long s_magic; struct file_system_type *s_type; char s_id[32]; };
struct timespec64 { s64 tv_sec; long tv_nsec; };
struct inode {
	umode_t i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	struct super_block *i_sb;
	unsigned long i_ino;
	unsigned int i_nlink;
	loff_t i_size;
	s64 i_atime_sec, i_mtime_sec, i_ctime_sec;	/* 6.11 and later */
	u32 i_rdev;
};
struct inode___old_times { struct timespec64 i_atime, i_mtime, i_ctime; };	/* up to 6.5 */
struct inode___6_6 { struct timespec64 i_atime, i_mtime, __i_ctime; };		/* 6.6 */
struct inode___6_7 { struct timespec64 __i_atime, __i_mtime, __i_ctime; };	/* 6.7 to 6.10 */

struct vfsmount;
struct dentry {
	unsigned int d_flags;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
};
struct vfsmount { struct dentry *mnt_root; struct super_block *mnt_sb; int mnt_flags; };
struct mount { struct mount *mnt_parent; struct dentry *mnt_mountpoint; struct vfsmount mnt; };
struct path { struct vfsmount *mnt; struct dentry *dentry; };
struct file { struct path f_path; struct inode *f_inode; unsigned int f_flags; fmode_t f_mode; void *private_data; };
struct fdtable { unsigned int max_fds; struct file **fd; };
struct files_struct { struct fdtable *fdt; };
struct fs_struct { struct path root, pwd; };

struct mm_struct { unsigned long arg_start, arg_end, env_start, env_end; struct file *exe_file; };
struct cred {
	kuid_t uid, suid, euid, fsuid;
	kgid_t gid, sgid, egid, fsgid;
	kernel_cap_t cap_inheritable, cap_permitted, cap_effective, cap_bset, cap_ambient;
	struct user_namespace *user_ns;
};
struct tty_struct { char name[64]; };
struct signal_struct {
	atomic_t live;
	struct pid *pids[4];
	struct tty_struct *tty;
	u64 utime, stime;
};

struct kernfs_node { u64 id; const char *name; struct kernfs_node *parent; };
struct kernfs_node___6_15 { struct kernfs_node *__parent; };	/* renamed in 6.15 */
struct cgroup_root { int hierarchy_id; };
struct cgroup { int level; struct kernfs_node *kn; struct cgroup_root *root; };
struct cgroup_subsys_state { struct cgroup *cgroup; };
struct css_set { struct cgroup_subsys_state *subsys[16]; struct cgroup *dfl_cgrp; };

struct thread_info { unsigned long flags; u32 status; };
struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	pid_t pid, tgid;
	struct task_struct *real_parent, *parent, *group_leader;
	u64 start_boottime;
	u64 utime, stime;
	const struct cred *cred, *real_cred;
	struct mm_struct *mm;
	struct fs_struct *fs;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	struct pid *thread_pid;
	struct css_set *cgroups;
	char comm[16];
	int exit_code;
	kuid_t loginuid;
	unsigned int sessionid;
};

struct linux_binprm {
	struct file *file, *executable, *interpreter;
	struct cred *cred;
	int argc, envc;
	const char *filename, *interp, *fdpath;
};

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs { u64 regs[31]; u64 sp, pc, pstate; u64 orig_x0; s32 syscallno; };
#endif

#pragma clang attribute pop

/* Only the ids that are asked for by bpf_core_enum_value. */
enum cgroup_subsys_id { pids_cgrp_id = 1, memory_cgrp_id = 2, cpu_cgrp_id = 3 };

struct bpf_iter_meta { struct seq_file *seq; u64 session_id, seq_num; } __attribute__((preserve_access_index));
struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; } __attribute__((preserve_access_index));

#define PIDTYPE_PGID 2
#define PIDTYPE_SID 3
#define PF_KTHREAD 0x00200000
#define PF_IO_WORKER 0x00000010

#endif
