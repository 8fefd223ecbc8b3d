/* SPDX-License-Identifier: GPL-2.0 */
/* Taking what the probes cost out of the times of a creation. */
#ifndef CORRECT_H
#define CORRECT_H

#include "plan.h"
#include "tree.h"

/*
 * Fills plan->cost_parts from what each probe costs. To be called whenever that, or a way
 * to observe, has changed.
 */
void correct__prepare(struct plan *plan);

/*
 * Replaces the duration of each span, as measured, by what it would have been without probes, as
 * far as is known (plan->cost_parts), and moves its start accordingly. None gets shorter than the
 * calls in it together, and each stays within its caller and behind the call before it. A
 * reconstructed span is what is left between the end of the call before it and that of its caller.
 * Spans that are not complete keep no duration. The tree has its spans in call order, each with its
 * parent.
 */
void correct__tree(struct tree *tree, const struct plan *plan);

/*
 * The same for a tree of the outermost span only: its record has the others. False, and nothing
 * changed, if that takes the whole tree: where a return was not seen, where a clock stepped, and
 * where the calls in one are found to take more time than it has.
 */
bool correct__outermost(struct tree *tree, const struct plan *plan);

#endif /* CORRECT_H */
