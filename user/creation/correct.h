/* SPDX-License-Identifier: GPL-2.0 */
/* Subtracts the cost of the probes from the times of a creation. */
#ifndef CREATION_CORRECT_H
#define CREATION_CORRECT_H

#include "creation/latency_costs.h"
#include "creation/tree.h"

/*
 * Fill costs->parts from the measured cost of each probe (costs->probes). Call this whenever a cost
 * changes or a function is observed in another way.
 */
void correct__prepare(struct latency_costs *costs, const struct plan *plan);

/*
 * Replace the measured duration of each span by what it would have been without probes, as far as
 * that is known (costs->parts), and move its start accordingly. No span becomes shorter than its
 * children together, and each stays within its caller and after the call before it. A reconstructed
 * span gets what is left between the end of the call before it and the end of its caller. Spans
 * that are not complete get no duration. The spans of the tree must be in call order, each with its
 * parent.
 */
void correct__tree(struct tree *tree, const struct latency_costs *costs);

#endif /* CREATION_CORRECT_H */
