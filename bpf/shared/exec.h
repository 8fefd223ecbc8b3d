/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What processes execute, as the BPF side has seen it when they began to: see exec.bpf.h. The front
 * end looks it up when a creation of the process comes, and by then the process may be gone.
 */
#ifndef EXEC_H
#define EXEC_H

#ifndef __VMLINUX_H__ /* user space */
#include <linux/types.h>
#endif

#define NR_EXECS	  4096 /* places for what is known; power of two */
#define EXEC_CMDLINE_SIZE 256  /* bytes of a command line; the rest is cut off */

/* A program that a process executes: the same process has another one after its next execve(). */
struct exec_key {
	__u64 start_ns; /* when the process started; see wire_record.process_start_ns */
	__u64 exec_id;	/* wire_record.exec_id */
	__u32 pid;	/* in the tool's own PID namespace */
	__u32 reserved;
};

struct exec {
	__u32 file;	    /* the number of the executed file (wire_file.number), or 0 */
	__u16 cmdline_size; /* 0 .. EXEC_CMDLINE_SIZE; 0 if it could not be read */
	__u16 cmdline_cut;  /* it was longer */
	/* As in /proc/PID/cmdline: each argument ends in a NUL, unless cut off. */
	char cmdline[EXEC_CMDLINE_SIZE];
};

/*
 * A place in the memory that both sides share. The front end reads it without a system call: while
 * one looks up an element, newer kernels skip kprobe programs on that processor.
 */
struct exec_entry {
	__u32 version; /* odd while it is written */
	__u32 reserved;
	struct exec_key key;
	struct exec exec;
};
_Static_assert(sizeof(struct exec_entry) % 8 == 0, "elements of an array have no gaps between");

/* Return the place of a program. Others may have the same one: the latest is known. */
static inline __u32 exec_key__place(const struct exec_key *key)
{
	return (key->pid * 0x9e3779b1U + (__u32)key->exec_id * 0x85ebca6bU) >> 20 & (NR_EXECS - 1);
}

#endif /* EXEC_H */
