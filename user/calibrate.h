/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds out what observing a function costs on this machine and kernel, by observing functions that
 * do nothing, and by creating a few sockets.
 */
#ifndef CALIBRATE_H
#define CALIBRATE_H

#include <stdbool.h>

#include "load.h"

struct bpf_link;

#define CALIBRATE_NR_LINKS 6

/* What is attached for it. Detaching takes long, and nobody calls these functions: it can wait. */
struct calibration_links {
	struct bpf_link *links[CALIBRATE_NR_LINKS];
};

/*
 * Measures what a probe costs that captures nothing, with the programs of an object that is loaded.
 * trigger is the loaded fentry object, state the memory of both; the gate must be closed. False
 * where the kernel can't do that: then cost and links are all 0.
 */
bool calibrate__object(enum object_kind kind, struct bpf_object *object, struct bpf_object *trigger,
		       struct state *state, struct calibration_links *links,
		       struct probe_cost *cost);

void calibrate__detach(struct calibration_links *links);

/*
 * Has the kernel measure how long each program runs, until calibrate__end_runs(). A descriptor for
 * that; -1 and errno if the kernel refuses it: it takes CAP_SYS_ADMIN.
 */
int calibrate__begin_runs(void);

/*
 * Has the programs run once that are attached to what creates a TCP socket, and those of
 * calibrate__object(): this process creates one, whatever the filters say. The gate must be closed.
 */
void calibrate__run(struct bpf_object *trigger, struct state *state);

/* What has been counted of those creations is forgotten. Their records remain in the ring buffer.
 */
void calibrate__end_runs(int stats, struct state *state);

/* What a loaded program has run so far while that was measured. */
struct program_runs calibrate__runs(int program_fd);

#endif /* CALIBRATE_H */
