// SPDX-License-Identifier: GPL-2.0
#include "text/local_time.h"

#include <string.h>
#include <time.h>

#include "text/put.h"

#define NS_PER_SECOND 1000000000LL

static void look_up(struct local_time *cache, __s64 second)
{
	time_t time = (time_t)second;
	struct tm broken_down;

	memcpy(cache->text, "??:??:??", sizeof(cache->text));
	cache->second = second;
	cache->known = true;
	if (!localtime_r(&time, &broken_down))
		return;
	put__2_digits(cache->text, (unsigned int)broken_down.tm_hour);
	put__2_digits(cache->text + 3, (unsigned int)broken_down.tm_min);
	put__2_digits(cache->text + 6, (unsigned int)broken_down.tm_sec);
	cache->text[2] = cache->text[5] = ':';
}

/* Writes the second and a point; *fraction is the ns in it. */
static char *put_second(struct local_time *cache, char *at, __s64 ns, unsigned int *fraction)
{
	__s64 second = ns / NS_PER_SECOND;
	__s64 rest = ns % NS_PER_SECOND;

	if (rest < 0) {
		rest += NS_PER_SECOND;
		second--;
	}
	if (!cache->known || cache->second != second)
		look_up(cache, second);
	*fraction = (unsigned int)rest;
	at = put__bytes(at, cache->text, sizeof(cache->text));
	return put__char(at, '.');
}

char *local_time__put_microseconds(struct local_time *cache, char *at, __s64 ns)
{
	unsigned int fraction;

	at = put_second(cache, at, ns, &fraction);
	return put__6_digits(at, fraction / 1000);
}

char *local_time__put_milliseconds(struct local_time *cache, char *at, __s64 ns)
{
	unsigned int fraction;

	at = put_second(cache, at, ns, &fraction);
	return put__3_digits(at, fraction / 1000000);
}
