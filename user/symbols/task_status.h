/* SPDX-License-Identifier: GPL-2.0 */
/* Reads from /proc what a task is at this moment. */
#ifndef SYMBOLS_TASK_STATUS_H
#define SYMBOLS_TASK_STATUS_H

#include <stdbool.h>
#include <linux/types.h>

#define TASK_STATUS_COMM_SIZE 16 /* TASK_COMM_LEN */

struct task_status {
	char comm[TASK_STATUS_COMM_SIZE]; /* of the thread, any bytes, ends in NUL */
	__u32 ppid;			  /* 0 if the parent is not visible here */
	__u32 uid; /* the real one, as this process's user namespace sees it */
};

/*
 * Read the status of a task, any thread, in proc ("/proc"). Return false if it is gone or cannot be
 * read. It may be another task with the same number if the one in question has ended; the caller
 * finds that out.
 */
bool task_status__read(struct task_status *status, const char *proc, __u32 tid);

#endif /* SYMBOLS_TASK_STATUS_H */
