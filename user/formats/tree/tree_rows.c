// SPDX-License-Identifier: GPL-2.0
#include "formats/tree/tree_rows.h"

#include <string.h>

#include "creation/syscall_text.h"
#include "formats/tree/tree_state.h"
#include "names/names.h"
#include "text/duration.h"
#include "text/put.h"
#include "text/text.h"

#define MIN_DURATION_WIDTH 8		/* "999.9 µs" */
#define NS_OF_MIN_WIDTH	   (1ULL << 26) /* "67.11 ms": what has only lower bits needs no more */
#define SHARE_WIDTH	   4		/* "100%" */
#define BAR_CELLS	   10
#define GAP		   2 /* between columns */

/* What bars are made of. */
struct bars {
	char full[32]; /* BAR_CELLS cells */
	unsigned char cell_size;
	unsigned char shift;	 /* a cell can show two to the power of this steps */
	struct glyph eighths[8]; /* of a cell, as far as there are any */
};

#define FULL_BAR(cell) cell cell cell cell cell cell cell cell cell cell /* BAR_CELLS of them */

static const struct bars unicode_bars = {
	.full = FULL_BAR("█"),
	.cell_size = sizeof("█") - 1,
	.shift = 3,
	.eighths = { GLYPH(""), GLYPH("▏"), GLYPH("▎"), GLYPH("▍"), GLYPH("▌"), GLYPH("▋"),
		     GLYPH("▊"), GLYPH("▉") },
};

static const struct bars ascii_bars = {
	.full = FULL_BAR("#"),
	.cell_size = 1,
	.eighths = { GLYPH("") },
};

#define RETURN_SIZE (NAME_SIZE + sizeof("= ERR_PTR(-)"))

/* What all the rows of a tree share. */
struct rows {
	struct buffer *buffer;
	const struct tree *tree;
	const struct out_style *style;
	const struct tree_column *names;
	const struct bars *bars;
	double whole;	    /* ns of which shares are taken; 0 where that is not known */
	size_t total, self; /* widths of columns */
	bool show_self, show_share, show_bar;
	bool below; /* rows may have lines below them */
};

/* What accept() has waited for a connection is in the head, and in no row. */
static __u64 latency(const struct span *span)
{
	return span->duration_ns - span->waited_ns;
}

static char *put_error(char *at, __s32 ret)
{
	const char *name = name_of_error(call__error(ret));

	at = put__char(at, '-');
	return name ? put__string(at, name) : put__s64(at, call__error(ret));
}

/*
 * Where it says something: not a plain 0, nor an address, nor that of a void function, nor the
 * protocol that was asked for.
 */
static char *put_return(char *at, const struct wire_record *record, const struct span *span)
{
	enum stage_returns returns = stages[span->stage].returns;
	bool number = returns == RETURNS_ERRNO || returns == RETURNS_FD;

	if (!span->complete)
		return put__string(at, RETURN_NOT_SEEN);
	if (number && span->ret < 0)
		return put_error(put__string(at, "= "), span->ret);
	if (returns == RETURNS_FD || (number && span->ret))
		return put__s64(put__string(at, "= "), span->ret);
	if (returns == RETURNS_PROTOCOL && span->ret != record->protocol)
		return put_name_of_protocol(put__string(at, "= "), record->family, span->ret);
	if (returns == RETURNS_POINTER && span->ret == POINTER_NULL)
		return put__string(at, "= NULL");
	if (returns == RETURNS_POINTER && span->ret < 0) {
		at = put_error(put__string(at, "= ERR_PTR("), span->ret);
		return put__char(at, ')');
	}
	return at;
}

static bool fits(const struct rows *rows, size_t widest_return)
{
	size_t width = rows->names->width + GAP + rows->total;

	if (rows->show_self)
		width += GAP + rows->self;
	if (rows->show_share)
		width += GAP + SHARE_WIDTH;
	if (rows->show_bar)
		width += GAP + BAR_CELLS;
	if (widest_return)
		width += GAP + widest_return;
	return width <= (size_t)rows->style->width;
}

static void widen(size_t *width, const struct rows *rows, __u64 ns)
{
	char text[DURATION_SIZE];
	size_t needed = duration__columns(text, duration__put(text, ns, rows->style->unicode));

	if (*width < needed)
		*width = needed;
}

/* For latencies that may take more than others. */
static void widen_latencies(struct rows *rows)
{
	int i;

	for (i = 0; i < rows->tree->nr_spans; i++) {
		const struct span *span = &rows->tree->spans[i];

		if (!span->complete)
			continue;
		widen(&rows->total, rows, latency(span));
		widen(&rows->self, rows, span->self_ns);
	}
}

