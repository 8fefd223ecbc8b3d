/* SPDX-License-Identifier: GPL-2.0 */
/* The table of sessions, seen from user space. */
#ifndef SESSIONS_H
#define SESSIONS_H

#include "../bpf/state.h"

/* How many creations are open now. */
__u64 sessions__count_open(const struct state *state);

/*
 * Frees the slots of sessions whose task is gone: their outermost return was missed, and no further
 * call of the task will tell. Counts them as lost. Looks only at sessions begun before the time
 * before_ns (CLOCK_BOOTTIME), of tasks that this process's PID namespace sees. claims_fd is the map
 * in which slots are claimed, or -1 on kernels where it is not used.
 */
void sessions__reclaim(struct state *state, int claims_fd, __u64 before_ns);

#endif /* SESSIONS_H */
