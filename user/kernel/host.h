/* SPDX-License-Identifier: GPL-2.0 */
/* Facts about this machine, as far as they can be read without trying anything. */
#ifndef KERNEL_HOST_H
#define KERNEL_HOST_H

#include <stdbool.h>
#include <linux/types.h>

#define HOST_KERNEL_BTF "/sys/kernel/btf/vmlinux"

struct host {
	char release[65];	   /* uname -r */
	char arch[65];		   /* uname -m */
	unsigned int major, minor; /* of the release */
	bool preempts;		   /* it preempts tasks in kernel mode; true if unknown */
	bool kernel_btf;	   /* HOST_KERNEL_BTF can be read */
	__u32 pid_namespace;	   /* inode of the tool's PID namespace */
	bool initial_pid_namespace;
	__u64 stack_size; /* size of a kernel stack in bytes (THREAD_SIZE) */
};

/* Read the facts. This never fails: what can't be read gets its most common value. */
void host__read(struct host *host);

/*
 * Return whether the tool can work at all with these facts and its privileges. If not, print one
 * sentence that says what is missing and what to do about it. btf is the file of --btf, or NULL.
 */
bool host__check(const struct host *host, const char *btf);

/* Return the current value of the sysctl fs.nr_open, or 0 if it can't be read. */
__u64 host__nr_open(void);

#define HOST_SECURITY_MODULES_SIZE 256

/*
 * Read the names of the active security modules (LSM), as "lockdown,capability,apparmor". names
 * gets
 * "" where securityfs, which has them, is not mounted.
 */
void host__read_security_modules(char names[HOST_SECURITY_MODULES_SIZE]);

/* Return whether IPv6 was switched off at boot, or when its module was loaded. */
bool host__ipv6_is_off(void);

#endif /* KERNEL_HOST_H */
