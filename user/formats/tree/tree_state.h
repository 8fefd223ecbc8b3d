/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What --state shows, for people: below the row of a span the members that it has set, and above it
 * those that its caller had set before.
 */
#ifndef FORMATS_TREE_TREE_STATE_H
#define FORMATS_TREE_TREE_STATE_H

#include "creation/state_changes.h"
#include "formats/format.h"

/* Where the lines stand in a tree. */
struct tree_state_lines {
	struct buffer *buffer;
	const struct out_style *style;
	/* Appends what stands before a line: the tree's branches, of margin columns. */
	void (*begin_line)(void *context);
	void *context;
	size_t margin;
};

/*
 * Appends a line for each object of which something has changed at the span's exit, or at its
 * entry: its name, and its members as "rcvbuf=131072". A line is broken where the terminal ends, or
 * at 80 columns.
 */
void tree_state__add(const struct tree_state_lines *lines, const struct tree *tree, int span,
		     bool at_entry);

#endif /* FORMATS_TREE_TREE_STATE_H */
