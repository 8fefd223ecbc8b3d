/* SPDX-License-Identifier: GPL-2.0 */
/* What the tool itself has cost while it traced: --overhead. */
#ifndef COST_OVERHEAD_H
#define COST_OVERHEAD_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>

#include "cost/program_runs.h"

#define OVERHEAD_MAX_OTHERS 16 /* programs that observe events, not functions */

/* What programs have run: of probes by fentry and of stages, of families by kprobes, others. */
struct overhead_runs {
	struct program_runs probes[NR_PROBES][NR_HALVES];
	struct program_runs families[NR_HALVES]; /* all by the same two programs */
	struct program_runs others[OVERHEAD_MAX_OTHERS];
};

struct overhead {
	int stats_fd;  /* keeps the kernel measuring how long programs run; -1 if it does not */
	bool measured; /* it has done so since the beginning */
	struct overhead_runs before;
	struct rusage reader_before;
};

/*
 * Has the kernel measure how long each program runs, which itself takes two readings of the clock a
 * run. Where latencies are corrected that is to be done first, since it is part of the probes'
 * cost. -1 and errno if the kernel refuses it; there is nothing to end then.
 */
int overhead__enable(struct overhead *overhead);

/* Counts from here on, if the kernel measures. */
void overhead__begin(struct overhead *overhead, const struct tracer *tracer,
		     const struct plan *plan);

/* Counts no more runs of programs: those that come now are of no socket that is seen. */
void overhead__stop(struct overhead *overhead);

/* Prints what it has cost, in all and for each of the sockets seen. */
void overhead__print(const struct overhead *overhead, const struct tracer *tracer,
		     const struct plan *plan, __u64 sockets, FILE *file);

#endif /* COST_OVERHEAD_H */
