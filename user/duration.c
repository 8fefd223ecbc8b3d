// SPDX-License-Identifier: GPL-2.0
#include "duration.h"

#include "put.h"

/* "µ" is two bytes in UTF-8, and one column. */
#define MICRO	    "µ"
#define FIRST_MICRO '\xc2'

/* A way to write a duration: rounded to quanta, of which decimals digits are a fraction. */
struct scale {
	__u64 below;   /* ns, from which on it is the next scale's: as it would be rounded there */
	__u64 quantum; /* ns */
	unsigned int whole; /* quanta: ten to the power of decimals */
	unsigned int decimals;
	char prefix; /* of the unit: u for micro; 0 for none */
};

/* What is rounded to limit quanta or more does not fit. */
#define BELOW(limit, quantum) ((limit) * (quantum) - (quantum) / 2)
#define ALL_ABOVE	      (~(__u64)0)

static const struct scale scales[] = {
	{ BELOW(1000ULL, 1ULL), 1, 1, 0, 'n' },
	{ BELOW(10000ULL, 100ULL), 100, 10, 1, 'u' },
	{ BELOW(100000ULL, 10000ULL), 10000, 100, 2, 'm' },
	{ ALL_ABOVE, 10000000, 100, 2, 0 },
};

static const struct scale short_scales[] = {
	{ BELOW(1000ULL, 1ULL), 1, 1, 0, 'n' },
	{ BELOW(1000ULL, 10ULL), 10, 100, 2, 'u' },
	{ BELOW(1000ULL, 100ULL), 100, 10, 1, 'u' },
	{ BELOW(1000ULL, 1000ULL), 1000, 1, 0, 'u' },
	{ BELOW(1000ULL, 10000ULL), 10000, 100, 2, 'm' },
	{ BELOW(1000ULL, 100000ULL), 100000, 10, 1, 'm' },
	{ BELOW(1000ULL, 1000000ULL), 1000000, 1, 0, 'm' },
	{ BELOW(1000ULL, 10000000ULL), 10000000, 100, 2, 0 },
	{ BELOW(1000ULL, 100000000ULL), 100000000, 10, 1, 0 },
	{ ALL_ABOVE, 1000000000, 1, 0, 0 },
};

static const struct scale *scale_of(const struct scale *table, __u64 ns)
{
	while (ns >= table->below && table->below != ALL_ABOVE)
		table++;
	return table;
}

static char *put_number(char *at, const struct scale *scale, __u64 ns)
{
	__u64 quanta = ns / scale->quantum;
	unsigned int fraction;

	/* Half a quantum is rounded up; there is none of a single ns. */
	quanta += ns - quanta * scale->quantum >= (scale->quantum + 1) / 2 && scale->quantum > 1;
	at = put__u64(at, quanta / scale->whole);
	fraction = (unsigned int)(quanta % scale->whole);
	if (!scale->decimals)
		return at;
	at = put__char(at, '.');
	if (scale->decimals == 2)
		return put__2_digits(at, fraction);
	return put__char(at, (char)('0' + fraction));
}

static char *put_unit(char *at, const struct scale *scale, bool unicode)
{
	if (scale->prefix == 'u' && unicode)
		at = put__string(at, MICRO);
	else if (scale->prefix)
		at = put__char(at, scale->prefix);
	return put__char(at, 's');
}

char *duration__put(char *at, __u64 ns, bool unicode)
{
	const struct scale *scale = scale_of(scales, ns);

	at = put_number(at, scale, ns);
	at = put__char(at, ' ');
	return put_unit(at, scale, unicode);
}

char *duration__put_short(char *at, __u64 ns, bool unicode)
{
	const struct scale *scale = scale_of(short_scales, ns);

	return put_unit(put_number(at, scale, ns), scale, unicode);
}

size_t duration__columns(const char *text, const char *end)
{
	return (size_t)(end - text) - (end[-(int)sizeof(MICRO)] == FIRST_MICRO);
}
