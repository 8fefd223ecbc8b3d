/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel has counted of each loaded BPF program: its runs, their time, and skipped ones.
 */
#ifndef COST_PROGRAM_RUNS_H
#define COST_PROGRAM_RUNS_H

#include "probe/tracer.h"

/* How often a program has run and how long, while the kernel measured that (BPF_ENABLE_STATS). */
struct program_runs {
	__u64 runs;
	__u64 ns;
};

/*
 * Has the kernel measure that for all programs, until the descriptor that it returns is closed. -1
 * and errno if the kernel refuses it: it takes CAP_SYS_ADMIN.
 */
int program_runs__measure(void);

/* Of a loaded program by its descriptor, which may be -1: then 0. */
struct program_runs program_runs__read(int program_fd);

/* Of a probe's program; 0 where it is not loaded. */
struct program_runs program_runs__of_probe(const struct tracer *tracer, const struct plan *plan,
					   int probe, enum half half);

/*
 * Of the number-th of the other programs that are loaded, with its name in *name, which is valid
 * until tracer__detach(). False if there are not so many.
 */
bool program_runs__of_other(const struct tracer *tracer, int number, const char **name,
			    struct program_runs *runs);

/* Runs of programs that the kernel skipped since they ran into each other; 0 where not counted. */
__u64 program_runs__count_skipped(const struct tracer *tracer);

#endif /* COST_PROGRAM_RUNS_H */
