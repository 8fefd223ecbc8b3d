// SPDX-License-Identifier: GPL-2.0
#include "text.h"

#include "utf8.h"

struct range {
	unsigned int first, last;
};

/* Combining marks, which take no column of their own: the common blocks. */
static const struct range combining[] = {
	{ 0x300, 0x36f },   { 0x483, 0x489 },	{ 0x591, 0x5bd },   { 0x610, 0x61a },
	{ 0x64b, 0x65f },   { 0x6d6, 0x6dc },	{ 0x93c, 0x93c },   { 0x941, 0x948 },
	{ 0x94d, 0x94d },   { 0xe31, 0xe31 },	{ 0xe34, 0xe3a },   { 0xe47, 0xe4e },
	{ 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff }, { 0x302a, 0x302d },
	{ 0x3099, 0x309a }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xe0100, 0xe01ef },
};

/* East Asian wide and fullwidth characters and emoji: two columns. */
static const struct range wide[] = {
	{ 0x1100, 0x115f },   { 0x231a, 0x231b },   { 0x23e9, 0x23ec },	  { 0x2614, 0x2615 },
	{ 0x26a1, 0x26a1 },   { 0x2705, 0x2705 },   { 0x274c, 0x274c },	  { 0x2e80, 0x303e },
	{ 0x3041, 0x3247 },   { 0x3250, 0x4dbf },   { 0x4e00, 0xa4cf },	  { 0xa960, 0xa97c },
	{ 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },   { 0xfe30, 0xfe6b },	  { 0xff01, 0xff60 },
	{ 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1faff },
	{ 0x20000, 0x3fffd },
};

#define IN(table, code_point) in_table(table, sizeof(table) / sizeof(table[0]), code_point)

static bool in_table(const struct range *table, size_t size, unsigned int code_point)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (code_point >= table[i].first && code_point <= table[i].last)
			return true;
	}
	return false;
}

static size_t columns_of(unsigned int code_point)
{
	if (code_point < 0x300)
		return 1;
	if (IN(combining, code_point))
		return 0;
	return IN(wide, code_point) ? 2 : 1;
}

static void add_hex_bytes(struct buffer *buffer, const char *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < size; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		char text[4] = { '\\', 'x', digits[byte >> 4], digits[byte & 0xf] };

		buffer__add(buffer, text, sizeof(text));
	}
}

void text__add_escaped(struct buffer *buffer, const char *bytes, size_t size, bool unicode)
{
	while (size) {
		unsigned int code_point;
		size_t length;
		bool valid = utf8__next(bytes, size, &length, &code_point);

		if (!valid || utf8__is_control(code_point) || utf8__is_invisible(code_point) ||
		    (code_point >= 0x80 && !unicode))
			add_hex_bytes(buffer, bytes, length);
		else if (code_point == '\\')
			buffer__add_string(buffer, "\\\\");
		else
			buffer__add(buffer, bytes, length);
		bytes += length;
		size -= length;
	}
}

/* The bytes at the start of text that fit into width columns; *taken is the columns they fill. */
static size_t fitting(const char *text, size_t size, size_t width, size_t *taken)
{
	size_t bytes = 0;

	*taken = 0;
	while (bytes < size) {
		unsigned int code_point;
		size_t length, columns;

		utf8__next(text + bytes, size - bytes, &length, &code_point);
		columns = columns_of(code_point);
		if (columns > width - *taken)
			break;
		*taken += columns;
		bytes += length;
	}
	return bytes;
}

size_t text__width(const char *text, size_t size)
{
	size_t width;

	fitting(text, size, (size_t)-1, &width);
	return width;
}

void text__add_field(struct buffer *buffer, const char *text, size_t size, size_t width,
		     bool unicode)
{
	size_t taken;

	if (fitting(text, size, width, &taken) < size) {
		size = fitting(text, size, width - 1, &taken);
		buffer__add(buffer, text, size);
		buffer__add_string(buffer, unicode ? "…" : "+");
		taken++;
	} else {
		buffer__add(buffer, text, size);
	}
	buffer__add_spaces(buffer, width - taken);
}

/* A way to write a duration: in units of quantum ns, of which decimals digits are a fraction. */
struct scale {
	__u64 quantum;
	__u64 limit; /* what is that many quanta or more takes the next scale */
	unsigned int decimals;
	const char *unit; /* the µ is put in for a 'u' */
};

