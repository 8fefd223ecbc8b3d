/* SPDX-License-Identifier: GPL-2.0 */
/* The table of sessions, seen from user space. */
#ifndef TRACE_SESSIONS_H
#define TRACE_SESSIONS_H

#include "shared/state.h"

/* How many creations are open now. */
__u64 sessions__count_open(const struct state *state);

/*
 * Frees the slots of sessions whose task is gone: their outermost return was missed, and no further
 * call of the task will tell. Counts them as lost. Looks only at sessions begun before the time
 * before_ns (CLOCK_BOOTTIME), of tasks that this process's PID namespace sees. release_claim is
 * called with context for each slot that is free again.
 */
void sessions__reclaim(struct state *state, __u64 before_ns,
		       void (*release_claim)(void *context, __u32 slot), void *context);

#endif /* TRACE_SESSIONS_H */
