/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each probe costs: the cost of one that captures nothing (calibrate.h), and how much longer
 * its own programs run.
 */
#ifndef COST_PROBE_COSTS_H
#define COST_PROBE_COSTS_H

#include "cost/calibrate.h"
#include "creation/latency_costs.h"
#include "probe/tracer.h"

/* What measuring them needs. Zeroes are a valid beginning. */
struct probe_costs {
	struct calibration calibration;
};

/*
 * Measure the cost of the probes that are attached: costs->probes, and whether all are known. The
 * gate must be closed. This creates some sockets, of which nothing is shown.
 */
void probe_costs__measure(struct probe_costs *probe_costs, struct tracer *tracer,
			  const struct plan *plan, struct latency_costs *costs);

/*
 * Measure a probe that was attached while the trace runs. How much longer its programs run is
 * taken from an earlier measurement of the same programs in another place, or left out.
 */
void probe_costs__measure_one(struct probe_costs *probe_costs, struct tracer *tracer,
			      const struct plan *plan, int probe, struct latency_costs *costs);

/* Detach what the measurements have attached. This must precede tracer__detach(). */
void probe_costs__end(struct probe_costs *probe_costs);

#endif /* COST_PROBE_COSTS_H */
