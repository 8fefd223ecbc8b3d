/* SPDX-License-Identifier: GPL-2.0 */
/* Attaching the programs of loaded objects to the functions of the plan, and detaching them. */
#ifndef PROBE_PROBES_H
#define PROBE_PROBES_H

#include "probe/tracer.h"

/*
 * Attach all probes that the plan wants of an object and that are not attached yet. The plan is
 * corrected where the kernel refuses. Return 0, or a positive errno for a shortage.
 */
int probes__attach(struct tracer *tracer, enum object_kind kind, struct plan *plan);

bool probes__is_attached(const struct tracer *tracer, int probe, enum half half);

/* Detach a probe. A link that others share with it stays. */
void probes__detach(struct tracer *tracer, int probe);

void probes__detach_all(struct tracer *tracer);

#endif /* PROBE_PROBES_H */
