/* SPDX-License-Identifier: GPL-2.0 */
/* Running the COMMAND that is traced. */
#ifndef TRACE_COMMAND_H
#define TRACE_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

#include "trace/priority.h"
#include "trace/signals.h"

/* Exit statuses for a COMMAND that cannot be run, as a shell has them. */
#define COMMAND_NOT_EXECUTABLE 126
#define COMMAND_NOT_FOUND      127

struct command {
	pid_t pid;
	int pidfd;  /* readable once it has ended */
	bool ended; /* status is valid */
	int status; /* for exit(): its own, or 128 and the number of the signal that ended it */
};

/*
 * Whether argv[0] can be run, looked up in PATH as execvp() does. 0, or COMMAND_NOT_FOUND or
 * COMMAND_NOT_EXECUTABLE, explained on standard error.
 */
int command__check(char *const *argv);

/*
 * Starts it with the signal handling and the priority that the tool was given. 0, or as
 * command__check(), or 1 for another failure; explained on standard error.
 */
int command__start(struct command *command, char *const *argv, const struct signals *signals,
		   const struct priority *priority);

/* Takes its status once it has ended; waits for that if wait is true. */
void command__reap(struct command *command, bool wait);

/* Sends it a signal if it still runs. */
void command__signal(const struct command *command, int signal);

#endif /* TRACE_COMMAND_H */
