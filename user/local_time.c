// SPDX-License-Identifier: GPL-2.0
#include "local_time.h"

#include <string.h>
#include <time.h>

#define NS_PER_SECOND 1000000000LL

static void put_two_digits(char *text, int number)
{
	text[0] = (char)('0' + number / 10 % 10);
	text[1] = (char)('0' + number % 10);
}

static void look_up(struct local_time *cache, __s64 second)
{
	time_t time = (time_t)second;
	struct tm broken_down;

	memcpy(cache->text, "??:??:??", sizeof(cache->text));
	cache->second = second;
	cache->known = true;
	if (!localtime_r(&time, &broken_down))
		return;
	put_two_digits(cache->text, broken_down.tm_hour);
	put_two_digits(cache->text + 3, broken_down.tm_min);
	put_two_digits(cache->text + 6, broken_down.tm_sec);
	cache->text[2] = cache->text[5] = ':';
}

void local_time__add(struct local_time *cache, struct buffer *buffer, __s64 ns,
		     unsigned int decimals)
{
	__s64 second = ns / NS_PER_SECOND;
	__s64 fraction = ns % NS_PER_SECOND;
	unsigned int i;

	if (fraction < 0) {
		fraction += NS_PER_SECOND;
		second--;
	}
	if (!cache->known || cache->second != second)
		look_up(cache, second);
	buffer__add(buffer, cache->text, sizeof(cache->text));
	buffer__add_char(buffer, '.');
	for (i = decimals; i < 9; i++)
		fraction /= 10;
	buffer__add_padded_u64(buffer, (__u64)fraction, decimals);
}
