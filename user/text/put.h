/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing text into memory that is known to be large enough. Each function returns where the next
 * character goes: a line of output is made by a row of calls, with nothing to check in between.
 */
#ifndef TEXT_PUT_H
#define TEXT_PUT_H

#include <string.h>
#include <linux/types.h>

/* The most that the functions below write of a number of this type. */
#define PUT_U64_SIZE 20
#define PUT_S64_SIZE 20
#define PUT_U32_SIZE 10
#define PUT_S32_SIZE 11

/* For what the compiler knows the size of, it copies in place: this is for constants above all. */
static inline __attribute__((always_inline)) char *put__string(char *at, const char *string)
{
	size_t size = strlen(string);

	memcpy(at, string, size);
	return at + size;
}

static inline char *put__bytes(char *at, const char *data, size_t size)
{
	memcpy(at, data, size);
	return at + size;
}

static inline char *put__char(char *at, char c)
{
	*at = c;
	return at + 1;
}

#define PUT_SPACES_AT_ONCE 32

/* The most that put__spaces() writes, also beyond what it returns, of so many spaces or fewer. */
#define PUT_SPACES_SIZE(count) ((count) > PUT_SPACES_AT_ONCE ? (count) : PUT_SPACES_AT_ONCE)

static inline char *put__spaces(char *at, size_t count)
{
	/* A size that the compiler knows takes but two moves; most gaps are smaller. */
	memset(at, ' ', PUT_SPACES_AT_ONCE);
	if (count > PUT_SPACES_AT_ONCE)
		memset(at + PUT_SPACES_AT_ONCE, ' ', count - PUT_SPACES_AT_ONCE);
	return at + count;
}

/*
 * The numbers below 1000, four characters each: its digits with leading zeros, and how many of
 * these a number is written without.
 */
extern const char put__three_digits[];

/* Two, three, six or nine digits, with leading zeros. value must not have more. */
static inline char *put__2_digits(char *at, unsigned int value)
{
	memcpy(at, put__three_digits + 4 * value + 1, 2);
	return at + 2;
}

static inline char *put__3_digits(char *at, unsigned int value)
{
	memcpy(at, put__three_digits + 4 * value, 3);
	return at + 3;
}

char *put__6_digits(char *at, unsigned int value);
char *put__9_digits(char *at, unsigned int value);

/* Decimal, of what has no more than three digits. */
static inline char *put__below_1000(char *at, unsigned int value)
{
	const char *digits = put__three_digits + 4 * value;
	int zeros = digits[3];

	memcpy(at, digits + zeros, 3);
	return at + 3 - zeros;
}

/* Decimal, of what has more than six digits. */
char *put__large_u64(char *at, __u64 value);

/* Decimal. */
static inline char *put__u64(char *at, __u64 value)
{
	if (value < 1000)
		return put__below_1000(at, (unsigned int)value);
	if (value >= 1000000)
		return put__large_u64(at, value);
	at = put__below_1000(at, (unsigned int)value / 1000);
	return put__3_digits(at, (unsigned int)value % 1000);
}

static inline char *put__s64(char *at, __s64 value)
{
	if (value >= 0)
		return put__u64(at, (__u64)value);
	*at = '-';
	/* Negated as unsigned, for the least value has no positive twin. */
	return put__u64(at + 1, -(__u64)value);
}

#endif /* TEXT_PUT_H */
