// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "text/utf8.h"

/* Decode a copy with nothing after it, so that AddressSanitizer sees accesses beyond it. */
static bool next(const char *data, size_t size, size_t *length, unsigned int *code_point)
{
	char *copy = malloc(size);
	bool valid;

	assert_non_null(copy);
	memcpy(copy, data, size);
	valid = utf8__next(copy, size, length, code_point);
	free(copy);
	return valid;
}

static void expect_valid(const char *data, unsigned int expected)
{
	unsigned int code_point;
	size_t length;

	assert_true(next(data, strlen(data), &length, &code_point));
	assert_int_equal(length, strlen(data));
	assert_int_equal(code_point, expected);
}

/* expected is the size of the part that one U+FFFD stands for. */
static void expect_invalid(const char *data, size_t expected)
{
	unsigned int code_point;
	size_t length;

	assert_false(next(data, strlen(data), &length, &code_point));
	assert_int_equal(length, expected);
	assert_int_equal(code_point, 0xfffd);
}

static void reads_characters(void **state)
{
	unsigned int code_point;
	size_t length;

	(void)state;
	expect_valid("A", 'A');
	expect_valid("\x7f", 0x7f);
	expect_valid("\xc2\x80", 0x80);
	expect_valid("é", 0xe9);
	expect_valid("\xdf\xbf", 0x7ff);
	expect_valid("\xe0\xa0\x80", 0x800);
	expect_valid("€", 0x20ac);
	expect_valid("\xed\x9f\xbf", 0xd7ff);
	expect_valid("\xee\x80\x80", 0xe000);
	expect_valid("\xef\xbf\xbf", 0xffff);
	expect_valid("\xf0\x90\x80\x80", 0x10000);
	expect_valid("😀", 0x1f600);
	expect_valid("\xf4\x8f\xbf\xbf", 0x10ffff);

	assert_true(next("\0x", 2, &length, &code_point));
	assert_int_equal(length, 1);
	assert_int_equal(code_point, 0);
	assert_true(next("é!", 3, &length, &code_point));
	assert_int_equal(length, 2);
}

static void rejects_what_is_no_character(void **state)
{
	(void)state;
	/* continuation bytes without a leading byte, and bytes that are never used */
	expect_invalid("\x80", 1);
	expect_invalid("\xbf\x80", 1);
	expect_invalid("\xfe\x80\x80", 1);
	expect_invalid("\xff", 1);
	/* overlong */
	expect_invalid("\xc0\x80", 1);
	expect_invalid("\xc1\xbf", 1);
	expect_invalid("\xe0\x80\x80", 1);
	expect_invalid("\xe0\x9f\xbf", 1);
	expect_invalid("\xf0\x80\x80\x80", 1);
	expect_invalid("\xf0\x8f\xbf\xbf", 1);
	/* surrogates */
	expect_invalid("\xed\xa0\x80", 1);
	expect_invalid("\xed\xbf\xbf", 1);
	/* beyond U+10FFFF */
	expect_invalid("\xf4\x90\x80\x80", 1);
	expect_invalid("\xf5\x80\x80\x80", 1);
	expect_invalid("\xf8\x88\x80\x80\x80", 1);
}

static void replaces_the_longest_start(void **state)
{
	(void)state;
	expect_invalid("\xc3", 1);
	expect_invalid("\xc3(", 1);
	expect_invalid("\xe2\x82", 2);
	expect_invalid("\xe2(\x82", 1);
	expect_invalid("\xe2\x82(", 2);
	expect_invalid("\xe2\xc3\xa9", 1);
	expect_invalid("\xf0\x9f\x98", 3);
	expect_invalid("\xf0\x9f\x98\xc3", 3);
	expect_invalid("\xf0\x9f(", 2);
	expect_invalid("\xf1\x80\x80", 3);
}

static size_t encode(unsigned int code_point, char *bytes)
{
	size_t length = code_point < 0x80      ? 1
			: code_point < 0x800   ? 2
			: code_point < 0x10000 ? 3
					       : 4;
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t i;

	for (i = length - 1; i > 0; i--, code_point >>= 6)
		bytes[i] = (char)(0x80 | (code_point & 0x3f));
	bytes[0] = (char)(first[length] | code_point);
	return length;
}

static void reads_every_code_point(void **state)
{
	unsigned int expected, code_point;
	char bytes[4];
	size_t length;

	(void)state;
	for (expected = 0; expected < 0x120000; expected++) {
		size_t size = encode(expected, bytes);
		bool valid = utf8__next(bytes, size, &length, &code_point);

		if (expected > 0x10ffff || (expected >= 0xd800 && expected <= 0xdfff)) {
			if (valid)
				fail_msg("U+%04X was taken", expected);
		} else if (!valid || length != size || code_point != expected) {
			fail_msg("U+%04X was read as U+%04X", expected, code_point);
		}
	}
}

static void leaves_out_the_start_of_a_character(void **state)
{
	static const struct {
		const char *data;
		size_t size, whole;
	} texts[] = {
		{ "", 0, 0 },
		{ "ab", 2, 2 },
		{ "a\0", 2, 2 },
		{ "\xc3\xa4", 2, 2 },
		{ "a\xc3", 2, 1 },
		{ "\xe2\x82\xac", 3, 3 },
		{ "\xe2\x82", 2, 0 },
		{ "\xe2", 1, 0 },
		{ "a\xf0\x9f\x98\x80", 5, 5 },
		{ "a\xf0\x9f\x98", 4, 1 },
		{ "a\xf0\x9f", 3, 1 },
		{ "a\xf0", 2, 1 },
		/* What can't become a character by more bytes is no start of one. */
		{ "a\xff", 2, 2 },
		{ "a\x80\x80\x80", 4, 4 },
		{ "a\xed\xa0", 3, 3 },
		{ "a\xe2x", 3, 3 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(utf8__whole(texts[i].data, texts[i].size), texts[i].whole);
}

static void knows_control_characters(void **state)
{
	(void)state;
	assert_true(utf8__is_control(0));
	assert_true(utf8__is_control(0x1b));
	assert_true(utf8__is_control(0x1f));
	assert_false(utf8__is_control(' '));
	assert_false(utf8__is_control('~'));
	assert_true(utf8__is_control(0x7f));
	assert_true(utf8__is_control(0x80));
	assert_true(utf8__is_control(0x9b));
	assert_true(utf8__is_control(0x9f));
	assert_false(utf8__is_control(0xa0));
	assert_false(utf8__is_control(0xfffd));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_characters),
		cmocka_unit_test(rejects_what_is_no_character),
		cmocka_unit_test(replaces_the_longest_start),
		cmocka_unit_test(reads_every_code_point),
		cmocka_unit_test(leaves_out_the_start_of_a_character),
		cmocka_unit_test(knows_control_characters),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
