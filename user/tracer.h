/* SPDX-License-Identifier: GPL-2.0 */
/* What is loaded and attached, for the files that do so: attach.c and probe_costs.c. */
#ifndef TRACER_H
#define TRACER_H

#include "attach.h"
#include "attach_targets.h"
#include "calibrate.h"
#include "event_programs.h"
#include "load.h"

/* A program loaded for one more function, and what attaches it; -1 where there is none. */
struct clone {
	int program_fd;
	int link_fd;
};

struct tracer {
	struct config config;
	struct attach_options options;
	struct attach_targets *targets; /* NULL where libbpf has to find them */
	struct bpf_object *objects[NR_OBJECTS];
	struct bpf_link *links[NR_PROBES][NR_HALVES];
	struct clone clones[NR_FAMILIES][NR_HALVES]; /* the families' by fentry */
	struct event_links events;
	struct calibration calibration;
	struct state *state;
};

/*
 * Descriptor of the loaded program that observes a half of what a probe does, or -1 where the probe
 * is not observed.
 */
int tracer__program(const struct tracer *tracer, const struct plan *plan, int probe,
		    enum half half);

/* The kind of object that has a probe's programs; false where the probe is not observed. */
bool tracer__find_kind(const struct plan *plan, int probe, enum object_kind *kind);

#endif /* TRACER_H */
