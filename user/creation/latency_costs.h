/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the probes cost, as numbers: whoever measures it fills them in, correct.c takes them out of
 * the latencies.
 */
#ifndef CREATION_LATENCY_COSTS_H
#define CREATION_LATENCY_COSTS_H

#include <stdbool.h>
#include <linux/types.h>

#include "plan/plan.h"

/*
 * What observing one call of a function costs, in ns: as measured when the trace began. All 0
 * where that is not known.
 *
 * A span is measured from the clock that its entry's program reads to that which its exit's program
 * reads. So the cost is in two places: between the two clocks, in the function's own measured
 * duration (inner); and before the first and behind the second, in that of its caller (outer).
 */
struct probe_cost {
	__u32 inner_ns;
	__u32 outer_ns;
	/*
	 * From the clock of its exit to that of its caller's exit: what a reconstructed span is
	 * measured too long.
	 */
	__u32 exit_ns;
	/* Of both outer_ns and exit_ns: what a return captures, only where the call succeeds. */
	__u32 capture_ns;
};

/*
 * The same by where it arises, in ns. Kept since it is needed for each span. A reconstructed one
 * has no probe: of the exit before it, what is behind the clock is behind its own beginning.
 */
struct cost_parts {
	__u32 before_entry; /* before the clock of the entry */
	__u32 behind_entry; /* behind it */
	__u32 between;	    /* the two clocks: behind_entry, and before that of the exit */
	__u32 all;	    /* that, before_entry, and behind the clock of the exit */
};

/* What is taken out of the latencies of a trace. All zero: nothing is. */
struct latency_costs {
	bool known; /* of every probe: the latencies that are shown are without the probes' cost */
	struct probe_cost probes[NR_PROBES];
	/* Of each probe, of a call that succeeds and of one that fails: see correct__prepare(). */
	struct cost_parts parts[NR_PROBES][2];
};

#endif /* CREATION_LATENCY_COSTS_H */
