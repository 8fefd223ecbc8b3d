// SPDX-License-Identifier: GPL-2.0
#include "formats/tree/tree_column.h"

#include "text/put.h"
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

/* In columns; function names are ASCII. */
static size_t name_width(const struct tree *tree, int index)
{
	const struct span *span = &tree->spans[index];
	size_t width = (size_t)tree__depth(tree, index) * TREE_BRANCH_WIDTH + strlen(span->name);

	return span->attach == ATTACH_RECONSTRUCTED ? width + strlen(RECONSTRUCTED) : width;
}

/* What stands before the rows below the span: a line for each branch that goes on. */
static char *put_stems(char *at, const struct branches *branches, const struct tree *tree,
		       int index)
{
	const struct span *span = &tree->spans[index];
	bool last = span->next_sibling == TREE_NO_SPAN;

	if (span->parent == TREE_NO_SPAN)
		return at;
	at = put_stems(at, branches, tree, span->parent);
	return glyph__put(at, last ? &branches->blank : &branches->pass);
}

static char *put_branch(char *at, const struct tree *tree, int index, const struct out_style *style)
{
	const struct branches *branches = branches_of(style);
	const struct span *span = &tree->spans[index];
	bool last = span->next_sibling == TREE_NO_SPAN;

	if (span->parent == TREE_NO_SPAN)
		return at;
	at = text__put_begin_color(at, TEXT_DIM, style->color);
	at = put_stems(at, branches, tree, span->parent);
	at = glyph__put(at, last ? &branches->last_branch : &branches->branch);
	return text__put_end_color(at, style->color);
}

size_t tree_column__size(const struct tree_column *column, const struct tree *tree, int index)
{
	size_t stems = ((size_t)tree__depth(tree, index) + 1) * sizeof(struct glyph);

	return stems + PUT_SPACES_SIZE(column->width) + 2 * TEXT_COLORED_SIZE + TREE_COLUMN_TEXT;
}

char *tree_column__put_anew(char *at, const struct tree_column *column, const struct tree *tree,
			    int index, const struct out_style *style)
{
	const struct span *span = &tree->spans[index];

	at = put_branch(at, tree, index, style);
	at = put__string(at, span->name);
	if (span->attach == ATTACH_RECONSTRUCTED) {
		at = text__put_begin_color(at, TEXT_DIM, style->color);
		at = put__string(at, RECONSTRUCTED);
		at = text__put_end_color(at, style->color);
	}
	return put__spaces(at, column->width - name_width(tree, index));
}

char *tree_column__put_margin(char *at, const struct tree *tree, int index,
			      const struct out_style *style)
{
	const struct branches *branches = branches_of(style);
	bool leaf = tree->spans[index].first_child == TREE_NO_SPAN;

	at = put_stems(at, branches, tree, index);
	return glyph__put(at, leaf ? &branches->blank : &branches->pass);
}

int tree_column__find_next(const struct tree *tree, int index)
{
	if (tree->spans[index].first_child != TREE_NO_SPAN)
		return tree->spans[index].first_child;
	while (index != TREE_NO_SPAN && tree->spans[index].next_sibling == TREE_NO_SPAN)
		index = tree->spans[index].parent;
	return index == TREE_NO_SPAN ? TREE_NO_SPAN : tree->spans[index].next_sibling;
}

/* What the column depends on. The lines of a tree follow from the parents of its spans. */
static bool is_column_of(const struct tree_column *column, const struct tree *tree)
{
	int i;

	if (column->nr_spans != tree->nr_spans)
		return false;
	for (i = 0; i < tree->nr_spans; i++) {
		const struct tree_column_row *row = &column->rows[i];
		const struct span *span = &tree->spans[i];

		if (row->name != span->name || row->parent != span->parent ||
		    row->attach != span->attach)
			return false;
	}
	return true;
}

static size_t width_of(const struct tree *tree)
{
	size_t width = MIN_WIDTH;
	int i;

	for (i = 0; i < tree->nr_spans; i++) {
		size_t needed = name_width(tree, i);

		if (width < needed)
			width = needed;
	}
	return width;
}

/* Writes a row's text by way of text, which is large enough. False if it can't be kept. */
static bool make_row(struct tree_column *column, const struct tree *tree, int index,
		     const struct out_style *style)
{
	struct tree_column_row *row = &column->rows[index];
	char text[2 * PUT_SPACES_SIZE(TREE_COLUMN_TEXT) + TREE_COLUMN_ROWS * sizeof(struct glyph)];

	if (tree_column__size(column, tree, index) > sizeof(text))
		return false;
	row->size = (size_t)(tree_column__put_anew(text, column, tree, index, style) - text);
	if (row->size > sizeof(row->text))
		return false;
	memcpy(row->text, text, row->size);
	row->name = tree->spans[index].name;
	row->attach = tree->spans[index].attach;
	row->parent = tree->spans[index].parent;
	row->next = tree_column__find_next(tree, index);
	return true;
}

static void make_column(struct tree_column *column, const struct tree *tree,
			const struct out_style *style)
{
	int i;

	column->width = width_of(tree);
	column->nr_spans = 0;
	column->is_whole = false;
	if (tree->nr_spans > TREE_COLUMN_ROWS)
		return;
	for (i = 0; i < tree->nr_spans; i++) {
		if (!make_row(column, tree, i, style))
			return;
	}
	column->nr_spans = tree->nr_spans;
	column->is_whole = true;
}

const struct tree_column *tree_columns__find(struct tree_columns *columns, const struct tree *tree,
					     const struct out_style *style)
{
	unsigned int number = (unsigned int)tree->nr_spans + (unsigned int)tree->record->family * 4;
	struct tree_column *column = &columns->columns[number & (NR_TREE_COLUMNS - 1)];

	if (tree->nr_spans > TREE_COLUMN_ROWS)
		column = &columns->other;
	if (!is_column_of(column, tree))
		make_column(column, tree, style);
	return column;
}
