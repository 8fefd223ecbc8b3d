/* SPDX-License-Identifier: GPL-2.0 */
/* Fast reading of the line files in /proc, with numbers taken out of them by hand. */
#ifndef TEXT_LINES_H
#define TEXT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

/* A line, without its newline; any bytes, not NUL-terminated. False ends the reading. */
typedef bool (*line_visitor)(void *context, const char *line, size_t size);

/*
 * Calls visit for each line from fd's position on. What follows the last newline is not a whole
 * line and is left out. 0 at the end of the file or when visit ended it, or a negative errno:
 * -EOVERFLOW for a line of 64 KiB or more, which no file in /proc has.
 */
int lines__visit(int fd, line_visitor visit, void *context);

/*
 * Reads the digits at *at, before end: as many as there are, at least one, and no more than 64 bits
 * hold. True, *value and *at behind them; else false, and *at is where it was.
 */
bool lines__take_hex(const char **at, const char *end, __u64 *value);
bool lines__take_decimal(const char **at, const char *end, __u64 *value);

#endif /* TEXT_LINES_H */
