// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text/buffer.h"

/* Compare the buffer with text, and empty it. */
static void expect(struct buffer *buffer, const char *text)
{
	assert_false(buffer->failed);
	assert_int_equal(buffer->size, strlen(text));
	if (buffer->size)
		assert_memory_equal(buffer->data, text, buffer->size);
	buffer->size = 0;
}

static void adds_text(void **state)
{
	struct buffer buffer = { 0 };

	(void)state;
	buffer__add(&buffer, NULL, 0);
	buffer__add_spaces(&buffer, 0);
	buffer__add_string(&buffer, "");
	expect(&buffer, "");
	buffer__add(&buffer, "abcd", 3);
	buffer__add_char(&buffer, '-');
	buffer__add_string(&buffer, "xyz");
	buffer__add_spaces(&buffer, 3);
	buffer__add_char(&buffer, '|');
	expect(&buffer, "abc-xyz   |");
	buffer__add(&buffer, "\0\xff", 2);
	assert_int_equal(buffer.size, 2);
	assert_memory_equal(buffer.data, "\0\xff", 2);
	buffer__free(&buffer);
	assert_null(buffer.data);
	assert_int_equal(buffer.capacity, 0);
}

static void adds_numbers(void **state)
{
	struct buffer buffer = { 0 };

	(void)state;
	buffer__add_u64(&buffer, 0);
	expect(&buffer, "0");
	buffer__add_u64(&buffer, UINT64_MAX);
	expect(&buffer, "18446744073709551615");
	buffer__add_s64(&buffer, INT64_MIN);
	expect(&buffer, "-9223372036854775808");
	buffer__add_s64(&buffer, INT64_MAX);
	expect(&buffer, "9223372036854775807");
	buffer__add_s64(&buffer, -1);
	expect(&buffer, "-1");
	buffer__free(&buffer);
}

static void agrees_with_printf(void **state)
{
	struct buffer buffer = { 0 };
	uint64_t power = 1, value = 88172645463325252u;
	char text[32];
	int i, near;

	(void)state;
	for (i = 0; i < 20; i++, power *= 10) {
		for (near = -1; near <= 1; near++) {
			snprintf(text, sizeof(text), "%" PRIu64, power + near);
			buffer__add_u64(&buffer, power + near);
			expect(&buffer, text);
			snprintf(text, sizeof(text), "%" PRId64, -(int64_t)(power + near));
			buffer__add_s64(&buffer, -(int64_t)(power + near));
			expect(&buffer, text);
		}
	}
	for (i = 0; i < 10000; i++) {
		value ^= value << 13;
		value ^= value >> 7;
		value ^= value << 17;
		snprintf(text, sizeof(text), "%" PRIu64, value >> i % 64);
		buffer__add_u64(&buffer, value >> i % 64);
		expect(&buffer, text);
	}
	buffer__free(&buffer);
}

static void grows_by_doubling(void **state)
{
	struct buffer buffer = { 0 };
	size_t capacity = 0, i;
	int growths = 0;

	(void)state;
	for (i = 0; i < 1000000; i++) {
		buffer__add_char(&buffer, (char)('a' + i % 23));
		if (buffer.capacity == capacity)
			continue;
		if (capacity)
			assert_int_equal(buffer.capacity, 2 * capacity);
		capacity = buffer.capacity;
		growths++;
	}
	assert_int_equal(buffer.size, 1000000);
	assert_true(growths < 20);
	for (i = 0; i < 1000000; i++) {
		if (buffer.data[i] != (char)('a' + i % 23))
			fail_msg("byte %zu was lost", i);
	}
	buffer__free(&buffer);
}

static void remembers_failure(void **state)
{
	struct buffer buffer = { 0 };

	(void)state;
	buffer__add_string(&buffer, "kept");
	buffer__add_spaces(&buffer, SIZE_MAX - 2); /* more than the address space has */
	assert_true(buffer.failed);
	assert_int_equal(buffer.size, 4);
	assert_memory_equal(buffer.data, "kept", 4);
	buffer__add_char(&buffer, 'x');
	buffer__add_u64(&buffer, 1);
	assert_true(buffer.failed);
	assert_int_equal(buffer.size, 4);
	buffer__free(&buffer);
	assert_false(buffer.failed);

	buffer__add_spaces(&buffer, SIZE_MAX / 2 + 2);
	assert_true(buffer.failed);
	buffer__free(&buffer);
}

/* Only the part of the reserved room that was used is added. */
static void reserves_room(void **state)
{
	struct buffer buffer = { 0 };
	char *at;
	int i;

	(void)state;
	for (i = 0; i < 3000; i++) {
		at = buffer__reserve(&buffer, 100);
		assert_non_null(at);
		assert_ptr_equal(at, buffer.data + 2 * i);
		memset(at, 'x', 100);
		memcpy(at, i % 2 ? "cd" : "ab", 2);
		buffer__commit(&buffer, at + 2);
	}
	assert_int_equal(buffer.size, 6000);
	assert_memory_equal(buffer.data, "abcdab", 6);
	assert_memory_equal(buffer.data + 5994, "cdabcd", 6);
	assert_null(buffer__reserve(&buffer, SIZE_MAX - 5000));
	assert_true(buffer.failed);
	assert_null(buffer__reserve(&buffer, 1));
	assert_int_equal(buffer.size, 6000);
	buffer__free(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_text),	      cmocka_unit_test(adds_numbers),
		cmocka_unit_test(agrees_with_printf), cmocka_unit_test(grows_by_doubling),
		cmocka_unit_test(remembers_failure),  cmocka_unit_test(reserves_room),
	};

	return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
