// SPDX-License-Identifier: GPL-2.0
/* Tests what counts as a change of the wall clock. That it is noticed, the kernel tests show. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <time.h>

#include "kernel/wall_clock.h"

static bool differ(struct wall_offset a, struct wall_offset b)
{
	assert_int_equal(wall_offset__differs(&a, &b), wall_offset__differs(&b, &a));
	return wall_offset__differs(&a, &b);
}

static void changes_by_more_than_the_error(void **state)
{
	const struct wall_offset offset = { 1700000000000000000, 300 };

	(void)state;
	assert_false(differ(offset, offset));
	assert_false(differ(offset, (struct wall_offset){ offset.ns + 500, 200 }));
	assert_true(differ(offset, (struct wall_offset){ offset.ns + 501, 200 }));
	assert_false(differ(offset, (struct wall_offset){ offset.ns - 500, 200 }));
	assert_true(differ(offset, (struct wall_offset){ offset.ns - 501, 200 }));
	assert_true(differ(offset, (struct wall_offset){ -86400000000000, 1 }));
}

static void steps_either_way(void **state)
{
	struct clock_change change = { .before_real_ns = 1000, .boot_to_real_ns = 1500 };

	(void)state;
	assert_int_equal(clock_change__step(&change), 500);
	change.boot_to_real_ns = -500;
	assert_int_equal(clock_change__step(&change), -1500);
	/* No clock can be set that far, but nothing breaks. */
	change.before_real_ns = LLONG_MIN;
	change.boot_to_real_ns = LLONG_MAX;
	assert_int_equal(clock_change__step(&change), -1);
}

static void reads_the_clock(void **state)
{
	struct boot_clock boot = { .offset_ns = 5000000000 };
	struct wall_clock wall;
	struct clock_change change;
	struct timespec before, after;
	__s64 shown;

	(void)state;
	clock_gettime(CLOCK_REALTIME, &before);
	assert_int_equal(wall_clock__open(&wall, &boot), 0);
	shown = (__s64)boot_clock__ns(&boot) + wall.offset.ns;
	clock_gettime(CLOCK_REALTIME, &after);
	assert_true(shown >= before.tv_sec * 1000000000LL + before.tv_nsec - wall.offset.error_ns);
	assert_true(shown <= after.tv_sec * 1000000000LL + after.tv_nsec + wall.offset.error_ns);
	assert_false(wall_clock__has_changed(&wall, &boot, &change));
	wall_clock__close(&wall);
	wall_clock__close(&wall);
	assert_int_equal(wall.fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_by_more_than_the_error),
		cmocka_unit_test(steps_either_way),
		cmocka_unit_test(reads_the_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
