// SPDX-License-Identifier: GPL-2.0
#include "formats/tree/tree_column.h"

#include <string.h>

#include "text/text.h"

#define MIN_WIDTH 30 /* most trees need just this, so their columns line up */

#define RECONSTRUCTED " (reconstructed)"

struct branches {
	struct glyph branch, last_branch; /* before a span that has, has not, siblings below */
	struct glyph pass, blank;	  /* the same for what is below such a span */
};

static const struct branches unicode_branches = {
	.branch = GLYPH("├─ "),
	.last_branch = GLYPH("└─ "),
	.pass = GLYPH("│  "),
	.blank = GLYPH("   "),
};

static const struct branches ascii_branches = {
	.branch = GLYPH("|- "),
	.last_branch = GLYPH("`- "),
	.pass = GLYPH("|  "),
	.blank = GLYPH("   "),
};

static const struct branches *branches_of(const struct out_style *style)
{
	return style->unicode ? &unicode_branches : &ascii_branches;
}

/* The size of RECONSTRUCTED where that stands behind the name, else 0. */
static size_t suffix_size(const struct span *span)
{
	return span->attach == ATTACH_RECONSTRUCTED ? sizeof(RECONSTRUCTED) - 1 : 0;
}

size_t tree_column__width(const struct tree *tree)
{
	size_t branches[TREE_MAX_SPANS] = { 0 }, width = MIN_WIDTH;
	int i;

	for (i = 0; i < tree->nr_spans; i++) {
		const struct span *span = &tree->spans[i];
		size_t needed;

		if (span->parent != TREE_NO_SPAN)
			branches[i] = branches[span->parent] + TREE_BRANCH_WIDTH;
		/* Function names are ASCII. */
		needed = branches[i] + strlen(span->name) + suffix_size(span);
		if (width < needed)
			width = needed;
	}
	return width;
}

/*
 * Appends what stands before the rows below the span: a line for each branch that goes on. Returns
 * its columns.
 */
static size_t add_stems(struct buffer *buffer, const struct branches *branches,
			const struct tree *tree, int index)
{
	const struct span *span = &tree->spans[index];
	bool last = span->next_sibling == TREE_NO_SPAN;
	size_t columns;

	if (span->parent == TREE_NO_SPAN)
		return 0;
	columns = add_stems(buffer, branches, tree, span->parent);
	ADD_FIELDS(buffer, glyph, last ? &branches->blank : &branches->pass);
	return columns + TREE_BRANCH_WIDTH;
}

/* Returns its columns. */
static size_t add_branch(struct buffer *buffer, const struct tree *tree, int index,
			 const struct out_style *style)
{
	const struct branches *branches = branches_of(style);
	const struct span *span = &tree->spans[index];
	bool last = span->next_sibling == TREE_NO_SPAN;
	size_t columns;

	if (span->parent == TREE_NO_SPAN)
		return 0;
	text__begin_color(buffer, TEXT_DIM, style->color);
	columns = add_stems(buffer, branches, tree, span->parent);
	ADD_FIELDS(buffer, glyph, last ? &branches->last_branch : &branches->branch);
	text__end_color(buffer, style->color);
	return columns + TREE_BRANCH_WIDTH;
}

void tree_column__add(struct buffer *buffer, const struct tree *tree, int index, size_t width,
		      const struct out_style *style)
{
	const struct span *span = &tree->spans[index];
	size_t columns = add_branch(buffer, tree, index, style);
	size_t size = strlen(span->name), suffix = suffix_size(span);

	buffer__add(buffer, span->name, size);
	if (suffix) {
		text__begin_color(buffer, TEXT_DIM, style->color);
		buffer__add(buffer, RECONSTRUCTED, suffix);
		text__end_color(buffer, style->color);
	}
	buffer__add_spaces(buffer, width - columns - size - suffix);
}

void tree_column__add_margin(struct buffer *buffer, const struct tree *tree, int index,
			     const struct out_style *style)
{
	const struct branches *branches = branches_of(style);
	bool leaf = tree->spans[index].first_child == TREE_NO_SPAN;

	add_stems(buffer, branches, tree, index);
	ADD_FIELDS(buffer, glyph, leaf ? &branches->blank : &branches->pass);
}

void tree_column__add_margin_above(struct buffer *buffer, const struct tree *tree, int index,
				   const struct out_style *style)
{
	const struct branches *branches = branches_of(style);
	int parent = tree->spans[index].parent;

	if (parent == TREE_NO_SPAN)
		return;
	add_stems(buffer, branches, tree, parent);
	ADD_FIELDS(buffer, glyph, &branches->pass);
}

int tree_column__next(const struct tree *tree, int index)
{
	if (tree->spans[index].first_child != TREE_NO_SPAN)
		return tree->spans[index].first_child;
	while (index != TREE_NO_SPAN && tree->spans[index].next_sibling == TREE_NO_SPAN)
		index = tree->spans[index].parent;
	return index == TREE_NO_SPAN ? TREE_NO_SPAN : tree->spans[index].next_sibling;
}
