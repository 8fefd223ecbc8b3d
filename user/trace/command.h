/* SPDX-License-Identifier: GPL-2.0 */
/* Runs the COMMAND that is traced. */
#ifndef TRACE_COMMAND_H
#define TRACE_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

#include "trace/priority.h"
#include "trace/signals.h"

/* Exit statuses if COMMAND can't be run, the same as those of a shell. */
#define COMMAND_NOT_EXECUTABLE 126
#define COMMAND_NOT_FOUND      127

struct command {
	pid_t pid;
	int pidfd;  /* readable once the process has ended */
	bool ended; /* status is valid */
	int status; /* for exit(): the command's status, or 128 + the signal that ended it */
};

/*
 * Look up argv[0] in PATH, as execvp() does. Return 0 if it can be run. Else print why not, and
 * return COMMAND_NOT_FOUND or COMMAND_NOT_EXECUTABLE.
 */
int command__check(char *const *argv);

/*
 * Start the command with the signal handling and the priority that the tool was given. Return 0, a
 * status as of command__check(), or 1 for other failures, after printing an error.
 */
int command__start(struct command *command, char *const *argv, const struct signals *signals,
		   const struct priority *priority);

/* Read the command's status if it has ended. With wait, wait until it has. */
void command__reap(struct command *command, bool wait);

/* Send a signal to the command if it has not ended. */
void command__signal(const struct command *command, int signal);

#endif /* TRACE_COMMAND_H */
