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

#define NR_EXECS	  4096 /* that are known; the least used one makes room */
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

#endif /* EXEC_H */
