// SPDX-License-Identifier: GPL-2.0
#include "tree_rows.h"

#include <string.h>

#include "call.h"
#include "names.h"
#include "text.h"
#include "tree_state.h"

#define MIN_NAME_WIDTH	   30 /* most trees need just this, so their columns line up */
#define MIN_DURATION_WIDTH 8  /* "999.9 µs" */
#define SHARE_WIDTH	   4  /* "100%" */
#define BAR_CELLS	   10
#define GAP		   2 /* between columns */
#define BRANCH_WIDTH	   3

#define RECONSTRUCTED " (reconstructed)"

struct glyphs {
	const char *branch, *last_branch; /* before a span that has, has not, siblings below */
	const char *pass, *blank;	  /* the same for what is below such a span */
	const char *eighths[8];		  /* of a bar's cell, as far as there are any */
	const char *cell;
	unsigned int steps; /* that a cell can show */
};

static const struct glyphs unicode_glyphs = {
	"├─ ", "└─ ", "│  ", "   ", { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" }, "█", 8,
};
static const struct glyphs ascii_glyphs = { "|- ", "`- ", "|  ", "   ", { "" }, "#", 1 };

/* What all the rows of a tree share. */
struct rows {
	struct buffer *buffer;
	const struct tree *tree;
	const struct out_style *style;
	const struct glyphs *glyphs;
	size_t name, total, self; /* widths of columns */
	bool show_self, show_share, show_bar;
};

/* What accept() has waited for a connection is in the head, and in no row. */
static __u64 latency(const struct span *span)
{
	return span->duration_ns - span->waited_ns;
}

static void add_dim(const struct rows *rows, const char *text)
{
	text__begin_color(rows->buffer, TEXT_DIM, rows->style->color);
	buffer__add_string(rows->buffer, text);
	text__end_color(rows->buffer, rows->style->color);
}

static void add_error(struct buffer *buffer, __s32 ret)
{
	const char *name = name_of_error(call__error(ret));

	buffer__add_char(buffer, '-');
	if (name)
		buffer__add_string(buffer, name);
	else
		buffer__add_s64(buffer, call__error(ret));
}

/*
 * Where it says something: not a plain 0, nor an address, nor that of a void function, nor the
 * protocol that was asked for.
 */
static void add_return(struct buffer *buffer, const struct wire_record *record,
		       const struct span *span)
{
	char protocol[NAME_SIZE];
	enum stage_returns returns = stages[span->stage].returns;
	bool number = returns == RETURNS_ERRNO || returns == RETURNS_FD;

	if (!span->complete) {
		buffer__add_string(buffer, RETURN_NOT_SEEN);
	} else if (number && span->ret < 0) {
		buffer__add_string(buffer, "= ");
		add_error(buffer, span->ret);
	} else if (returns == RETURNS_FD || (number && span->ret)) {
		buffer__add_string(buffer, "= ");
		buffer__add_s64(buffer, span->ret);
	} else if (returns == RETURNS_PROTOCOL && span->ret != record->protocol) {
		buffer__add_string(buffer, "= ");
		buffer__add_string(buffer, name_of_protocol(record->family, span->ret, protocol));
	} else if (returns == RETURNS_POINTER && span->ret == POINTER_NULL) {
		buffer__add_string(buffer, "= NULL");
	} else if (returns == RETURNS_POINTER && span->ret < 0) {
		buffer__add_string(buffer, "= ERR_PTR(");
		add_error(buffer, span->ret);
		buffer__add_char(buffer, ')');
	}
}

/* It is ASCII, so its size is its width: appends it and takes it off again. */
static size_t return_width(const struct rows *rows, const struct span *span)
{
	size_t before = rows->buffer->size;
	size_t width;

	add_return(rows->buffer, rows->tree->record, span);
	width = rows->buffer->size - before;
	rows->buffer->size = before;
	return width;
}

static size_t name_width(const struct span *span)
{
	size_t width = (size_t)span->depth * BRANCH_WIDTH + strlen(span->name);

	if (span->attach == ATTACH_RECONSTRUCTED)
		width += strlen(RECONSTRUCTED);
	return width;
}

static void widen(size_t *width, size_t needed)
{
	if (*width < needed)
		*width = needed;
}

static bool fits(const struct rows *rows, size_t widest_return)
{
	size_t width = rows->name + GAP + rows->total;

	if (rows->show_self)
		width += GAP + rows->self;
	if (rows->show_share)
		width += GAP + SHARE_WIDTH;
	if (rows->show_bar)
		width += GAP + BAR_CELLS;
	if (widest_return)
		width += GAP + widest_return;
	return rows->style->width <= 0 || width <= (size_t)rows->style->width;
}

/* Makes the columns wide enough for every row, and leaves out what a narrow terminal cannot take.
 */
static void lay_out(struct rows *rows)
{
	const struct tree *tree = rows->tree;
	size_t widest_return = 0;
	int i;

	rows->name = MIN_NAME_WIDTH;
	rows->total = rows->self = MIN_DURATION_WIDTH;
	for (i = 0; i < tree->nr_spans; i++) {
		const struct span *span = &tree->spans[i];

		widen(&rows->name, name_width(span));
		widen(&rows->total, text__duration_width(latency(span)));
		widen(&rows->self, text__duration_width(span->self_ns));
		widen(&widest_return, return_width(rows, span));
	}
	rows->show_self = true;
	/* Without a whole there is no share of it. */
	rows->show_share = tree->spans[0].complete && latency(&tree->spans[0]);
	rows->show_bar = rows->show_share;
	if (!fits(rows, widest_return))
		rows->show_bar = false;
	if (!fits(rows, widest_return))
		rows->show_share = false;
	if (!fits(rows, widest_return))
		rows->show_self = false;
}

/* What stands before the rows below the span: a line for each branch that goes on. */
static void add_stems(const struct rows *rows, int index)
{
	const struct span *span = &rows->tree->spans[index];

	if (span->parent == TREE_NO_SPAN)
		return;
	add_stems(rows, span->parent);
	buffer__add_string(rows->buffer, span->next_sibling == TREE_NO_SPAN ? rows->glyphs->blank
									    : rows->glyphs->pass);
}

static void add_branch(const struct rows *rows, const struct span *span)
{
	if (span->parent == TREE_NO_SPAN)
		return;
	text__begin_color(rows->buffer, TEXT_DIM, rows->style->color);
	add_stems(rows, span->parent);
	buffer__add_string(rows->buffer, span->next_sibling == TREE_NO_SPAN
						 ? rows->glyphs->last_branch
						 : rows->glyphs->branch);
	text__end_color(rows->buffer, rows->style->color);
}

static void add_name(const struct rows *rows, const struct span *span)
{
	add_branch(rows, span);
	buffer__add_string(rows->buffer, span->name);
	if (span->attach == ATTACH_RECONSTRUCTED)
		add_dim(rows, RECONSTRUCTED);
	buffer__add_spaces(rows->buffer, rows->name - name_width(span));
}

static void add_latency(const struct rows *rows, bool known, __u64 ns, size_t width)
{
	buffer__add_spaces(rows->buffer, GAP);
	if (known) {
		text__add_duration_field(rows->buffer, ns, width, rows->style->unicode);
		return;
	}
	buffer__add_spaces(rows->buffer, width - 1);
	buffer__add_char(rows->buffer, '?');
}

static void add_share(const struct rows *rows, double share)
{
	unsigned int percent = (unsigned int)(share * 100 + 0.5);

	buffer__add_spaces(rows->buffer, GAP);
	if (!percent && share > 0) {
		buffer__add_string(rows->buffer, " <1%");
		return;
	}
	buffer__add_spaces(rows->buffer, percent >= 100 ? 0 : percent >= 10 ? 1 : 2);
	buffer__add_u64(rows->buffer, percent);
	buffer__add_char(rows->buffer, '%');
}

static void add_bar(const struct rows *rows, double share)
{
	unsigned int steps = rows->glyphs->steps;
	unsigned int filled = (unsigned int)(share * BAR_CELLS * steps + 0.5);
	unsigned int cells = (filled + steps - 1) / steps;
	unsigned int i;

	buffer__add_spaces(rows->buffer, GAP);
	text__begin_color(rows->buffer, TEXT_CYAN, rows->style->color);
	for (i = 0; i < filled / steps; i++)
		buffer__add_string(rows->buffer, rows->glyphs->cell);
	buffer__add_string(rows->buffer, rows->glyphs->eighths[filled % steps]);
	text__end_color(rows->buffer, rows->style->color);
	buffer__add_spaces(rows->buffer, BAR_CELLS - cells);
}

/* The part of the whole that the span takes. Only where the whole is known. */
static void add_part(const struct rows *rows, const struct span *span)
{
	double share = (double)latency(span) / (double)latency(&rows->tree->spans[0]);

	if (share > 1)
		share = 1;
	if (span->complete) {
		add_share(rows, share);
		if (rows->show_bar)
			add_bar(rows, share);
		return;
	}
	buffer__add_spaces(rows->buffer, GAP + SHARE_WIDTH);
	if (rows->show_bar)
		buffer__add_spaces(rows->buffer, GAP + BAR_CELLS);
}

/* What stands before a line that belongs to a span's row. */
static void add_margin(const struct rows *rows, int index)
{
	bool leaf = rows->tree->spans[index].first_child == TREE_NO_SPAN;

	add_stems(rows, index);
	buffer__add_string(rows->buffer, leaf ? rows->glyphs->blank : rows->glyphs->pass);
}

/* What a row cannot hold, below it. */
static void add_remark(const struct rows *rows, int index, const char *remark)
{
	text__begin_color(rows->buffer, TEXT_DIM, rows->style->color);
	add_margin(rows, index);
	buffer__add_string(rows->buffer, remark);
	text__end_color(rows->buffer, rows->style->color);
	buffer__add_char(rows->buffer, '\n');
}

/* A row, for what begins its lines. */
struct row {
	const struct rows *rows;
	int index;
};

static void begin_state_line(void *context)
{
	const struct row *row = context;

	add_margin(row->rows, row->index);
}

/* What was set when the span's function returned. */
static void add_state(const struct rows *rows, int index)
{
	struct row row = { rows, index };
	const struct tree_state_lines lines = {
		.buffer = rows->buffer,
		.style = rows->style,
		.begin_line = begin_state_line,
		.context = &row,
		.margin = ((size_t)rows->tree->spans[index].depth + 1) * BRANCH_WIDTH,
	};

	tree_state__add(&lines, rows->tree, index);
}

static void trim_spaces(struct buffer *buffer)
{
	while (buffer->size && buffer->data[buffer->size - 1] == ' ')
		buffer->size--;
}

static void add_row(const struct rows *rows, int index)
{
	const struct span *span = &rows->tree->spans[index];
	bool red = rows->style->color && (span->failed || !span->complete);

	add_name(rows, span);
	add_latency(rows, span->complete, latency(span), rows->total);
	if (rows->show_self)
		add_latency(rows, span->complete, span->self_ns, rows->self);
	if (rows->show_share)
		add_part(rows, span);
	if (return_width(rows, span)) {
		buffer__add_spaces(rows->buffer, GAP);
		text__begin_color(rows->buffer, TEXT_RED, red);
		add_return(rows->buffer, rows->tree->record, span);
		text__end_color(rows->buffer, red);
	}
	trim_spaces(rows->buffer);
	buffer__add_char(rows->buffer, '\n');
	if (span->stage == STAGE_SOCK_MAP_FD && span->attach == ATTACH_RECONSTRUCTED &&
	    span->failed)
		add_remark(rows, index, "includes releasing the socket");
	add_state(rows, index);
}

/* The span whose row comes after that of the span at index, or TREE_NO_SPAN. */
static int next_row(const struct tree *tree, int index)
{
	if (tree->spans[index].first_child != TREE_NO_SPAN)
		return tree->spans[index].first_child;
	while (index != TREE_NO_SPAN && tree->spans[index].next_sibling == TREE_NO_SPAN)
		index = tree->spans[index].parent;
	return index == TREE_NO_SPAN ? TREE_NO_SPAN : tree->spans[index].next_sibling;
}

void tree_rows__add(struct buffer *buffer, const struct tree *tree, const struct out_style *style)
{
	struct rows rows = {
		.buffer = buffer,
		.tree = tree,
		.style = style,
		.glyphs = style->unicode ? &unicode_glyphs : &ascii_glyphs,
	};
	int i;

	lay_out(&rows);
	for (i = 0; i != TREE_NO_SPAN; i = next_row(tree, i))
		add_row(&rows, i);
}
