/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds the files that processes execute: /proc/PID/exe. The last 256 are kept. Processes of other
 * users need CAP_SYS_PTRACE.
 */
#ifndef SYMBOLS_TASK_EXES_H
#define SYMBOLS_TASK_EXES_H

#include <stdbool.h>

#include "symbols/process.h"

struct task_exes;

struct task_exe {
	/*
	 * The path from the root of the process's mount namespace, which may contain any bytes.
	 * NULL if unknown: the process is gone, is not accessible, or is a kernel thread. Valid
	 * until the next call.
	 */
	const char *path;
	bool deleted; /* the file is no longer at this path, or never was (memfd) */
};

/*
 * Return a new object, which the caller frees with task_exes__free(), or NULL if out of memory.
 * proc is "/proc".
 */
struct task_exes *task_exes__new(const char *proc);

/*
 * Find what the process executes. If exec_id is known, this is read once for each identity. If not,
 * the program may have changed, so it is read each time, which takes one system call: the process's
 * directory is kept open, and this also tells a process that is gone from another one with its pid.
 * For a process that is gone, what was read last is returned if start_ns is known.
 *
 * The answer is what the process executes now. If it has executed another program since the event
 * in question, the answer is that program, unless a later exec_id was looked up before: then the
 * path is unknown.
 */
void task_exes__find(struct task_exes *exes, const struct process_id *id, struct task_exe *exe);

/* Free the object, which may be NULL. */
void task_exes__free(struct task_exes *exes);

#endif /* SYMBOLS_TASK_EXES_H */
