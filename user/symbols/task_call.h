/* SPDX-License-Identifier: GPL-2.0 */
/* Finds out from /proc whether a task is still inside a system call that can create sockets. */
#ifndef SYMBOLS_TASK_CALL_H
#define SYMBOLS_TASK_CALL_H

#include <stdbool.h>
#include <linux/types.h>

enum task_call_place {
	TASK_CALL_UNKNOWN, /* it is running, is gone, or may not be asked */
	TASK_CALL_INSIDE,  /* it sleeps inside such a call */
	TASK_CALL_OUTSIDE, /* it sleeps elsewhere */
};

/* What a system call was asked for, or NULL in its place if that is not known. */
struct task_call_arguments {
	__u32 family, type, protocol;
};

/*
 * Find where a task is, any thread, as /proc/TID/syscall in proc ("/proc") has it. A call of
 * socket() or socketpair() with other arguments is elsewhere, too. Needs CAP_SYS_PTRACE for tasks
 * of others.
 */
enum task_call_place task_call__find(const char *proc, __u32 tid,
				     const struct task_call_arguments *arguments);

#endif /* SYMBOLS_TASK_CALL_H */
