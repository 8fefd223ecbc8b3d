// SPDX-License-Identifier: GPL-2.0
#include "formats/tree/tree_rows.h"

#include <string.h>

#include "creation/syscall_text.h"
#include "formats/tree/tree_column.h"
#include "formats/tree/tree_state.h"
#include "names/names.h"
#include "text/duration.h"
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

/* What all the rows of a tree share. */
struct rows {
	struct buffer *buffer;
	const struct tree *tree;
	const struct out_style *style;
	const struct bars *bars;
	double whole;		   /* ns of which shares are taken; 0 where that is not known */
	size_t names, total, self; /* widths of columns */
	bool show_self, show_share, show_bar;
	bool bounded; /* of some latencies only a bound is known */
};

/* What accept() has waited for a connection is in the head, and in no row. */
static __u64 latency(const struct span *span)
{
	return span->duration_ns - span->waited_ns;
}

/*
 * What a row says of the return value: not a plain 0, nor an address, nor that of a void function,
 * nor the protocol that was asked for.
 */
enum shown {
	SHOWN_NOTHING,
	SHOWN_NOT_SEEN,
	SHOWN_NUMBER,
	SHOWN_ERROR,
	SHOWN_PROTOCOL,
	SHOWN_NULL,
	SHOWN_ERR_PTR,
};

static enum shown shown_of(const struct wire_record *record, const struct span *span)
{
	if (!span->complete)
		return SHOWN_NOT_SEEN;
	switch (stages[span->stage].returns) {
	case RETURNS_FD:
		return span->ret < 0 ? SHOWN_ERROR : SHOWN_NUMBER;
	case RETURNS_ERRNO:
		/* The wait status of modprobe is told below the tree, in words. */
		if (span->stage == STAGE_REQUEST_MODULE && span->ret >= 0)
			return SHOWN_NOTHING;
		return span->ret < 0 ? SHOWN_ERROR : span->ret ? SHOWN_NUMBER : SHOWN_NOTHING;
	case RETURNS_PROTOCOL:
		return span->ret != record->protocol ? SHOWN_PROTOCOL : SHOWN_NOTHING;
	case RETURNS_POINTER:
		if (span->ret == POINTER_NULL)
			return SHOWN_NULL;
		return span->ret < 0 ? SHOWN_ERR_PTR : SHOWN_NOTHING;
	case RETURNS_VOID:
		break;
	}
	return SHOWN_NOTHING;
}

#define SIZEOF_error (ERROR_NAME_SIZE - 1)

static char *put_error(char *at, __s32 ret)
{
	const char *name = name_of_error(call__error(ret));

	return name ? put__string(at, name) : put__s64(at, call__error(ret));
}

#define RETURN_FIELDS(F, IF)                                                           \
	IF(shown == SHOWN_NOT_SEEN, nothing, RETURN_NOT_SEEN)                          \
	IF(shown == SHOWN_NUMBER, s32, "= ", span->ret)                                \
	IF(shown == SHOWN_ERROR, error, "= -", span->ret)                              \
	IF(shown == SHOWN_PROTOCOL, name_of_protocol, "= ", record->family, span->ret) \
	IF(shown == SHOWN_NULL, nothing, "= NULL")                                     \
	IF(shown == SHOWN_ERR_PTR, error, "= ERR_PTR(-", span->ret)                    \
	IF(shown == SHOWN_ERR_PTR, nothing, ")")
DEFINE_FIELDS(returned, RETURN_FIELDS, enum shown shown, const struct wire_record *record,
	      const struct span *span);

static bool fits(const struct rows *rows, size_t widest_return)
{
	size_t width = rows->names + GAP + rows->total;

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

static void widen(size_t *width, const struct rows *rows, __u64 ns, __u64 at_most_ns)
{
	char text[DURATION_BOUND_SIZE];
	size_t needed = duration__columns(text, duration__put_bound(text, ns, at_most_ns,
								    rows->style->unicode));

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
		widen(&rows->total, rows, latency(span), span__at_most(span));
		widen(&rows->self, rows, span->self_ns, span->at_most_ns);
	}
}

