/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds out what observing a function costs on this machine and kernel, by observing functions that
 * do nothing, and by creating a few sockets.
 */
#ifndef COST_CALIBRATE_H
#define COST_CALIBRATE_H

#include <stdbool.h>

#include "creation/latency_costs.h"
#include "probe/load.h"
#include "shared/calibration.h"
#include "shared/state.h"

struct bpf_link;

/* What is attached for it. Detaching takes long, and nobody calls these functions: it can wait. */
struct calibration_links {
	struct bpf_link *links[NR_CALIBRATION_FUNCTIONS][NR_HALVES];
};

/* What has been found out. All 0 to begin with. */
struct calibration {
	struct calibration_links links[NR_OBJECTS];
	struct probe_cost costs[NR_OBJECTS]; /* of a probe that captures nothing, or 0 */
	bool is_tried[NR_OBJECTS];
	__u32 nr_kinds;	    /* that are measured: each has functions of its own */
	__u32 nr_functions; /* that are observed for it */
	__u64 unprobed_ns;  /* what it takes to call one of the functions that is not observed */
};

/*
 * Measures what a probe costs that captures nothing, with the programs of an object that is loaded,
 * if that has not been tried before. trigger is the loaded fentry object, state the memory of both;
 * the gate must be closed. Where the kernel can't do that the costs remain 0.
 */
void calibrate__object(struct calibration *calibration, enum object_kind kind,
		       struct bpf_object *object, struct bpf_object *trigger, struct state *state);

void calibrate__detach(struct calibration *calibration);

/*
 * Has the programs run once that are attached to what creates a TCP socket, and those of
 * calibrate__object(): this process creates one, whatever the filters say. If accepts is set it
 * also accepts a connection of its own, so that those run that observe that. The gate must be
 * closed.
 */
void calibrate__run(const struct calibration *calibration, struct bpf_object *trigger,
		    struct state *state, bool accepts);

/* What has been counted of those creations is forgotten. Their records remain in the ring buffer.
 */
void calibrate__forget_runs(struct state *state);

#endif /* COST_CALIBRATE_H */
