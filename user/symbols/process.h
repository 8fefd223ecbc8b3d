/* SPDX-License-Identifier: GPL-2.0 */
/* Which process is meant, and the way to its files in /proc. */
#ifndef SYMBOLS_PROCESS_H
#define SYMBOLS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

/*
 * A process and the program that it runs. The kernel reuses pids, but not with the same start time;
 * a process keeps both over exec, but counts it. What was read for one such identity stays true of
 * it, so it can be kept without asking again.
 */
struct process_id {
	__u32 pid;	/* thread group, as the PID namespace of /proc numbers it */
	__u64 start_ns; /* task_struct.start_boottime of the group's leader; 0 if not known */
	__u64 exec_id;	/* task_struct.self_exec_id of its threads; 0 if not known */
};

bool process_id__equal(const struct process_id *a, const struct process_id *b);

/* Whether both are one process, and other is known to run what it executed after id's program. */
bool process_id__has_successor(const struct process_id *id, const struct process_id *other);

/*
 * Opens the process's folder in proc ("/proc") for openat() and the like: O_PATH, and bound to this
 * very process, so that after its end all calls fail, whoever has its pid then. The caller closes
 * it. -1 if the process is gone or, where start_ns is known, another one has its pid.
 */
int process__open(const char *proc, const struct process_id *id);

#endif /* SYMBOLS_PROCESS_H */
