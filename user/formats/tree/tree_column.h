/* SPDX-License-Identifier: GPL-2.0 */
/* The first column of a tree's rows: the lines of its branches, and the names of functions. */
#ifndef FORMATS_TREE_TREE_COLUMN_H
#define FORMATS_TREE_TREE_COLUMN_H

#include "creation/tree.h"
#include "formats/format.h"
#include "text/fields.h"

#define TREE_BRANCH_WIDTH 3 /* columns that a level of the tree takes */

/* A short text of a few columns, as a kind of fields.h. */
struct glyph {
	char text[8]; /* with room that all are copied with in one move */
	unsigned char size;
};

#define GLYPH(text_)                                      \
	{                                                 \
		.text = text_, .size = sizeof(text_) - 1, \
	}

#define SIZEOF_glyph sizeof(((struct glyph *)NULL)->text)

static inline char *put_glyph(char *at, const struct glyph *glyph)
{
	memcpy(at, glyph->text, sizeof(glyph->text));
	return at + glyph->size;
}

/* In columns: enough for the names of all spans. */
size_t tree_column__width(const struct tree *tree);

/* Appends a span's part of the column, filled with spaces to its width. */
void tree_column__add(struct buffer *buffer, const struct tree *tree, int index, size_t width,
		      const struct out_style *style);

/* Appends what stands before a line that belongs to a span's row, below it. */
void tree_column__add_margin(struct buffer *buffer, const struct tree *tree, int index,
			     const struct out_style *style);

/* The same for a line above the span's row. */
void tree_column__add_margin_above(struct buffer *buffer, const struct tree *tree, int index,
				   const struct out_style *style);

/* The span whose row comes after that of the span at index, or TREE_NO_SPAN. */
int tree_column__next(const struct tree *tree, int index);

#endif /* FORMATS_TREE_TREE_COLUMN_H */
