/* SPDX-License-Identifier: GPL-2.0 */
/* Taking what the probes cost out of the times of a creation. */
#ifndef CREATION_CORRECT_H
#define CREATION_CORRECT_H

#include "creation/latency_costs.h"
#include "creation/tree.h"

/*
 * Fills costs->parts from what each probe costs (costs->probes). To be called whenever that, or a
 * way to observe, has changed.
 */
void correct__prepare(struct latency_costs *costs, const struct plan *plan);

/*
 * Replaces the duration of each span, as measured, by what it would have been without probes, as
 * far as is known (costs->parts), and moves its start accordingly. None gets shorter than the
 * calls in it together, and each stays within its caller and behind the call before it. A
 * reconstructed span is what is left between the end of the call before it and that of its caller.
 * Spans that are not complete keep no duration. The tree has its spans in call order, each with its
 * parent.
 */
void correct__tree(struct tree *tree, const struct latency_costs *costs);

#endif /* CREATION_CORRECT_H */