static size_t widest_return(const struct tree *tree)
{
	size_t widest = 0;
	int i;

	for (i = 0; i < tree->nr_spans; i++) {
		char text[RETURN_SIZE];
		const char *end = put_return(text, tree->record, &tree->spans[i]);

		if (widest < (size_t)(end - text))
			widest = (size_t)(end - text);
	}
	return widest;
}

/* Leaves out what a narrow terminal can't take. */
static void narrow(struct rows *rows)
{
	size_t returns = widest_return(rows->tree);

	if (!fits(rows, returns))
		rows->show_bar = false;
	if (!fits(rows, returns))
		rows->show_share = false;
	if (!fits(rows, returns))
		rows->show_self = false;
}

/* Chooses the columns, and makes them wide enough for all rows. */
static void lay_out(struct rows *rows)
{
	const struct tree *tree = rows->tree;
	__u64 bits = 0;
	int i;

	rows->total = rows->self = MIN_DURATION_WIDTH;
	for (i = 0; i < tree->nr_spans; i++)
		bits |= latency(&tree->spans[i]) | tree->spans[i].self_ns;
	if (bits >= NS_OF_MIN_WIDTH)
		widen_latencies(rows);
	rows->whole = tree->spans[0].complete ? (double)latency(&tree->spans[0]) : 0;
	rows->show_self = true;
	/* Without a whole there is no share of it. */
	rows->show_share = rows->show_bar = rows->whole > 0;
	if (rows->style->width > 0)
		narrow(rows);
}

/* A latency as it is shown. */
struct cell {
	size_t size, width; /* in bytes, in columns */
	char text[DURATION_SIZE];
};

static inline void make_cell(struct cell *cell, bool known, __u64 ns, bool unicode)
{
	char *end = known ? duration__put(cell->text, ns, unicode) : put__char(cell->text, '?');

	cell->size = (size_t)(end - cell->text);
	cell->width = known ? duration__columns(cell->text, end) : 1;
}

static inline char *put_cell(char *at, const struct cell *cell, size_t width)
{
	at = put__spaces(at, GAP + width - cell->width);
	memcpy(at, cell->text, sizeof(cell->text));
	return at + cell->size;
}

static char *put_latencies(char *at, const struct rows *rows, const struct span *span)
{
	bool unicode = rows->style->unicode;
	struct cell cell;

	make_cell(&cell, span->complete, latency(span), unicode);
	at = put_cell(at, &cell, rows->total);
	if (!rows->show_self)
		return at;
	if (span->self_ns != latency(span))
		make_cell(&cell, span->complete, span->self_ns, unicode);
	return put_cell(at, &cell, rows->self);
}

static char *put_share(char *at, double share)
{
	unsigned int percent = (unsigned int)(share * 100 + 0.5);

	at = put__string(at, "    "); /* the gap, and what a number of one digit leaves */
	if (!percent && share > 0)
		return put__string(at - 1, "<1%");
	if (percent >= 10)
		at -= percent >= 100 ? 2 : 1;
	return put__char(put__below_1000(at, percent), '%');
}

/* padded: to its full width, since something comes behind it. */
static char *put_bar(char *at, const struct rows *rows, double share, bool padded)
{
	const struct bars *bars = rows->bars;
	unsigned int steps = 1U << bars->shift;
	unsigned int filled = (unsigned int)(share * BAR_CELLS * steps + 0.5);
	unsigned int cells = (filled + steps - 1) >> bars->shift;

	if (!filled && !padded && !rows->style->color)
		return at;
	at = put__string(at, "  ");
	at = text__put_begin_color(at, TEXT_CYAN, rows->style->color);
	memcpy(at, bars->full, sizeof(bars->full));
	at += (filled >> bars->shift) * bars->cell_size;
	at = glyph__put(at, &bars->eighths[filled & (steps - 1)]);
	at = text__put_end_color(at, rows->style->color);
	return padded ? put__spaces(at, BAR_CELLS - cells) : at;
}

/* The part of the whole that the span takes. Only where the whole is known. */
static char *put_part(char *at, const struct rows *rows, const struct span *span, bool padded)
{
	double share = (double)latency(span) / rows->whole;

	if (share > 1)
		share = 1;
	if (!span->complete)
		return put__spaces(at, GAP + SHARE_WIDTH + (rows->show_bar ? GAP + BAR_CELLS : 0));
	at = put_share(at, share);
	return rows->show_bar ? put_bar(at, rows, share, padded) : at;
}

