/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The measurement of what observing a function costs on this machine and kernel: by observing
 * functions that do nothing, and by creating a few sockets.
 */
#ifndef COST_CALIBRATE_H
#define COST_CALIBRATE_H

#include <stdbool.h>

#include "creation/latency_costs.h"
#include "probe/load.h"
#include "shared/calibration.h"
#include "shared/state.h"

struct probe_link;

/*
 * The links that calibration has attached. Detaching takes long, and nobody calls these functions,
 * so it can wait.
 */
struct calibration_links {
	struct probe_link *links[NR_CALIBRATION_FUNCTIONS][NR_HALVES];
};

/* What has been measured. Zeroes are a valid beginning. */
struct calibration {
	struct calibration_links links[NR_OBJECTS];
	struct probe_cost costs[NR_OBJECTS]; /* of a probe that captures nothing, or 0 */
	bool is_tried[NR_OBJECTS];
	__u32 nr_kinds; /* the number of kinds that are measured; each has functions of its own */
	__u32 nr_functions; /* that are observed for it */
	__u64 unprobed_ns;  /* the cost of calling one of the functions when it is not observed */
};

/*
 * Measure the cost of a probe that captures nothing, with the programs of an object that is
 * loaded, unless that has been tried before. trigger is the loaded fentry object, and state is the
 * memory of both. The gate must be closed. If the kernel can't do this, the costs stay 0.
 */
void calibrate__object(struct calibration *calibration, enum object_kind kind,
		       struct bpf_object *object, struct bpf_object *trigger, struct state *state);

void calibrate__detach(struct calibration *calibration);

/*
 * Have the programs run once that observe the creation of a TCP socket, and those of
 * calibrate__object(). This process creates a socket, whatever the filters say. If accepts is set,
 * it also accepts a connection of its own, so that the programs for that run, too. The gate must be
 * closed.
 */
void calibrate__run(const struct calibration *calibration, struct bpf_object *trigger,
		    struct state *state, bool accepts);

#endif /* COST_CALIBRATE_H */
