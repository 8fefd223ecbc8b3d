/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the probes cost, as numbers: cost/ measures them, correct.c subtracts them from latencies.
 */
#ifndef CREATION_LATENCY_COSTS_H
#define CREATION_LATENCY_COSTS_H

#include <stdbool.h>
#include <linux/types.h>

#include "plan/plan.h"

/*
 * What observing one call of a function costs, in ns, as measured when the trace began. All members
 * are 0 if that is not known.
 *
 * A span is measured from the timestamp that the program at its entry takes to the one that the
 * program at its exit takes. The cost falls into two places: between these two timestamps it makes
 * the function itself appear to take longer (inner); before the first and after the second one it
 * makes its caller appear to take longer (outer).
 */
struct probe_cost {
	__u32 inner_ns;
	__u32 outer_ns;
	/*
	 * From the timestamp at its exit to that at its caller's exit: by so much a reconstructed
	 * span is measured too long.
	 */
	__u32 exit_ns;
	/*
	 * What capturing the result costs. It is a part of both outer_ns and exit_ns, and is spent
	 * only if the call succeeds.
	 */
	__u32 capture_ns;
};

/*
 * The same cost by where it arises, in ns. This is precomputed since each span needs it. A
 * reconstructed span has no probe of its own: the cost after the exit timestamp of the call before
 * it falls into its beginning, and is counted in behind_entry.
 */
struct cost_parts {
	__u32 before_entry; /* before the entry's timestamp */
	__u32 behind_entry; /* after the entry's timestamp */
	__u32 between; /* between the timestamps: behind_entry, and before the exit's timestamp */
	__u32 all;     /* all of it: before_entry, between, and after the exit's timestamp */
};

/* What is subtracted from the latencies of a trace: nothing if all members are zero. */
struct latency_costs {
	bool known; /* the cost of every probe is known, so latencies are shown without it */
	struct probe_cost probes[NR_PROBES];
	/*
	 * For each probe, of a call that succeeds [0] and of one that fails [1]. Set by
	 * correct__prepare().
	 */
	struct cost_parts parts[NR_PROBES][2];
};

#endif /* CREATION_LATENCY_COSTS_H */
