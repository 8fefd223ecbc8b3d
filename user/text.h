/* SPDX-License-Identifier: GPL-2.0 */
/* Text for people: escaping, columns, durations, colors. For the formats that a terminal shows. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "buffer.h"

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

/*
 * Appends a duration, scaled: "999 ns", "12.3 µs", "4.56 ms", "7.89 s". Without unicode "us".
 * text__duration_width() is how many columns that takes.
 */
void text__add_duration(struct buffer *buffer, __u64 ns, bool unicode);
size_t text__duration_width(__u64 ns);

/* The same in three digits and without the space, "12.3µs": 6 columns below 100,000 seconds. */
void text__add_short_duration(struct buffer *buffer, __u64 ns, bool unicode);
size_t text__short_duration_width(__u64 ns);

/* Both right-aligned in width columns; what is wider is not cut. */
void text__add_duration_field(struct buffer *buffer, __u64 ns, size_t width, bool unicode);
void text__add_short_duration_field(struct buffer *buffer, __u64 ns, size_t width, bool unicode);

enum text_color {
	TEXT_BOLD,
	TEXT_DIM,
	TEXT_RED,
	TEXT_CYAN,
	NR_TEXT_COLORS,
};

/* Begin and end colored text; nothing if color is not set (see struct out_style). Don't nest. */
void text__begin_color(struct buffer *buffer, enum text_color which, bool color);
void text__end_color(struct buffer *buffer, bool color);

#endif /* TEXT_H */
