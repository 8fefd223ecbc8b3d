// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "text/rfc3339.h"

static void expect(struct rfc3339 *rfc3339, uint64_t boot_ns, int64_t offset, const char *expected)
{
	char text[RFC3339_SIZE];

	assert_ptr_equal(rfc3339__put(rfc3339, text, boot_ns, offset), text + sizeof(text));
	assert_int_equal(sizeof(text), strlen("2024-02-29T23:59:59.123456789Z"));
	if (memcmp(text, expected, sizeof(text)))
		fail_msg("got %.*s, expected %s", (int)sizeof(text), text, expected);
}

/* The expected values are from GNU date. */
static void knows_times(void **state)
{
	struct rfc3339 r = { 0 };

	(void)state;
	expect(&r, 0, 0, "1970-01-01T00:00:00.000000000Z");
	expect(&r, 999999999, 0, "1970-01-01T00:00:00.999999999Z");
	expect(&r, 1709251199123456789, 0, "2024-02-29T23:59:59.123456789Z");
	expect(&r, 51199123456789, 1709200000000000000, "2024-02-29T23:59:59.123456789Z");
	expect(&r, 1709251200000000001, 0, "2024-03-01T00:00:00.000000001Z");
	expect(&r, 4107542400000000000, 0, "2100-03-01T00:00:00.000000000Z");
	expect(&r, 951782400000000000, 0, "2000-02-29T00:00:00.000000000Z");
	expect(&r, 0, -1, "1969-12-31T23:59:59.999999999Z");
	expect(&r, 1, -2000000001, "1969-12-31T23:59:58.000000000Z");
}

static void carries_between_seconds(void **state)
{
	struct rfc3339 r = { 0 };

	(void)state;
	expect(&r, 600000000, 1709251199400000000, "2024-03-01T00:00:00.000000000Z");
	expect(&r, 599999999, 1709251199400000000, "2024-02-29T23:59:59.999999999Z");
	expect(&r, 1400000000, -600000000, "1970-01-01T00:00:00.800000000Z");
}

static void takes_any_numbers(void **state)
{
	struct rfc3339 r = { 0 };

	(void)state;
	expect(&r, UINT64_MAX, 0, "2554-07-21T23:34:33.709551615Z");
	expect(&r, UINT64_MAX, INT64_MAX, "2846-10-30T23:21:50.564327422Z");
	expect(&r, 0, INT64_MIN, "1677-09-21T00:12:43.145224192Z");
	expect(&r, 0, INT64_MAX, "2262-04-11T23:47:16.854775807Z");
}

static void agrees_with_gmtime(void **state)
{
	struct rfc3339 r = { 0 };
	int64_t second;

	(void)state;
	/* from 1700 to 2240, in steps of some days minus some seconds */
	for (second = -8520336000; second < 8520336000; second += 3 * 86400 - 7919) {
		time_t t = second;
		struct tm tm;
		char text[64];

		assert_non_null(gmtime_r(&t, &tm));
		snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.000000005Z",
			 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
			 tm.tm_sec);
		expect(&r, 5, second * 1000000000, text);
	}
}

static void keeps_the_last_second_only(void **state)
{
	struct rfc3339 r = { 0 };

	(void)state;
	expect(&r, 1000000000, 0, "1970-01-01T00:00:01.000000000Z");
	expect(&r, 1000000007, 0, "1970-01-01T00:00:01.000000007Z");
	expect(&r, 2000000000, 0, "1970-01-01T00:00:02.000000000Z");
	expect(&r, 1000000001, 0, "1970-01-01T00:00:01.000000001Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_times),
		cmocka_unit_test(carries_between_seconds),
		cmocka_unit_test(takes_any_numbers),
		cmocka_unit_test(agrees_with_gmtime),
		cmocka_unit_test(keeps_the_last_second_only),
	};

	return cmocka_run_group_tests_name("rfc3339", tests, NULL, NULL);
}
