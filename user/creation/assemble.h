/* SPDX-License-Identifier: GPL-2.0 */
/* Makes the tree of a record. This is pure: no input or output, no clock, no state. */
#ifndef CREATION_ASSEMBLE_H
#define CREATION_ASSEMBLE_H

#include "creation/latency_costs.h"
#include "creation/tree.h"

/*
 * Fill tree from a decoded record: link the spans, insert those that the plan reconstructs and move
 * the calls that they made below them, subtract what the probes cost (if costs is not NULL and the
 * costs are known), and compute self times. tree->record is set to record; tree->sequence is left
 * alone.
 */
void assemble__tree(struct tree *tree, const struct wire_record *record, const struct plan *plan,
		    const struct latency_costs *costs);

#endif /* CREATION_ASSEMBLE_H */
