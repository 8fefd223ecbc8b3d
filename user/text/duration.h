/* SPDX-License-Identifier: GPL-2.0 */
/* Durations as people read them. */
#ifndef TEXT_DURATION_H
#define TEXT_DURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "text/put.h"

/* The most that either function writes: "18446744073.71", and room that any unit is copied with. */
#define DURATION_UNIT_SIZE 8
#define DURATION_SIZE	   (sizeof("18446744073.71") - 1 + DURATION_UNIT_SIZE)

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

#define DURATION_BOUND_SIZE (sizeof("< ") - 1 + DURATION_SIZE)

/* duration__put() of ns or, if at_most_ns is not 0, of that as a bound: "< 45 ns". */
static inline char *duration__put_bound(char *at, __u64 ns, __u64 at_most_ns, bool unicode)
{
	if (at_most_ns) {
		at = put__string(at, "< ");
		ns = at_most_ns;
	}
	return duration__put(at, ns, unicode);
}

/* These as kinds of fields.h. */
#define SIZEOF_duration	      DURATION_SIZE
#define put_duration	      duration__put
#define SIZEOF_duration_bound DURATION_BOUND_SIZE
#define put_duration_bound    duration__put_bound

/* The columns that what either has written, up to end, takes on a terminal. */
static inline size_t duration__columns(const char *text, const char *end)
{
	/* The only character of two bytes is the µ, before the last s. */
	return (size_t)(end - text) - (end[-2] == "µ"[1]);
}

#endif /* TEXT_DURATION_H */
