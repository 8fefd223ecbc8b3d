/* SPDX-License-Identifier: GPL-2.0 */
/* Text for people: escaping, columns, colors. For the formats that a terminal shows. */
#ifndef TEXT_TEXT_H
#define TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "text/fields.h"

/*
 * Appends any bytes so that a terminal shows them and acts on none. Printable UTF-8 stays if
 * unicode is set, printable ASCII always. Each byte of anything else becomes \xNN, a backslash is
 * doubled: the bytes can be told from the text.
 */
void text__add_escaped(struct buffer *buffer, const char *bytes, size_t size, bool unicode);

/* The columns that UTF-8 text without control characters takes on a terminal. */
size_t text__width(const char *text, size_t size);

/*
 * Appends text, without control characters, as a field of exactly width columns (at least 1):
 * filled with spaces, or cut, with "…" (ASCII: "+") in place of what was cut off.
 */
void text__add_field(struct buffer *buffer, const char *text, size_t size, size_t width,
		     bool unicode);

enum text_color {
	TEXT_BOLD,
	TEXT_DIM,
	TEXT_RED,
	TEXT_CYAN,
	NR_TEXT_COLORS,
};

#define TEXT_COLOR_END	"\033[0m"
#define TEXT_COLOR_SIZE 5 /* of what begins any color */

extern const char text_color_sequences[NR_TEXT_COLORS][TEXT_COLOR_SIZE + 1];

/* Kinds of fields.h: begin and end colored text; nothing if color is not set. Don't nest. */
#define SIZEOF_begin_color TEXT_COLOR_SIZE

static inline char *put_begin_color(char *at, enum text_color which, bool color)
{
	return color ? put__string(at, text_color_sequences[which]) : at;
}

#define SIZEOF_end_color (sizeof(TEXT_COLOR_END) - 1)

static inline char *put_end_color(char *at, bool color)
{
	return color ? put__string(at, TEXT_COLOR_END) : at;
}

/* The same, appended. */
static inline void text__begin_color(struct buffer *buffer, enum text_color which, bool color)
{
	if (color)
		ADD_FIELDS(buffer, begin_color, which, true);
}

static inline void text__end_color(struct buffer *buffer, bool color)
{
	if (color)
		ADD_FIELDS(buffer, end_color, true);
}

#endif /* TEXT_TEXT_H */
