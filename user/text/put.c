// SPDX-License-Identifier: GPL-2.0
#include "text/put.h"

/* clang-format would indent string after string. */
/* clang-format off */

/* Ten numbers that begin alike, with as many leading zeros. */
#define TEN(begin, zeros)                                             \
	begin "0" zeros begin "1" zeros begin "2" zeros begin "3" zeros \
	begin "4" zeros begin "5" zeros begin "6" zeros begin "7" zeros \
	begin "8" zeros begin "9" zeros

#define HUNDRED(begin)                                                      \
	TEN(begin "0", "\0") TEN(begin "1", "\0") TEN(begin "2", "\0") \
	TEN(begin "3", "\0") TEN(begin "4", "\0") TEN(begin "5", "\0") \
	TEN(begin "6", "\0") TEN(begin "7", "\0") TEN(begin "8", "\0") \
	TEN(begin "9", "\0")

const char put__three_digits[] =
	TEN("00", "\2") TEN("01", "\1") TEN("02", "\1") TEN("03", "\1") TEN("04", "\1")
	TEN("05", "\1") TEN("06", "\1") TEN("07", "\1") TEN("08", "\1") TEN("09", "\1")
	HUNDRED("1") HUNDRED("2") HUNDRED("3") HUNDRED("4") HUNDRED("5") HUNDRED("6")
	HUNDRED("7") HUNDRED("8") HUNDRED("9");

/* clang-format on */

char *put__6_digits(char *at, unsigned int value)
{
	at = put__3_digits(at, value / 1000);
	return put__3_digits(at, value % 1000);
}

char *put__9_digits(char *at, unsigned int value)
{
	at = put__3_digits(at, value / 1000000);
	return put__6_digits(at, value % 1000000);
}

#define TEN_TO_9 1000000000ULL

/* Nine digits of it at a time: two parts of no more than 32 bits are divided faster. */
char *put__large_u64(char *at, __u64 value)
{
	unsigned int millions;

	if (value >= TEN_TO_9) {
		at = value / TEN_TO_9 < 1000000 ? put__u64(at, value / TEN_TO_9)
						: put__large_u64(at, value / TEN_TO_9);
		return put__9_digits(at, (unsigned int)(value % TEN_TO_9));
	}
	millions = (unsigned int)value / 1000000;
	at = put__below_1000(at, millions);
	return put__6_digits(at, (unsigned int)value - millions * 1000000);
}
