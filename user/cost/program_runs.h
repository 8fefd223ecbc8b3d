/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel counts of each loaded BPF program: its runs, their time, and skipped runs. */
#ifndef COST_PROGRAM_RUNS_H
#define COST_PROGRAM_RUNS_H

#include "probe/tracer.h"

/* How often and how long a program has run while the kernel measured that (BPF_ENABLE_STATS). */
struct program_runs {
	__u64 runs;
	__u64 ns;
};

/*
 * Have the kernel measure all programs until the descriptor that it returns is closed. Return -1
 * and errno if the kernel refuses it: it takes CAP_SYS_ADMIN.
 */
int program_runs__measure(void);

/* Read the runs of a loaded program by its descriptor, or zeroes if that is -1. */
struct program_runs program_runs__read(int program_fd);

/* Read the runs of a probe's program, or zeroes if it is not loaded. */
struct program_runs program_runs__of_probe(const struct tracer *tracer, const struct plan *plan,
					   int probe, enum half half);

/*
 * Read the runs of the number-th of the other loaded programs. *name becomes its name, which is
 * valid until tracer__detach(). Return false if there are not so many.
 */
bool program_runs__of_other(const struct tracer *tracer, int number, const char **name,
			    struct program_runs *runs);

/*
 * Count the runs that the kernel has skipped because programs ran into each other; 0 where it does
 * not count them (without FEATURE_RECURSION_COUNT).
 */
__u64 program_runs__count_skipped(const struct tracer *tracer);

#endif /* COST_PROGRAM_RUNS_H */