static char *put_return_column(char *at, const struct rows *rows, const struct span *span,
			       const char *text, size_t size)
{
	bool red = rows->style->color && (span->failed || !span->complete);

	at = put__string(at, "  ");
	at = text__put_begin_color(at, TEXT_RED, red);
	at = put__bytes(at, text, size);
	return text__put_end_color(at, red);
}

/* What a row takes at most besides its name. */
#define ROW_SIZE                                                                   \
	(4 * GAP + 2 * DURATION_SIZE + SHARE_WIDTH + 4 * BAR_CELLS + RETURN_SIZE + \
	 2 * TEXT_COLORED_SIZE + PUT_SPACES_SIZE(0))

/* The same of all rows: of a kept column names have a known size. */
static size_t rows_size(const struct rows *rows)
{
	size_t row = ROW_SIZE + rows->total + rows->self + TREE_COLUMN_TEXT, names = 0;
	int i;

	if (!rows->names->is_whole) {
		for (i = 0; i < rows->tree->nr_spans; i++)
			names += tree_column__size(rows->names, rows->tree, i);
	}
	return (size_t)rows->tree->nr_spans * row + names;
}

static char *put_row(char *at, const struct rows *rows, int index)
{
	const struct span *span = &rows->tree->spans[index];
	char text[RETURN_SIZE];
	/* ASCII: its width as well; 0 if there is nothing to say. */
	size_t size = (size_t)(put_return(text, rows->tree->record, span) - text);

	at = tree_column__put(at, rows->names, rows->tree, index, rows->style);
	at = put_latencies(at, rows, span);
	if (rows->show_share)
		at = put_part(at, rows, span, size);
	if (size)
		at = put_return_column(at, rows, span, text, size);
	return put__char(at, '\n');
}

/* What stands before a line that belongs to a span's row. */
static void add_margin(const struct rows *rows, int index)
{
	size_t size = tree_column__size(rows->names, rows->tree, index);
	char *at = buffer__reserve(rows->buffer, size);

	if (!at)
		return;
	at = tree_column__put_margin(at, rows->tree, index, rows->style);
	buffer__commit(rows->buffer, at);
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

/* For what begins the lines below a row. */
struct place {
	const struct rows *rows;
	int index;
};

static void begin_state_line(void *context)
{
	const struct place *place = context;

	add_margin(place->rows, place->index);
}

/* What was set when the span's function returned. */
static void add_state(const struct rows *rows, int index)
{
	struct place place = { rows, index };
	const struct tree_state_lines lines = {
		.buffer = rows->buffer,
		.style = rows->style,
		.begin_line = begin_state_line,
		.context = &place,
		.margin = ((size_t)tree__depth(rows->tree, index) + 1) * TREE_BRANCH_WIDTH,
	};

	tree_state__add(&lines, rows->tree, index);
}

/* A reconstructed span is all that its caller did since: where that failed, also cleaning up. */
static bool has_released(const struct span *span)
{
	return span->failed && span->attach == ATTACH_RECONSTRUCTED;
}

static void add_lines_below(const struct rows *rows, int index)
{
	if (has_released(&rows->tree->spans[index]))
		add_remark(rows, index, "includes releasing the socket");
	if (rows->tree->state)
		add_state(rows, index);
}

static void add_rows(const struct rows *rows)
{
	const struct tree *tree = rows->tree;
	size_t size = rows_size(rows);
	char *at = buffer__reserve(rows->buffer, size);
	int i;

	for (i = 0; at && i != TREE_NO_SPAN; i = tree_column__next(rows->names, tree, i)) {
		at = put_row(at, rows, i);
		if (!rows->below)
			continue;
		buffer__commit(rows->buffer, at);
		add_lines_below(rows, i);
		at = buffer__reserve(rows->buffer, size);
	}
	if (at)
		buffer__commit(rows->buffer, at);
}

void tree_rows__add(struct buffer *buffer, const struct tree *tree, const struct out_style *style,
		    struct tree_columns *columns)
{
	struct rows rows;

	rows.buffer = buffer;
	rows.tree = tree;
	rows.style = style;
	rows.names = tree_columns__find(columns, tree, style);
	rows.bars = style->unicode ? &unicode_bars : &ascii_bars;
	rows.below = tree->state || tree->record->ret < 0;
	lay_out(&rows);
	add_rows(&rows);
}
