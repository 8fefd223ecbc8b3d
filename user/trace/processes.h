/* SPDX-License-Identifier: GPL-2.0 */
/* The processes of --pid, whose end ends the trace. */
#ifndef TRACE_PROCESSES_H
#define TRACE_PROCESSES_H

#include <stdbool.h>

#include "shared/config.h"

struct processes {
	int fd;	      /* for poll(): readable when one of them has ended; -1 if none is watched */
	int nr_alive; /* that have not ended, or whose end would not be noticed */
	int pidfds[FILTER_MAX_VALUES]; /* -1 for those that have ended */
	int nr;
};

/*
 * Watch these processes, which is none without --pid. A number that is not a process any more
 * counts as ended. Return -1 and set errno on failure; then nothing needs to be closed.
 */
int processes__watch(struct processes *processes, const struct filter_values *pids);

/* To be called when fd is readable. Return whether all processes have ended. */
bool processes__have_ended(struct processes *processes);

void processes__close(struct processes *processes);

#endif /* TRACE_PROCESSES_H */
