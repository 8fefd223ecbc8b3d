// SPDX-License-Identifier: GPL-2.0
#include "text/duration.h"

#include "text/put.h"

/* A unit in a terminal that takes UTF-8 and in one that does not, behind a space. */
struct unit {
	char text[2][DURATION_UNIT_SIZE];
	unsigned char size[2];
};

#define UNIT(unicode, ascii)                                                    \
	{                                                                       \
		{ ascii, unicode }, { sizeof(ascii) - 1, sizeof(unicode) - 1 }, \
	}

static const struct unit nanoseconds = UNIT(" ns", " ns");
static const struct unit microseconds = UNIT(" µs", " us");
static const struct unit milliseconds = UNIT(" ms", " ms");
static const struct unit seconds = UNIT(" s", " s");

/* A way to write a duration: rounded to quanta, of which decimals digits are a fraction. */
struct scale {
	__u64 below;	    /* ns, from which on it is the next scale's: as it would be rounded */
	__u64 quantum;	    /* ns */
	unsigned int whole; /* quanta: ten to the power of decimals */
	unsigned int decimals;
	const struct unit *unit;
};

/* What is rounded to limit quanta or more does not fit. */
#define BELOW(limit, quantum) ((limit) * (quantum) - (quantum) / 2)
#define ALL_ABOVE	      (~(__u64)0)

static const struct scale scales[] = {
	{ BELOW(100000ULL, 10000ULL), 10000, 100, 2, &milliseconds },
	{ ALL_ABOVE, 10000000, 100, 2, &seconds },
};

static const struct scale short_scales[] = {
	{ BELOW(1000ULL, 1ULL), 1, 1, 0, &nanoseconds },
	{ BELOW(1000ULL, 10ULL), 10, 100, 2, &microseconds },
	{ BELOW(1000ULL, 100ULL), 100, 10, 1, &microseconds },
	{ BELOW(1000ULL, 1000ULL), 1000, 1, 0, &microseconds },
	{ BELOW(1000ULL, 10000ULL), 10000, 100, 2, &milliseconds },
	{ BELOW(1000ULL, 100000ULL), 100000, 10, 1, &milliseconds },
	{ BELOW(1000ULL, 1000000ULL), 1000000, 1, 0, &milliseconds },
	{ BELOW(1000ULL, 10000000ULL), 10000000, 100, 2, &seconds },
	{ BELOW(1000ULL, 100000000ULL), 100000000, 10, 1, &seconds },
	{ ALL_ABOVE, 1000000000, 1, 0, &seconds },
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

static char *put_unit(char *at, const struct unit *unit, bool unicode)
{
	memcpy(at, unit->text[unicode], sizeof(unit->text[0]));
	return at + unit->size[unicode];
}

char *duration__put_long(char *at, __u64 ns, bool unicode)
{
	const struct scale *scale = scale_of(scales, ns);

	return put_unit(put_number(at, scale, ns), scale->unit, unicode);
}

char *duration__put_short(char *at, __u64 ns, bool unicode)
{
	const struct scale *scale = scale_of(short_scales, ns);
	const struct unit *unit = scale->unit;

	at = put_number(at, scale, ns);
	memcpy(at, unit->text[unicode] + 1, sizeof(unit->text[0]) - 1);
	return at + unit->size[unicode] - 1;
}
