// SPDX-License-Identifier: GPL-2.0
/* Tests that the BPF programs look at each filter that is in use, at the right time. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "plan/filter_flags.h"

static void expect_flags(struct filter *filter, __u32 at_entry, __u32 by_call, __u32 at_return)
{
	filter_flags__set(filter);
	assert_int_equal(filter->at_entry, at_entry);
	assert_int_equal(filter->by_call, by_call);
	assert_int_equal(filter->at_return, at_return);
	memset(filter, 0, sizeof(*filter));
}

static void no_filter_is_asked_for(void **state)
{
	struct filter filter = { .at_entry = 1, .by_call = 1, .at_return = 1 };

	(void)state;
	expect_flags(&filter, 0, 0, 0);
}

static void filters_by_task_are_asked_for_at_the_entry(void **state)
{
	struct filter filter = { 0 };

	(void)state;
	filter.pids.nr = 1;
	expect_flags(&filter, 1, 0, 0);
	filter.tids.nr = 1;
	expect_flags(&filter, 1, 0, 0);
	filter.uids.nr = 64;
	expect_flags(&filter, 1, 0, 0);
	filter.comms.nr = 1;
	expect_flags(&filter, 1, 0, 0);
	filter.netns.nr = 1;
	expect_flags(&filter, 1, 0, 0);
	filter.nr_cgroups = 2;
	expect_flags(&filter, 1, 0, 0);
	filter.command = 1;
	expect_flags(&filter, 1, 0, 0);
}

static void filters_by_call_are_asked_for_besides(void **state)
{
	struct filter filter = { 0 };

	(void)state;
	filter.families.nr = 1;
	expect_flags(&filter, 1, 1, 0);
	filter.types.nr = 1;
	expect_flags(&filter, 1, 1, 0);
	filter.protocols.nr = 1;
	expect_flags(&filter, 1, 1, 0);
}

static void filters_by_result_are_asked_for_at_the_return(void **state)
{
	struct filter filter = { 0 };

	(void)state;
	filter.failed_only = 1;
	expect_flags(&filter, 0, 0, 1);
	filter.min_ns = 1ULL << 32;
	expect_flags(&filter, 0, 0, 1);
	filter.min_ns = 1;
	filter.pids.nr = 1;
	filter.types.nr = 1;
	expect_flags(&filter, 1, 1, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_filter_is_asked_for),
		cmocka_unit_test(filters_by_task_are_asked_for_at_the_entry),
		cmocka_unit_test(filters_by_call_are_asked_for_besides),
		cmocka_unit_test(filters_by_result_are_asked_for_at_the_return),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
