/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The first column of a tree's rows: the lines of its branches, and the names of functions. Trees
 * of one shape have the same, and there are few shapes: each column is made once.
 */
#ifndef FORMATS_TREE_TREE_COLUMN_H
#define FORMATS_TREE_TREE_COLUMN_H

#include "formats/format.h"

#define TREE_BRANCH_WIDTH 3 /* columns that a level of the tree takes */

/* A short text, with room that all are copied with in one move. */
struct glyph {
	char text[8];
	unsigned char size;
};

#define GLYPH(text_)                                      \
	{                                                 \
		.text = text_, .size = sizeof(text_) - 1, \
	}

static inline char *glyph__put(char *at, const struct glyph *glyph)
{
	memcpy(at, glyph->text, sizeof(glyph->text));
	return at + glyph->size;
}

/* Larger trees, and longer names, are written each time. */
#define TREE_COLUMN_ROWS 24
#define TREE_COLUMN_TEXT 64

struct tree_column {
	int nr_spans;  /* 0: it is of no tree */
	size_t width;  /* in columns */
	bool is_whole; /* all texts are there */
	struct tree_column_row {
		const char *name; /* of the span's function, as it was */
		enum attach_way attach;
		int parent;
		int next; /* the span of the row below, or TREE_NO_SPAN */
		size_t size;
		char text[TREE_COLUMN_TEXT];
	} rows[TREE_COLUMN_ROWS];
};

#define NR_TREE_COLUMNS 16 /* a power of two */

/* Those of one output. All zero at first, and again when a function's name may have changed. */
struct tree_columns {
	struct tree_column columns[NR_TREE_COLUMNS];
	struct tree_column other; /* of a tree that is too large to be kept */
};

/* The column of a tree. Valid until the next call. */
const struct tree_column *tree_columns__find(struct tree_columns *columns, const struct tree *tree,
					     const struct out_style *style);

/* How many bytes the functions below write at most. */
size_t tree_column__size(const struct tree_column *column, const struct tree *tree, int index);

/* Writes what has no place in the column as it is kept. */
char *tree_column__put_anew(char *at, const struct tree_column *column, const struct tree *tree,
			    int index, const struct out_style *style);

/* Writes a span's part of the column, as the functions of put.h. */
static inline char *tree_column__put(char *at, const struct tree_column *column,
				     const struct tree *tree, int index,
				     const struct out_style *style)
{
	if (!column->is_whole)
		return tree_column__put_anew(at, column, tree, index, style);
	memcpy(at, column->rows[index].text, TREE_COLUMN_TEXT);
	return at + column->rows[index].size;
}

/* The span whose row comes after that of the span at index, or TREE_NO_SPAN. */
int tree_column__find_next(const struct tree *tree, int index);

/* The same, where the column may know it. */
static inline int tree_column__next(const struct tree_column *column, const struct tree *tree,
				    int index)
{
	return column->is_whole ? column->rows[index].next : tree_column__find_next(tree, index);
}

/* Writes what stands before a line that belongs to a span's row, below it. */
char *tree_column__put_margin(char *at, const struct tree *tree, int index,
			      const struct out_style *style);

#endif /* FORMATS_TREE_TREE_COLUMN_H */
