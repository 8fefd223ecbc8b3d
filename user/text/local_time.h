/* SPDX-License-Identifier: GPL-2.0 */
/* Times of day in the local time zone. */
#ifndef TEXT_LOCAL_TIME_H
#define TEXT_LOCAL_TIME_H

#include <stdbool.h>
#include <linux/types.h>

/* Remembers the second it was last asked for, since the time zone is slow to look up. */
struct local_time {
	__s64 second; /* since 1970 */
	bool known;   /* text is of this second */
	char text[8]; /* "HH:MM:SS", without NUL */
};

#define LOCAL_TIME_MICROSECONDS_SIZE 15 /* "HH:MM:SS.123456" */
#define LOCAL_TIME_MILLISECONDS_SIZE 12 /* "HH:MM:SS.123" */

/*
 * Write a time given in ns since 1970 (UTC; may be negative) with a fraction, which is not rounded.
 * As the functions of put.h; always the sizes above. cache is all zero at first.
 */
char *local_time__put_microseconds(struct local_time *cache, char *at, __s64 ns);
char *local_time__put_milliseconds(struct local_time *cache, char *at, __s64 ns);

/* The same as kinds of fields.h. */
#define SIZEOF_local_us		    LOCAL_TIME_MICROSECONDS_SIZE
#define put_local_us(at, cache, ns) local_time__put_microseconds(cache, at, ns)
#define SIZEOF_local_ms		    LOCAL_TIME_MILLISECONDS_SIZE
#define put_local_ms(at, cache, ns) local_time__put_milliseconds(cache, at, ns)

#endif /* TEXT_LOCAL_TIME_H */
