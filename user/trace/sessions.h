/* SPDX-License-Identifier: GPL-2.0 */
/* Looks at the table of sessions from user space. */
#ifndef TRACE_SESSIONS_H
#define TRACE_SESSIONS_H

#include "shared/state.h"

/* Return how many creations are in progress. */
__u64 sessions__count_open(const struct state *state);

/*
 * Free the slots of sessions whose task is gone: the return of the outermost function was missed,
 * and no later call of the task can reveal that. They are counted as lost. Only sessions that began
 * before before_ns (CLOCK_BOOTTIME) are looked at, and only those of tasks that are visible in this
 * process's PID namespace. release_claim is called with context for each slot that was freed.
 */
void sessions__reclaim(struct state *state, __u64 before_ns,
		       void (*release_claim)(void *context, __u32 slot), void *context);

#endif /* TRACE_SESSIONS_H */
