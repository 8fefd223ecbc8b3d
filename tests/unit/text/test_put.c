// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <inttypes.h>

#include "text/put.h"

/* Check what a function has written, and that it left the byte after it alone. */
static void expect(const char *text, const char *end, const char *expected, size_t room)
{
	size_t size = strlen(expected);

	if ((size_t)(end - text) != size || memcmp(text, expected, size))
		fail_msg("got %.*s, expected %s", (int)(end - text), text, expected);
	assert_in_range(size, 1, room);
	assert_int_equal(text[room], '~');
}

static void expect_u64(uint64_t value)
{
	char text[PUT_U64_SIZE + 1], expected[32];

	memset(text, '~', sizeof(text));
	snprintf(expected, sizeof(expected), "%" PRIu64, value);
	expect(text, put__u64(text, value), expected, PUT_U64_SIZE);
}

static void expect_s64(int64_t value)
{
	char text[PUT_S64_SIZE + 1], expected[32];

	memset(text, '~', sizeof(text));
	snprintf(expected, sizeof(expected), "%" PRId64, value);
	expect(text, put__s64(text, value), expected, PUT_S64_SIZE);
}

/* Around each power of ten, a number gets one more digit, or its digits are made in another way. */
static void writes_numbers_of_every_length(void **state)
{
	uint64_t power = 1;
	int digits, above;

	(void)state;
	for (digits = 1; digits <= 20; digits++) {
		for (above = -1; above <= 1; above++) {
			expect_u64(power + above);
			expect_s64((int64_t)(power + above));
			expect_s64(-(int64_t)(power + above));
		}
		if (digits < 20)
			power *= 10;
	}
	expect_u64(UINT64_MAX);
	expect_s64(INT64_MAX);
	expect_s64(INT64_MIN);
}

static void writes_any_number(void **state)
{
	uint64_t value = 88172645463325252ULL;
	int i;

	(void)state;
	for (i = 0; i < 200000; i++) {
		value ^= value << 13;
		value ^= value >> 7;
		value ^= value << 17;
		expect_u64(value >> i % 64);
		expect_s64((int64_t)value >> i % 64);
	}
}

static void writes_digits(void **state)
{
	char text[10], expected[32];
	unsigned int value;

	(void)state;
	for (value = 0; value < 1000; value++) {
		memset(text, '~', sizeof(text));
		snprintf(expected, sizeof(expected), "%u", value);
		expect(text, put__below_1000(text, value), expected, 3);
		memset(text, '~', sizeof(text));
		snprintf(expected, sizeof(expected), "%03u", value);
		expect(text, put__3_digits(text, value), expected, 3);
		if (value >= 100)
			continue;
		memset(text, '~', sizeof(text));
		snprintf(expected, sizeof(expected), "%02u", value);
		expect(text, put__2_digits(text, value), expected, 2);
	}
	for (value = 0; value < 1000000; value += 997) {
		memset(text, '~', sizeof(text));
		snprintf(expected, sizeof(expected), "%06u", value);
		expect(text, put__6_digits(text, value), expected, 6);
		memset(text, '~', sizeof(text));
		snprintf(expected, sizeof(expected), "%09u", value * 1000 + value % 1000);
		expect(text, put__9_digits(text, value * 1000 + value % 1000), expected, 9);
	}
}

static void writes_spaces(void **state)
{
	char text[PUT_SPACES_SIZE(100) + 1];
	size_t count, i;

	(void)state;
	for (count = 0; count <= 100; count++) {
		memset(text, '~', sizeof(text));
		assert_ptr_equal(put__spaces(text, count), text + count);
		for (i = 0; i < count; i++)
			assert_int_equal(text[i], ' ');
		assert_int_equal(text[PUT_SPACES_SIZE(count)], '~');
	}
}

static void writes_text(void **state)
{
	char text[20];
	char *at = text;

	(void)state;
	at = put__string(at, "ab");
	at = put__string(at, "");
	at = put__char(at, 'c');
	at = put__bytes(at, "defgh", 3);
	*at = '\0';
	assert_string_equal(text, "abcdef");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_numbers_of_every_length),
		cmocka_unit_test(writes_any_number),
		cmocka_unit_test(writes_digits),
		cmocka_unit_test(writes_spaces),
		cmocka_unit_test(writes_text),
	};

	return cmocka_run_group_tests_name("put", tests, NULL, NULL);
}
