/* SPDX-License-Identifier: GPL-2.0 */
/* Times of day in the local time zone. */
#ifndef LOCAL_TIME_H
#define LOCAL_TIME_H

#include <stdbool.h>
#include <linux/types.h>

#include "buffer.h"

/* Remembers the second it was last asked for, since the time zone is slow to look up. */
struct local_time {
	__s64 second; /* since 1970 */
	bool known;   /* text is of this second */
	char text[8]; /* "HH:MM:SS", without NUL */
};

/*
 * Appends a time given in ns since 1970 (UTC; may be negative) as HH:MM:SS and a fraction of
 * decimals digits (1 .. 9), not rounded. cache is all zero at first.
 */
void local_time__add(struct local_time *cache, struct buffer *buffer, __s64 ns,
		     unsigned int decimals);

#endif /* LOCAL_TIME_H */
