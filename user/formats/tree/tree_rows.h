/* SPDX-License-Identifier: GPL-2.0 */
/* A tree drawn for people: one aligned row for every span, below lines that show who called it. */
#ifndef FORMATS_TREE_TREE_ROWS_H
#define FORMATS_TREE_TREE_ROWS_H

#include "creation/tree.h"
#include "formats/format.h"

/* What a span says whose end was not recorded. */
#define RETURN_NOT_SEEN "return not seen"

/*
 * Appends the rows: function, total and self latency, share of the whole as a number and as a bar,
 * and the return value where it says something. In a terminal too narrow for that the bar is left
 * out, then the share, then the self latency.
 */
void tree_rows__add(struct buffer *buffer, const struct tree *tree, const struct out_style *style);

#endif /* FORMATS_TREE_TREE_ROWS_H */
