/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files that processes execute, /proc/PID/exe. Keeps the last 256. For processes of other users
 * it needs CAP_SYS_PTRACE.
 */
#ifndef SYMBOLS_TASK_EXES_H
#define SYMBOLS_TASK_EXES_H

#include <stdbool.h>

#include "symbols/process.h"

struct task_exes;

struct task_exe {
	/*
	 * From the root of its mount namespace on; any bytes. NULL if not known: the process is
	 * gone, belongs to somebody else, or is a kernel thread. Valid until the next call.
	 */
	const char *path;
	bool deleted; /* the file is not at this path anymore, or never was (memfd) */
};

/* proc is "/proc". NULL if out of memory. */
struct task_exes *task_exes__new(const char *proc);

/*
 * Finds what the process executes. With exec_id known that is read once for each identity and costs
 * nothing more. Otherwise it may have changed and is read each time, by one system call: the
 * process's folder is kept open, which also tells a process that is gone from another with its pid.
 * Of one that is gone, what was seen last is still known if start_ns is.
 *
 * What is read is what the process executes now. If it has executed another program since the event
 * in question, the answer is that one, unless a later exec_id was asked for before: then it is not
 * known.
 */
void task_exes__find(struct task_exes *exes, const struct process_id *id, struct task_exe *exe);

/* exes may be NULL. */
void task_exes__free(struct task_exes *exes);

#endif /* SYMBOLS_TASK_EXES_H */
