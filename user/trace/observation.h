/* SPDX-License-Identifier: GPL-2.0 */
/* What of the running kernel is observed: the facts, the plan made of them, and its execution. */
#ifndef TRACE_OBSERVATION_H
#define TRACE_OBSERVATION_H

#include "cost/probe_costs.h"
#include "creation/latency_costs.h"
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
	struct probe_costs probe_costs;
	bool calibrate;			/* what the probes cost is measured */
	struct kernel_symbols *symbols; /* where BPF programs can't look them up, or NULL */
	struct families *families;	/* or NULL: then families that come later are not noticed */
	struct family_function functions[NR_FAMILIES];
	struct socket_flags socket_flags; /* as the kernel calls them */
	struct startup startup;
};

/*
 * Makes the plan and carries it out: what is selected is attached, and the gate is closed. plan and
 * costs must outlive the observation. -1 on failure, explained; then there is nothing to end.
 */
int observation__begin(struct observation *observation, struct plan *plan,
		       struct latency_costs *costs, const struct selection *selection,
		       const struct host *host);

/* Told of a probe that has been attached while the trace runs. */
typedef void (*observed_handler)(void *context, int probe);

/*
 * Attaches what modules have brought since the last time, and calls handler for each probe that is
 * observed now and was not before. Costs next to nothing where nothing has come.
 */
void observation__update(struct observation *observation, observed_handler handler, void *context);

void observation__end(struct observation *observation);

#endif /* TRACE_OBSERVATION_H */
