// SPDX-License-Identifier: GPL-2.0
#include "put.h"

#define TEN_TO_4  10000U
#define TEN_TO_8  100000000U
#define TEN_TO_16 10000000000000000ULL

/* "00" to "99": two digits by one division. */
#define TENS(t) t "0" t "1" t "2" t "3" t "4" t "5" t "6" t "7" t "8" t "9"
static const char two_digits[] = TENS("0") TENS("1") TENS("2") TENS("3") TENS("4") TENS("5")
	TENS("6") TENS("7") TENS("8") TENS("9");

static inline char *put_2(char *at, unsigned int value)
{
	memcpy(at, two_digits + value * 2, 2);
	return at + 2;
}

static inline char *put_4(char *at, unsigned int value)
{
	at = put_2(at, value / 100);
	return put_2(at, value % 100);
}

static inline char *put_8(char *at, unsigned int value)
{
	at = put_4(at, value / TEN_TO_4);
	return put_4(at, value % TEN_TO_4);
}

/* Below 100, without a leading zero. */
static inline char *put_below_2(char *at, unsigned int value)
{
	if (value >= 10)
		return put_2(at, value);
	*at = (char)('0' + value);
	return at + 1;
}

static inline char *put_below_4(char *at, unsigned int value)
{
	if (value < 100)
		return put_below_2(at, value);
	at = put_below_2(at, value / 100);
	return put_2(at, value % 100);
}

static inline char *put_below_8(char *at, unsigned int value)
{
	if (value < TEN_TO_4)
		return put_below_4(at, value);
	at = put_below_4(at, value / TEN_TO_4);
	return put_4(at, value % TEN_TO_4);
}

char *put__u64(char *at, __u64 value)
{
	if (value < TEN_TO_8)
		return put_below_8(at, (unsigned int)value);
	if (value < TEN_TO_16) {
		at = put_below_8(at, (unsigned int)(value / TEN_TO_8));
		return put_8(at, (unsigned int)(value % TEN_TO_8));
	}
	at = put_below_4(at, (unsigned int)(value / TEN_TO_16));
	value %= TEN_TO_16;
	at = put_8(at, (unsigned int)(value / TEN_TO_8));
	return put_8(at, (unsigned int)(value % TEN_TO_8));
}

char *put__6_digits(char *at, unsigned int value)
{
	at = put_2(at, value / TEN_TO_4);
	return put_4(at, value % TEN_TO_4);
}

char *put__9_digits(char *at, unsigned int value)
{
	*at = (char)('0' + value / TEN_TO_8);
	return put_8(at + 1, value % TEN_TO_8);
}
