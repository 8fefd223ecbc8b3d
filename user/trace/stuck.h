/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watches the creations that are under way, and tells of those that do not come to their end: each
 * once when it is stuck (--stuck), all when a signal asks for them, and all when the trace ends.
 *
 * It reads the sessions from the memory that the BPF programs write, without a lock. Who has called
 * is not noted there before the return, so it is read from /proc.
 */
#ifndef TRACE_STUCK_H
#define TRACE_STUCK_H

#include "pipeline/pipeline.h"
#include "plan/plan.h"
#include "shared/state.h"

struct stuck;

/*
 * Return a new watch, which the caller frees with stuck__free(), or NULL if out of memory. A
 * creation is stuck once it has taken limit_ns; with 0 none ever is. All that is passed must
 * outlive the watch.
 */
struct stuck *stuck__new(const struct state *state, const struct plan *plan,
			 struct pipeline *pipeline, __u64 limit_ns);

/*
 * Look for creations that are stuck and have not been reported, and report them: to the outputs,
 * and on standard error as warnings. now_ns is of the boot clock. To be called repeatedly: a
 * creation is reported at the second look that finds it.
 */
void stuck__look(struct stuck *stuck, __u64 now_ns);

/* Print all creations that are under way on standard error, also if warnings are silenced. */
void stuck__list(struct stuck *stuck, __u64 now_ns);

/* The trace ends: report all creations that are still under way. */
void stuck__end(struct stuck *stuck, __u64 now_ns);

/* stuck may be NULL. */
void stuck__free(struct stuck *stuck);

#endif /* TRACE_STUCK_H */
