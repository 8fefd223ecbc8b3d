/* SPDX-License-Identifier: GPL-2.0 */
/* Identifies a process, and opens its directory in /proc. */
#ifndef SYMBOLS_PROCESS_H
#define SYMBOLS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

/*
 * A process and the program that it executes. The kernel reuses pids, but not with the same start
 * time. A process keeps both over exec(), which increments exec_id. So what was read for one such
 * identity remains true, and can be kept without asking again.
 */
struct process_id {
	__u32 pid; /* of the thread group, in the PID namespace of /proc */
	/*
	 * When the group's leader started, on the clock of /proc/PID/stat as this process sees it;
	 * 0 if unknown.
	 */
	__u64 start_ns;
	__u64 exec_id; /* task_struct.self_exec_id of its threads; 0 if unknown */
};

bool process_id__equal(const struct process_id *a, const struct process_id *b);

/*
 * Return whether both are the same process, and other is known to be a program that it executed
 * later.
 */
bool process_id__has_successor(const struct process_id *id, const struct process_id *other);

/*
 * Return when a process started as /proc has it, rounded down to PROCESS_START_UNIT: see
 * boot_clock__from_proc(). Return 0 if that can't be read, and PROCESS_GONE, which is the start of
 * no process, if there is none.
 */
#define PROCESS_GONE (~0ULL)
__u64 process__start_ns(const char *proc, __u32 pid);
#define PROCESS_START_UNIT 10000000 /* ns, since USER_HZ is 100 */

/*
 * Open the process's directory in proc ("/proc") with O_PATH, for use with openat() and the like.
 * The descriptor refers to this very process: after it has ended all calls fail, even if its pid is
 * reused. The caller closes it. Return -1 if the process is gone, or, if start_ns is known, if its
 * pid belongs to another process now.
 */
int process__open(const char *proc, const struct process_id *id);

/*
 * Return whether the process whose directory in /proc this descriptor refers to started then.
 * start_ns is as in struct process_id.
 */
bool process__has_start_time(int process, __u64 start_ns);

#endif /* SYMBOLS_PROCESS_H */
