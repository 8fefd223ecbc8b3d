/* SPDX-License-Identifier: GPL-2.0 */
/* Making a tree of a record. Pure: no input or output, no clock, no state. */
#ifndef CREATION_ASSEMBLE_H
#define CREATION_ASSEMBLE_H

#include "creation/latency_costs.h"
#include "creation/tree.h"

/*
 * Fills tree from a decoded record: links the spans, puts in those that the plan reconstructs and
 * moves the calls that they made below them, takes out of the times what the probes cost (where
 * costs, which may be NULL, are known), computes self times. tree->record is set to record;
 * tree->sequence is left alone.
 */
void assemble__tree(struct tree *tree, const struct wire_record *record, const struct plan *plan,
		    const struct latency_costs *costs);

#endif /* CREATION_ASSEMBLE_H */