static size_t widest_return(const struct tree *tree)
{
	size_t widest = 0;
	int i;

	for (i = 0; i < tree->nr_spans; i++) {
		const struct span *span = &tree->spans[i];
		char text[SIZEOF_returned];
		const char *end =
			put_returned(text, shown_of(tree->record, span), tree->record, span);

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
	__u64 bits = 0, bounds = 0;
	int i;

	rows->names = tree_column__width(tree);
	rows->total = rows->self = MIN_DURATION_WIDTH;
	for (i = 0; i < tree->nr_spans; i++) {
		bits |= latency(&tree->spans[i]) | tree->spans[i].self_ns;
		bounds |= tree->spans[i].at_most_ns;
	}
	rows->bounded = bounds != 0;
	if (bits >= NS_OF_MIN_WIDTH || rows->bounded)
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
	char text[DURATION_BOUND_SIZE];
};

static void make_cell(struct cell *cell, bool known, __u64 ns, bool unicode)
{
	char *end = known ? duration__put(cell->text, ns, unicode) : put__char(cell->text, '?');

	cell->size = (size_t)(end - cell->text);
	cell->width = known ? duration__columns(cell->text, end) : 1;
}

static void make_bound(struct cell *cell, __u64 at_most_ns, bool unicode)
{
	char *end;

	if (!at_most_ns)
		return;
	end = duration__put_bound(cell->text, 0, at_most_ns, unicode);
	cell->size = (size_t)(end - cell->text);
	cell->width = duration__columns(cell->text, end);
}

/*
 * Put bounds in place of latencies where only those are known. This is rare, and so stands apart
 * from what is done for each row.
 */
static void __attribute__((noinline))
make_bounds(struct cell *total, struct cell *self, const struct span *span, bool unicode)
{
	make_bound(total, span__at_most(span), unicode);
	make_bound(self, span->at_most_ns, unicode);
}

/* To the right of its column, which is no wider than the widest cell. */
#define SIZEOF_cell (PUT_SPACES_SIZE(GAP + DURATION_BOUND_SIZE) + DURATION_BOUND_SIZE)

static char *put_cell(char *at, const struct cell *cell, size_t width)
{
	at = put__spaces(at, GAP + width - cell->width);
	memcpy(at, cell->text, sizeof(cell->text));
	return at + cell->size;
}

static double share_of(const struct rows *rows, const struct span *span)
{
	double share = (double)latency(span) / rows->whole;

	return share > 1 ? 1 : share;
}

static unsigned int percent_of(double share)
{
	return (unsigned int)(share * 100 + 0.5);
}

/* How much of a bar is filled. */
static unsigned int steps_of(const struct bars *bars, double share)
{
	return (unsigned int)(share * (BAR_CELLS << bars->shift) + 0.5);
}

/* Those that are filled, or begun. */
static unsigned int cells_of(const struct bars *bars, unsigned int steps)
{
	return (steps + (1U << bars->shift) - 1) >> bars->shift;
}

#define SIZEOF_below_1000 3
#define put_below_1000	  put__below_1000

/* SHARE_WIDTH columns; some is less than one percent. */
#define PERCENT_FIELDS(F, IF)                   \
	IF(percent < 100, nothing, " ")         \
	IF(percent < 10 && !some, nothing, " ") \
	IF(some, nothing, "<1%")                \
	IF(!some, below_1000, "", percent)      \
	IF(!some, nothing, "%")
DEFINE_FIELDS(percent, PERCENT_FIELDS, unsigned int percent, bool some);

#define SIZEOF_full_cells sizeof(((struct bars *)NULL)->full)

static char *put_full_cells(char *at, const struct bars *bars, unsigned int cells)
{
	memcpy(at, bars->full, sizeof(bars->full));
	return at + cells * bars->cell_size;
}

/* In place of a share, a bar or a part of it. */
#define SIZEOF_blank PUT_SPACES_SIZE(GAP + SHARE_WIDTH + GAP + BAR_CELLS)
#define put_blank    put__spaces

/* The steps, of which a cell can show several, are those that are filled. */
#define FILLED_BAR_FIELDS(F, IF)                                        \
	F(begin_color, "  ", TEXT_CYAN, color)                          \
	F(full_cells, "", bars, steps >> bars->shift)                   \
	F(glyph, "", &bars->eighths[steps & ((1U << bars->shift) - 1)]) \
	F(end_color, "", color)
DEFINE_FIELDS(filled_bar, FILLED_BAR_FIELDS, const struct bars *bars, unsigned int steps,
	      bool color);

/* padded: to its full width, since something comes behind it. */
#define BAR_FIELDS(F, IF)                                                \
	IF(steps || padded || color, filled_bar, "", bars, steps, color) \
	IF(padded, blank, "", BAR_CELLS - cells_of(bars, steps))
DEFINE_FIELDS(bar, BAR_FIELDS, const struct bars *bars, unsigned int steps, bool color,
	      bool padded);

/* The part of the whole that the span takes. Only where the whole is known. */
#define PART_FIELDS(F, IF)                                                                     \
	IF(span->complete, percent, "  ", percent_of(share), !percent_of(share) && share > 0)  \
	IF(span->complete && rows->show_bar, bar, "", rows->bars, steps_of(rows->bars, share), \
	   rows->style->color, padded)                                                         \
	IF(!span->complete, blank, "", GAP + SHARE_WIDTH + (rows->show_bar ? GAP + BAR_CELLS : 0))
DEFINE_FIELDS(part, PART_FIELDS, const struct rows *rows, const struct span *span, double share,
	      bool padded);

#define RETURN_COLUMN_FIELDS(F, IF)                      \
	F(begin_color, "  ", TEXT_RED, red)              \
	F(returned, "", shown, rows->tree->record, span) \
	F(end_color, "", red)
DEFINE_FIELDS(return_column, RETURN_COLUMN_FIELDS, const struct rows *rows, const struct span *span,
	      enum shown shown, bool red);

/* What stands behind the name. */
#define ROW_FIELDS(F, IF)                                                       \
	F(cell, "", total, rows->total)                                         \
	IF(rows->show_self, cell, "", self, rows->self)                         \
	IF(rows->show_share, part, "", rows, span, share_of(rows, span), shown) \
	IF(shown, return_column, "", rows, span, shown,                         \
	   rows->style->color && (span->failed || !span->complete))             \
	F(nothing, "\n")
DEFINE_FIELDS(row, ROW_FIELDS, const struct rows *rows, const struct span *span, enum shown shown,
	      const struct cell *total, const struct cell *self);

static void add_row(const struct rows *rows, int index)
{
	const struct span *span = &rows->tree->spans[index];
	bool unicode = rows->style->unicode;
	bool calls_nothing = span->self_ns == latency(span) && !rows->bounded;
	enum shown shown = shown_of(rows->tree->record, span);
	struct cell total, self;

	make_cell(&total, span->complete, latency(span), unicode);
	if (!calls_nothing)
		make_cell(&self, span->complete, span->self_ns, unicode);
	if (rows->bounded)
		make_bounds(&total, &self, span, unicode);
	tree_column__add(rows->buffer, rows->tree, index, rows->names, rows->style);
	ADD_FIELDS(rows->buffer, row, rows, span, shown, &total, calls_nothing ? &total : &self);
}

/* What a row cannot hold, below it. */
static void add_remark(const struct rows *rows, int index, const char *remark)
{
	text__begin_color(rows->buffer, TEXT_DIM, rows->style->color);
	tree_column__add_margin(rows->buffer, rows->tree, index, rows->style);
	buffer__add_string(rows->buffer, remark);
	text__end_color(rows->buffer, rows->style->color);
	buffer__add_char(rows->buffer, '\n');
}

/* For what begins the lines below a row, or above it. */
struct place {
	const struct rows *rows;
	int index;
	bool above;
};

static void begin_state_line(void *context)
{
	const struct place *place = context;
	const struct rows *rows = place->rows;

	if (place->above)
		tree_column__add_margin_above(rows->buffer, rows->tree, place->index, rows->style);
	else
		tree_column__add_margin(rows->buffer, rows->tree, place->index, rows->style);
}

/*
 * What was set when the span's function returned, below its row, or before it was called, above its
 * row.
 */
static void add_state(const struct rows *rows, int index, bool above)
{
	struct place place = { rows, index, above };
	const struct tree_state_lines lines = {
		.buffer = rows->buffer,
		.style = rows->style,
		.begin_line = begin_state_line,
		.context = &place,
		.margin = ((size_t)tree__depth(rows->tree, index) + !above) * TREE_BRANCH_WIDTH,
	};

	tree_state__add(&lines, rows->tree, index, above);
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
		add_state(rows, index, false);
}

void tree_rows__add(struct buffer *buffer, const struct tree *tree, const struct out_style *style)
{
	struct rows rows = {
		.buffer = buffer,
		.tree = tree,
		.style = style,
		.bars = style->unicode ? &unicode_bars : &ascii_bars,
	};
	int i;

	lay_out(&rows);
	for (i = 0; i != TREE_NO_SPAN; i = tree_column__next(tree, i)) {
		if (tree->state)
			add_state(&rows, i, true);
		add_row(&rows, i);
		if (tree->state || tree->record->ret < 0)
			add_lines_below(&rows, i);
	}
}