static const struct scale scales[] = {
	{ 1, 1000, 0, "ns" },
	{ 100, 10000, 1, "us" },
	{ 10000, 100000, 2, "ms" },
	{ 10000000, (__u64)-1, 2, "s" },
};

static const struct scale short_scales[] = {
	{ 1, 1000, 0, "ns" },	     { 10, 1000, 2, "us" },
	{ 100, 1000, 1, "us" },	     { 1000, 1000, 0, "us" },
	{ 10000, 1000, 2, "ms" },    { 100000, 1000, 1, "ms" },
	{ 1000000, 1000, 0, "ms" },  { 10000000, 1000, 2, "s" },
	{ 100000000, 1000, 1, "s" }, { 1000000000, (__u64)-1, 0, "s" },
};

static __u64 round_to(__u64 ns, __u64 quantum)
{
	return ns / quantum + (ns % quantum * 2 >= quantum);
}

/* The first scale of the table that takes the duration, rounded as it will be shown. */
static const struct scale *scale_of(const struct scale *table, __u64 ns)
{
	while (round_to(ns, table->quantum) >= table->limit)
		table++;
	return table;
}

static unsigned int power_of_ten(unsigned int exponent)
{
	unsigned int power = 1;

	while (exponent--)
		power *= 10;
	return power;
}

static void add_scaled(struct buffer *buffer, const struct scale *scale, __u64 ns, bool space,
		       bool unicode)
{
	__u64 quanta = round_to(ns, scale->quantum);
	unsigned int fraction = power_of_ten(scale->decimals);
	const char *unit = scale->unit;

	buffer__add_u64(buffer, quanta / fraction);
	if (scale->decimals) {
		buffer__add_char(buffer, '.');
		buffer__add_padded_u64(buffer, quanta % fraction, scale->decimals);
	}
	if (space)
		buffer__add_char(buffer, ' ');
	if (unicode && unit[0] == 'u') {
		buffer__add_string(buffer, "µ");
		unit++;
	}
	buffer__add_string(buffer, unit);
}

static size_t scaled_width(const struct scale *scale, __u64 ns, bool space)
{
	__u64 whole = round_to(ns, scale->quantum) / power_of_ten(scale->decimals);
	size_t width = 1 + space + (scale->unit[1] ? 2 : 1);

	if (scale->decimals)
		width += 1 + scale->decimals;
	while (whole >= 10) {
		whole /= 10;
		width++;
	}
	return width;
}

void text__add_duration(struct buffer *buffer, __u64 ns, bool unicode)
{
	add_scaled(buffer, scale_of(scales, ns), ns, true, unicode);
}

size_t text__duration_width(__u64 ns)
{
	return scaled_width(scale_of(scales, ns), ns, true);
}

void text__add_short_duration(struct buffer *buffer, __u64 ns, bool unicode)
{
	add_scaled(buffer, scale_of(short_scales, ns), ns, false, unicode);
}

size_t text__short_duration_width(__u64 ns)
{
	return scaled_width(scale_of(short_scales, ns), ns, false);
}

static void align_right(struct buffer *buffer, size_t taken, size_t width)
{
	if (taken < width)
		buffer__add_spaces(buffer, width - taken);
}

void text__add_duration_field(struct buffer *buffer, __u64 ns, size_t width, bool unicode)
{
	align_right(buffer, text__duration_width(ns), width);
	text__add_duration(buffer, ns, unicode);
}

void text__add_short_duration_field(struct buffer *buffer, __u64 ns, size_t width, bool unicode)
{
	align_right(buffer, text__short_duration_width(ns), width);
	text__add_short_duration(buffer, ns, unicode);
}

void text__begin_color(struct buffer *buffer, enum text_color which, bool color)
{
	static const char *const sequences[NR_TEXT_COLORS] = {
		[TEXT_BOLD] = "\033[1m",
		[TEXT_DIM] = "\033[2m",
		[TEXT_RED] = "\033[31m",
		[TEXT_CYAN] = "\033[36m",
	};

	if (color)
		buffer__add_string(buffer, sequences[which]);
}

void text__end_color(struct buffer *buffer, bool color)
{
	if (color)
		buffer__add_string(buffer, "\033[0m");
}
