/* SPDX-License-Identifier: GPL-2.0 */
/* The maps of the BPF objects, which share all of them but the configuration. */
#ifndef PROBE_OBJECT_MAPS_H
#define PROBE_OBJECT_MAPS_H

#include <stdbool.h>

struct bpf_object;
struct config;

/*
 * Prepare the maps of an object that is open: the configuration, and the maps of the object maps
 * or, if that is NULL, some of its own, of the sizes that this trace needs. Return 0, or -1 and
 * errno.
 */
int object_maps__prepare(struct bpf_object *object, struct bpf_object *maps,
			 const struct config *config, bool command, unsigned int buffer_bytes);

#endif /* PROBE_OBJECT_MAPS_H */
