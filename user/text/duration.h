/* SPDX-License-Identifier: GPL-2.0 */
/* Durations as people read them. */
#ifndef TEXT_DURATION_H
#define TEXT_DURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "text/put.h"

#define DURATION_SIZE 32 /* the most that either function writes */

/* From here on, in ns, a duration is rounded to a millisecond or more. */
#define DURATION_LONG 999950

/* duration__put() of DURATION_LONG or more, which few are. */
char *duration__put_long(char *at, __u64 ns, bool unicode);

/*
 * Writes a duration, scaled: "999 ns", "12.3 µs", "4.56 ms", "7.89 s". Without unicode "us". As the
 * functions of put.h.
 */
static inline char *duration__put(char *at, __u64 ns, bool unicode)
{
	unsigned int tenths;

	if (ns < 1000)
		return put__string(put__below_1000(at, (unsigned int)ns), " ns");
	if (ns >= DURATION_LONG)
		return duration__put_long(at, ns, unicode);
	tenths = ((unsigned int)ns + 50) / 100;
	at = put__below_1000(at, tenths / 10);
	at = put__char(at, '.');
	at = put__char(at, (char)('0' + tenths % 10));
	return unicode ? put__string(at, " µs") : put__string(at, " us");
}

/* The same in three digits and without the space, "12.3µs": 6 columns below 100,000 seconds. */
char *duration__put_short(char *at, __u64 ns, bool unicode);

/* The columns that what either has written, up to end, takes on a terminal. */
static inline size_t duration__columns(const char *text, const char *end)
{
	/* The only character of two bytes is the µ, before the last s. */
	return (size_t)(end - text) - (end[-2] == "µ"[1]);
}

#endif /* TEXT_DURATION_H */
