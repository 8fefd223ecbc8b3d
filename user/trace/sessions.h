/* SPDX-License-Identifier: GPL-2.0 */
/* Looks at the table of sessions from user space. */
#ifndef TRACE_SESSIONS_H
#define TRACE_SESSIONS_H

#include <stdbool.h>

#include "shared/state.h"
#include "symbols/task_call.h"

/*
 * From now on a call without a session counts as missed, because all that were in progress when the
 * gate was opened have ended. A gate that is closed remains closed.
 */
void sessions__settle(struct state *state);

/* Return how many creations are in progress. */
__u64 sessions__count_open(const struct state *state);

/*
 * Return where the task of a creation is, which tells whether the return was missed. That happens
 * not only to kretprobes: when another tracer attaches to a function or detaches, the kernel skips
 * the fexit programs of calls that sleep in it (bpf_tramp_image_put()).
 */
enum task_call_place sessions__find_task(const struct wire_record *record);

/*
 * Free the slots of sessions whose task is gone or elsewhere: the return of the outermost function
 * was missed, and a later call of the task that reveals that may never come. They are counted as
 * lost. Only sessions that began
 * before before_ns of the boot clock are looked at, and only those of tasks that are visible in
 * this process's PID namespace. release_claim is called with context for each slot that was freed.
 */
void sessions__reclaim(struct state *state, __u64 before_ns,
		       void (*release_claim)(void *context, __u32 slot), void *context);

/*
 * Return when the creation in a slot began (boot clock), or 0 if the slot is free or its
 * session is just being opened or closed.
 */
__u64 sessions__start(const struct state *state, __u32 slot);

/*
 * Copy the session in a slot while its task goes on. Return false if it changed meanwhile, or if
 * there is none: then the copy is worth nothing.
 */
bool sessions__copy(const struct state *state, __u32 slot, struct session *copy);

/* Return whether a copy is of a call that waits in accept(), or has waited there. */
bool sessions__is_waiting(const struct session *copy);

#endif /* TRACE_SESSIONS_H */
