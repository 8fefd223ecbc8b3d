/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets that this process creates to try the probes, before the trace begins: in the gate's state
 * GATE_CALIBRATION only the creations of its thread are recorded, whatever the filters say. Their
 * records remain in the ring buffer, and are made before the trace begins. The gate must be closed.
 */
#ifndef PROBE_OWN_SOCKETS_H
#define PROBE_OWN_SOCKETS_H

#include <stdbool.h>

#include "shared/state.h"

struct tracer;

/* Create and close a socket of a family. Return false if that can't be created. */
bool own_sockets__create(struct state *state, int family);

/* Accept and close a connection of its own, if it can make one. */
void own_sockets__accept(struct state *state);

/*
 * Create a few sockets, and return whether none of them was seen. False also where none can be
 * created. This resets the counters.
 */
bool own_sockets__are_missed(const struct tracer *tracer);

/* Reset the counters that these creations have changed. */
void own_sockets__forget(struct state *state);

#endif /* PROBE_OWN_SOCKETS_H */
