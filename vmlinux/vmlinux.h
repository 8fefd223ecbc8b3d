/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel types that the BPF programs touch, and of each only the members they touch. Offsets
 * are not these: preserve_access_index has libbpf look every member up in the running kernel's BTF.
 * vmlinux/check-types compares this file with a kernel's BTF.
 */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u8 u8;
typedef __s16 s16;
typedef __u16 u16;
typedef __s32 s32;
typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;
enum { false = 0, true = 1 };

/* include/uapi/linux/bpf.h: values of the system call interface, the same on every kernel */
enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_CGROUP_ARRAY = 8,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
};
enum {
	BPF_ANY = 0,
	BPF_NOEXIST = 1,
};
enum {
	BPF_RB_NO_WAKEUP = 1,
	BPF_RB_FORCE_WAKEUP = 2,
};
enum {
	BPF_RB_AVAIL_DATA = 0,
};
enum {
	BPF_F_USER_STACK = 1 << 8,
};

/*
 * The registers a kprobe is handed (arch/.../include/asm/ptrace.h). Their layout is fixed, so these
 * are outside of preserve_access_index.
 */
#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip,
		cs, flags, sp, ss;
};
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
	__u64 regs[31];
	__u64 sp;
	__u64 pc;
	__u64 pstate;
};
struct pt_regs {
	struct user_pt_regs user_regs;
};
#else
#error "the layout of struct pt_regs is known for x86-64 and arm64 only"
#endif

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

struct ns_common {
	unsigned int inum;
};

struct list_head {
	struct list_head *next;
};

struct net {
	struct ns_common ns;
};

struct nsproxy {
	struct net *net_ns;
};

struct pid_namespace {
	struct ns_common ns;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

typedef struct {
	unsigned long sig[1];
} sigset_t;

struct sigpending {
	sigset_t signal;
};

struct sigaction {
	void *sa_handler;
};

struct k_sigaction {
	struct sigaction sa;
};

struct sighand_struct {
	struct k_sigaction action[64];
};

struct notification;

struct seccomp_filter {
	struct seccomp_filter *prev;
	struct notification *notif;
};

struct seccomp {
	int mode;
	struct seccomp_filter *filter;
};

struct rlimit {
	unsigned long rlim_cur;
};

struct signal_struct {
	atomic_t live;
	struct rlimit rlim[16];
};

typedef struct {
	u64 val;
} kernel_cap_t;

struct user_namespace {
	int level;
};

typedef struct {
	u32 val;
} kuid_t;

struct cred {
	kuid_t uid;
	kernel_cap_t cap_effective;
	struct user_namespace *user_ns;
};

#if defined(__TARGET_ARCH_x86)
struct thread_info {
	u32 status;
};
#else
struct thread_info {
	unsigned long flags;
};
#endif

struct file;
struct mm_struct;

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
	unsigned int next_fd;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	unsigned int ptrace;
	void *stack;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct mm_struct *mm;
	struct nsproxy *nsproxy;
	struct files_struct *files;
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	struct sigpending pending;
	struct seccomp seccomp;
	const struct cred *cred;
	char comm[16];
	u64 start_boottime;
	u64 self_exec_id;
};

typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

typedef struct {
	struct net *net;
} possible_net_t;

struct proto {
	char name[32];
};

struct proto_ops;

struct kernfs_node {
	u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct sock_cgroup_data {
	struct cgroup *cgroup;
};

/* What it was before. libbpf looks for the name in front of the underscores. */
struct sock_cgroup_data___before_5_15 {
	u64 val;
};

struct sock_common {
	unsigned short skc_family;
	unsigned char skc_state;
	struct proto *skc_prot;
	possible_net_t skc_net;
	atomic64_t skc_cookie;
	refcount_t skc_refcnt;
};

struct sock {
	struct sock_common __sk_common;
	u16 sk_type;
	u16 sk_protocol;
	int sk_rcvbuf;
	int sk_sndbuf;
	u32 sk_mark;
	struct socket *sk_socket;
	struct sock_cgroup_data sk_cgrp_data;
	void *sk_destruct;
};

typedef enum {
	SS_FREE,
} socket_state;

struct socket {
	socket_state state;
	short type;
	unsigned long flags;
	struct file *file;
	struct sock *sk;
	const struct proto_ops *ops;
};

struct timespec64 {
	s64 tv_sec;
	long tv_nsec;
};

struct super_block {
	u32 s_dev;
};

struct inode {
	u16 i_mode;
	unsigned long i_ino;
	struct super_block *i_sb;
	u32 i_generation;
	s64 i_size;
	/* Of these, each kernel has one: i_mtime before 6.7, __i_mtime before 6.11. */
	struct timespec64 i_mtime;
	struct timespec64 __i_mtime;
	s64 i_mtime_sec;
	u32 i_mtime_nsec;
};

struct qstr {
	u64 hash_len;
	const unsigned char *name;
};

struct hlist_bl_node {
	struct hlist_bl_node **pprev;
};

struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
	struct super_block *d_sb;
};

struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	void *mnt_ns;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	void *private_data;
};

struct backing_file {
	struct file file;
	struct path user_path; /* since 6.7 */
};

struct rb_node {
	struct rb_node *rb_right;
	struct rb_node *rb_left;
};

struct rb_root {
	struct rb_node *rb_node;
};

struct vm_area_struct {
	struct rb_node vm_rb; /* before 6.1 */
	unsigned long vm_start;
	unsigned long vm_end;
	struct mm_struct *vm_mm;
	unsigned long vm_flags;
	unsigned long vm_pgoff;
	struct file *vm_file;
};

typedef struct {
	void *vdso;
} mm_context_t;

struct maple_tree {
	void *ma_root;
};

struct maple_range_64 {
	unsigned long pivot[15];
	void *slot[16];
};

struct maple_arange_64 {
	unsigned long pivot[9];
	void *slot[10];
};

struct mm_struct {
	struct rb_root mm_rb; /* before 6.1 */
	struct maple_tree mm_mt;
	unsigned long arg_start;
	unsigned long arg_end;
	struct file *exe_file;
	mm_context_t context;
};

struct socket_alloc {
	struct socket socket;
	struct inode vfs_inode;
};

#pragma clang attribute pop

#endif /* __VMLINUX_H__ */
