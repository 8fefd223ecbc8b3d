/* SPDX-License-Identifier: GPL-2.0 */
/* The signals that end a trace, and what becomes of the dispositions that the tool was given. */
#ifndef TRACE_SIGNALS_H
#define TRACE_SIGNALS_H

#include <signal.h>

struct signals {
	int fd; /* reads the signals that end a trace: SIGINT, SIGTERM, SIGHUP */
	sigset_t old_mask;
	struct sigaction old_pipe, old_file_size;
};

/*
 * Blocks the signals that end a trace, but for those that are ignored, as nohup(1) has it: they
 * stay so. Ignores SIGPIPE and SIGXFSZ: writing tells. -1 and errno on failure.
 */
int signals__take(struct signals *signals);

/* What the tool was given: for a child that becomes another program. */
void signals__restore(const struct signals *signals);

/*
 * Drops the signals that have come and waits for no more: from here on such a signal does what it
 * did before signals__take().
 */
void signals__release(struct signals *signals);

#endif /* TRACE_SIGNALS_H */
