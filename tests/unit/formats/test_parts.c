// SPDX-License-Identifier: GPL-2.0
/* Tests which creations are in the output that has gathered. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "formats/parts.h"

static void add(struct parts *parts, int creations, int failed, size_t gathered)
{
	int i;

	for (i = 0; i < creations; i++)
		parts__add_creation(parts, i < failed);
	parts__end(parts, gathered);
}

static void expect_pending(const struct parts *parts, __u64 creations, __u64 failed)
{
	assert_int_equal(parts->pending.creations, creations);
	assert_int_equal(parts->pending.failed, failed);
}

static void knows_whole_parts(void **state)
{
	struct parts parts = { 0 };

	(void)state;
	assert_int_equal(parts__whole(&parts, 100), 0);
	add(&parts, 0, 0, 10);
	add(&parts, 1, 0, 30);
	add(&parts, 1, 0, 31);
	assert_int_equal(parts__whole(&parts, 9), 0);
	assert_int_equal(parts__whole(&parts, 10), 10);
	assert_int_equal(parts__whole(&parts, 29), 10);
	assert_int_equal(parts__whole(&parts, 30), 30);
	assert_int_equal(parts__whole(&parts, 31), 31);
	assert_int_equal(parts__whole(&parts, 100), 31);
	parts__free(&parts);
}

static void counts_what_is_not_written(void **state)
{
	struct parts parts = { 0 };

	(void)state;
	add(&parts, 1, 1, 30);
	add(&parts, 1, 0, 40);
	add(&parts, 1, 1, 50);
	expect_pending(&parts, 3, 2);
	parts__written(&parts, 49);
	expect_pending(&parts, 1, 1);
	/* The next output that gathers begins with no creations. */
	add(&parts, 1, 0, 7);
	assert_int_equal(parts__whole(&parts, 100), 7);
	parts__written(&parts, 7);
	expect_pending(&parts, 1, 1);
	parts__free(&parts);
}

static void leaves_creations_to_the_part_that_comes(void **state)
{
	struct parts parts = { 0 };

	(void)state;
	add(&parts, 2, 1, 0);
	add(&parts, 1, 1, 0);
	parts__written(&parts, 100);
	expect_pending(&parts, 3, 2);
	add(&parts, 1, 0, 5);
	add(&parts, 3, 3, 5);
	expect_pending(&parts, 7, 5);
	parts__written(&parts, 5);
	expect_pending(&parts, 3, 3);
	add(&parts, 0, 0, 5);
	parts__written(&parts, 5);
	expect_pending(&parts, 0, 0);
	parts__free(&parts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_whole_parts),
		cmocka_unit_test(counts_what_is_not_written),
		cmocka_unit_test(leaves_creations_to_the_part_that_comes),
	};

	return cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
