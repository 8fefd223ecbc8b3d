/* SPDX-License-Identifier: GPL-2.0 */
/* Whether tasks have seccomp filters, as /proc shows it. */
#ifndef KERNEL_SECCOMP_MODE_H
#define KERNEL_SECCOMP_MODE_H

#include <stdbool.h>
#include <linux/types.h>

enum seccomp_finding {
	SECCOMP_FOUND_NONE,
	SECCOMP_FOUND,	 /* a task has a filter, or is in seccomp's strict mode */
	SECCOMP_UNKNOWN, /* not all tasks could be looked at */
};

/*
 * Look at all threads of a process, or at a thread, by its number in this process's PID namespace.
 * Nothing is found of a task that does not exist (any more). *budget is the number of tasks that
 * may be looked at; it becomes lower by those that were. What takes more is unknown.
 */
enum seccomp_finding seccomp_mode__of_process(__u32 pid, int *budget);
enum seccomp_finding seccomp_mode__of_thread(__u32 tid, int *budget);

/* The same for the processes of a cgroup (its path in the v2 hierarchy) and of those below it. */
enum seccomp_finding seccomp_mode__of_cgroup(const char *path, int *budget);

/*
 * Return whether the kernel logs tasks that seccomp kills: only then audit_seccomp() is called for
 * them (the sysctl kernel.seccomp.actions_logged). Return true if that can't be read.
 */
bool seccomp_mode__logs_kills(void);

#endif /* KERNEL_SECCOMP_MODE_H */
