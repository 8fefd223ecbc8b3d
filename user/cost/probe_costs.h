/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each probe costs: that of one which captures nothing (calibrate.h), and how much longer the
 * programs of this one run.
 */
#ifndef COST_PROBE_COSTS_H
#define COST_PROBE_COSTS_H

#include "cost/calibrate.h"
#include "creation/latency_costs.h"
#include "probe/tracer.h"

/* What it takes to find them out. Begins as zeroes. */
struct probe_costs {
	struct calibration calibration;
};

/*
 * Finds out what the probes cost that are attached: costs->probes, and whether all are known. The
 * gate must be closed. Creates some sockets, which nothing tells of later.
 */
void probe_costs__measure(struct probe_costs *probe_costs, struct tracer *tracer,
			  const struct plan *plan, struct latency_costs *costs);

/*
 * The same for one that was attached while the trace runs. What its programs run longer is taken
 * from what was measured before, of the same programs in another place, or left out.
 */
void probe_costs__measure_one(struct probe_costs *probe_costs, struct tracer *tracer,
			      const struct plan *plan, int probe, struct latency_costs *costs);

/* Detaches what it took: to be called before tracer__detach(). */
void probe_costs__end(struct probe_costs *probe_costs);

#endif /* COST_PROBE_COSTS_H */
