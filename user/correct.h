/* SPDX-License-Identifier: GPL-2.0 */
/* Taking what the probes cost out of the times of a creation. */
#ifndef CORRECT_H
#define CORRECT_H

#include "plan.h"
#include "tree.h"

/*
 * Replaces the duration of each span, as measured, by what it would have been without probes, as
 * far as is known (plan->probes[].cost), and moves its start accordingly. Spans that are not
 * complete keep no duration. What would be negative is 0. The tree has its spans in call order,
 * each with its parent.
 */
void correct__tree(struct tree *tree, const struct plan *plan);

/* The same for a tree of the outermost span only: record has the others. */
void correct__outermost(struct tree *tree, const struct plan *plan);

#endif /* CORRECT_H */
