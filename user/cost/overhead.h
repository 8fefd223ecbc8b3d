/* SPDX-License-Identifier: GPL-2.0 */
/* The cost of the tool itself while it traces: --overhead. */
#ifndef COST_OVERHEAD_H
#define COST_OVERHEAD_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>

#include "cost/program_runs.h"

#define OVERHEAD_MAX_OTHERS 32 /* programs that observe events, not functions */

/*
 * The runs of programs: of probes by fentry and of stages, of families by kprobes, and of others.
 */
struct overhead_runs {
	struct program_runs probes[NR_PROBES][NR_HALVES];
	struct program_runs families[NR_HALVES]; /* all of them by the same two programs */
	struct program_runs others[OVERHEAD_MAX_OTHERS];
};

struct overhead {
	int stats_fd;  /* keeps the kernel measuring how long programs run; -1 if it does not */
	bool measured; /* it has done so since the beginning */
	struct overhead_runs before;
	struct rusage reader_before;
};

/*
 * Have the kernel measure how long each program runs. That takes two readings of the clock for each
 * run, which are part of the probes' cost, so it has to precede calibration. Return -1 and errno
 * if the kernel refuses it; then there is nothing to end.
 */
int overhead__enable(struct overhead *overhead);

/* Begin to count, if the kernel measures. */
void overhead__begin(struct overhead *overhead, const struct tracer *tracer,
		     const struct plan *plan);

/* Stop counting. Later runs belong to no socket that is seen. */
void overhead__stop(struct overhead *overhead);

/* Print the cost: in all, and for each of the sockets seen. */
void overhead__print(const struct overhead *overhead, const struct tracer *tracer,
		     const struct plan *plan, __u64 sockets, FILE *file);

#endif /* COST_OVERHEAD_H */
