/* SPDX-License-Identifier: GPL-2.0 */
/* What this machine is and permits, as far as it can be read without trying. */
#ifndef KERNEL_HOST_H
#define KERNEL_HOST_H

#include <stdbool.h>
#include <linux/types.h>

struct host {
	char release[65];	   /* uname -r */
	char arch[65];		   /* uname -m */
	unsigned int major, minor; /* of the release */
	bool preempts;		   /* tasks that run in the kernel; true if not known */
	bool kernel_btf;	   /* /sys/kernel/btf/vmlinux can be read */
	__u32 pid_namespace;	   /* inode of the tool's own */
	bool initial_pid_namespace;
	__u64 stack_size;      /* bytes of a kernel stack (THREAD_SIZE) */
	__s64 boot_to_real_ns; /* CLOCK_REALTIME less CLOCK_BOOTTIME, now */
};

/* Reads the facts. Never fails: what cannot be read is left at its most common value. */
void host__read(struct host *host);

/*
 * Whether the tool can work at all with these facts and its own privileges; if not, prints one
 * sentence that says what is missing and what to do about it. btf is --btf's file, or NULL.
 */
bool host__can_trace(const struct host *host, const char *btf);

/* The sysctl fs.nr_open, now; 0 if it can't be read. */
__u64 host__nr_open(void);

/* CLOCK_BOOTTIME in ns. */
__u64 host__boot_ns(void);

#endif /* KERNEL_HOST_H */
