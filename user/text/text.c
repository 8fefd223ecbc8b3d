// SPDX-License-Identifier: GPL-2.0
#include "text/text.h"

#include "text/put.h"
#include "text/utf8.h"

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

/* How many bytes there are at the start that stay as they are, whatever the terminal. */
static size_t count_plain(const char *bytes, size_t size)
{
	size_t plain = 0;

	while (plain < size && bytes[plain] >= 0x20 && bytes[plain] < 0x7f && bytes[plain] != '\\')
		plain++;
	return plain;
}

/* Appends the first character, or what stands for it; how many bytes it was. */
static size_t add_character(struct buffer *buffer, const char *bytes, size_t size, bool unicode)
{
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
	return length;
}

void text__add_escaped(struct buffer *buffer, const char *bytes, size_t size, bool unicode)
{
	while (size) {
		size_t length = count_plain(bytes, size);

		if (length)
			buffer__add(buffer, bytes, length);
		else
			length = add_character(buffer, bytes, size, unicode);
		bytes += length;
		size -= length;
	}
}

/* The bytes at the start of text that fit into width columns; *taken is the columns they fill. */
static size_t fitting(const char *text, size_t size, size_t width, size_t *taken)
{
	size_t bytes = 0;

	/* ASCII without control characters: a column each. */
	while (bytes < size && bytes < width && !(text[bytes] & 0x80))
		bytes++;
	*taken = bytes;
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

const char text_color_sequences[NR_TEXT_COLORS][TEXT_COLOR_SIZE + 1] = {
	[TEXT_BOLD] = "\033[1m",
	[TEXT_DIM] = "\033[2m",
	[TEXT_RED] = "\033[31m",
	[TEXT_CYAN] = "\033[36m",
};
