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
 * far as is known (plan->cost_parts), and moves its start accordingly. Spans that are not
 * complete keep no duration. What would be negative is 0. The tree has its spans in call order,
 * each with its parent.
 */
void correct__tree(struct tree *tree, const struct plan *plan);

/*
 * The same for a tree of the outermost span only: its record has the others. False if that takes
 * the whole tree: where the calls in one are found to take more time than it has. Where none do,
 * and all have returned, what the outermost one took follows from the sum of the costs. For that
 * each call's time is looked at less its own inner cost, and less that of the calls right below it
 * with their outer costs.
 */
bool correct__outermost(struct tree *tree, const struct plan *plan);

#endif /* CORRECT_H */
