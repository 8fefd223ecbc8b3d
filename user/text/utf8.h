/* SPDX-License-Identifier: GPL-2.0 */
/* Reading UTF-8 out of bytes that may be anything. */
#ifndef TEXT_UTF8_H
#define TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#define UTF8_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD, for bytes that are not UTF-8 */

/*
 * Reads the one character at data, of which size bytes (at least 1) may be read. True if it is
 * well-formed UTF-8: shortest form, no surrogate, at most U+10FFFF; *code_point is then its number
 * and *length its bytes, 1 .. 4. A NUL byte is the character U+0000. Otherwise false: *length is
 * how many bytes to replace by one U+FFFD, at least 1 (the longest start of a well-formed
 * character, as the Unicode standard recommends), and *code_point is 0xfffd.
 */
bool utf8__next(const char *data, size_t size, size_t *length, unsigned int *code_point);

/*
 * The size without the start of a character at the end of data, as it is left where text was cut:
 * 0 to 3 bytes less than size.
 */
size_t utf8__whole(const char *data, size_t size);

/* Whether it is a control character: C0, DEL or C1. Never to be sent to a terminal. */
bool utf8__is_control(unsigned int code_point);

/*
 * Whether it is neither a control character nor shown by itself: it can reorder or hide what is
 * around it. Not to be sent to a terminal as it is either.
 */
bool utf8__is_invisible(unsigned int code_point);

#endif /* TEXT_UTF8_H */
