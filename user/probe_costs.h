/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each probe costs: that of one which captures nothing (calibrate.h), and how much longer the
 * programs of this one run.
 */
#ifndef PROBE_COSTS_H
#define PROBE_COSTS_H

#include "attach.h"

/*
 * Finds out what the probes cost that are attached: plan->probes[].cost, and whether all are known:
 * plan->corrected. The gate must be closed. Creates some sockets, which nothing tells of later.
 */
void probe_costs__measure(struct tracer *tracer, struct plan *plan);

/*
 * The same for one that was attached while the trace runs. What its programs run longer is taken
 * from what was measured before, of the same programs in another place, or left out.
 */
void probe_costs__measure_one(struct tracer *tracer, struct plan *plan, int probe);

#endif /* PROBE_COSTS_H */
