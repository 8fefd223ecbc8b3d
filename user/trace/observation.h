/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is observed of the running kernel: the facts, the plan that is made of them, and carrying it
 * out.
 */
#ifndef TRACE_OBSERVATION_H
#define TRACE_OBSERVATION_H

#include "cost/probe_costs.h"
#include "creation/latency_costs.h"
#include "kernel/exe_paths.h"
#include "kernel/families.h"
#include "kernel/features.h"
#include "kernel/host.h"
#include "kernel/socket_flags.h"
#include "plan/selection.h"
#include "probe/attach.h"
#include "probe/startup.h"

struct observation {
	struct plan *plan;
	struct latency_costs *costs;
	struct features features; /* what the kernel has */
	struct tracer *tracer;
	int core_btf; /* a file with what the programs need of the kernel's types, or -1 */
	struct probe_costs probe_costs;
	bool calibrate;			/* measure what the probes cost */
	struct kernel_symbols *symbols; /* NULL if BPF programs look up symbols themselves */
	struct families *families;	/* NULL if families that come later go unnoticed */
	struct family_function functions[NR_FAMILIES];
	struct exe_paths exe_paths;	  /* of --exe */
	struct socket_flags socket_flags; /* the names that this kernel uses */
	struct startup startup;
	__u64 pid_starts[FILTER_MAX_VALUES]; /* process__start_ns() of the processes of --pid */
};

/*
 * Make the plan and carry it out: what is selected gets attached, while the gate is closed. plan
 * and costs must outlive the observation. Return -1 after printing an error; then
 * observation__end() must not be called.
 */
int observation__begin(struct observation *observation, struct plan *plan,
		       struct latency_costs *costs, const struct selection *selection,
		       const struct host *host);

/* Called with a probe that was attached while the trace runs. */
typedef void (*observed_handler)(void *context, int probe);

/*
 * Attach to what modules have brought since the last call, and call handler for each probe that is
 * observed now and was not before. This costs next to nothing if nothing has come.
 */
void observation__update(struct observation *observation, observed_handler handler, void *context);

/* Follow what has come to the paths of --exe since the last call. */
void observation__follow_exes(struct observation *observation);

void observation__end(struct observation *observation);

#endif /* TRACE_OBSERVATION_H */
