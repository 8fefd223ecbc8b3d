/* SPDX-License-Identifier: GPL-2.0 */
/* What is loaded and attached: made by attach.c, and what it is asked while it observes. */
#ifndef PROBE_TRACER_H
#define PROBE_TRACER_H

#include <stdbool.h>

#include "plan/plan.h"
#include "probe/event_programs.h"
#include "probe/load.h"
#include "probe/objects.h"
#include "probe/targets.h"
#include "shared/config.h"
#include "shared/state.h"

/* A program loaded for one more function, and what attaches it; -1 where there is none. */
struct clone {
	int program_fd;
	int link_fd;
};

struct tracer {
	struct config config;
	struct load_options options;
	struct attach_targets *targets; /* NULL where libbpf has to find them */
	struct bpf_object *objects[NR_OBJECTS];
	struct bpf_link *links[NR_PROBES][NR_HALVES];
	struct clone clones[NR_FAMILIES][NR_HALVES]; /* the families' by fentry */
	struct event_links events;
	struct state *state;
};

/* Opens or closes the gate through which creations are recorded. */
void tracer__set_gate(struct tracer *tracer, enum gate gate);

/* File descriptor of the ring buffer map. */
int tracer__records_fd(const struct tracer *tracer);

/*
 * Gives up the claim to a slot of the table of sessions, on kernels where slots are claimed in a
 * map; elsewhere does nothing. context is the tracer: see sessions__reclaim().
 */
void tracer__release_claim(void *context, __u32 slot);

/* What the BPF side shares: valid until tracer__detach(). */
struct state *tracer__state(const struct tracer *tracer);

/*
 * Descriptor of the loaded program that observes a half of what a probe does, or -1 where the probe
 * is not observed.
 */
int tracer__program(const struct tracer *tracer, const struct plan *plan, int probe,
		    enum half half);

/* The kind of object that has a probe's programs; false where the probe is not observed. */
bool tracer__find_kind(const struct plan *plan, int probe, enum object_kind *kind);

#endif /* PROBE_TRACER_H */
