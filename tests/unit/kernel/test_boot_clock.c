// SPDX-License-Identifier: GPL-2.0
/* Tests how the kernel's boot clock is told from the one of this process's time namespace. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <time.h>

#include "fixtures/files.h"
#include "kernel/boot_clock.h"

#define SECOND 1000000000LL

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[FILES_PATH_SIZE + 32];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	files__write_text(path, text);
}

/* Return the offset that is found, where the file of the namespace has that text, or there is none.
 */
static __s64 find_offset(const char *text, __s64 before_ns, __u64 kernel_ns, __s64 after_ns)
{
	const struct boot_reading reading = { before_ns, kernel_ns, after_ns, 0 };
	struct boot_clock clock = { .offset_ns = 77 };
	char folder[FILES_PATH_SIZE];

	files__begin(folder);
	if (text)
		write_file(folder, "timens_offsets", text);
	boot_clock__set(&clock, &reading, folder);
	files__end(folder);
	assert_int_equal(clock.proc_offset_ns, clock.offset_ns);
	return clock.offset_ns;
}

#define OFFSETS(boottime) "monotonic            7         5\nboottime  " boottime "\n"

static void is_the_same_outside_of_namespaces(void **state)
{
	(void)state;
	assert_int_equal(find_offset(NULL, 5000000, 5001000, 5009000), 0);
	assert_int_equal(find_offset(OFFSETS("0 0"), 5000000, 5001000, 5009000), 0);
	/* It may seem to be a little off, since nothing is locked while a program reads it. */
	assert_int_equal(find_offset(NULL, 5000000, 4999500, 5009000), 0);
	assert_int_equal(find_offset(NULL, 5000000, 5009500, 5009000), 0);
}

static void is_exact_where_the_kernel_tells(void **state)
{
	(void)state;
	assert_int_equal(find_offset(OFFSETS("864000 3"), 864005 * SECOND, 5 * SECOND + 100,
				     864005 * SECOND + 400000),
			 864000 * SECOND + 3);
	/* The nanoseconds are always counted forwards. */
	assert_int_equal(find_offset(OFFSETS("-11 999999990"), 20 * SECOND, 30 * SECOND + 210,
				     20 * SECOND + 400),
			 -10 * SECOND - 10);
}

/* The file speaks of the namespace that the children will be in. */
static void does_not_take_the_childrens_for_its_own(void **state)
{
	(void)state;
	assert_int_equal(
		find_offset(OFFSETS("864000 0"), 5 * SECOND, 5 * SECOND + 20, 5 * SECOND + 90), 0);
}

static void is_measured_where_nothing_tells(void **state)
{
	const char *const useless[] = { NULL, "", "boottime\n", OFFSETS("5 0"), OFFSETS("x y") };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(useless) / sizeof(useless[0]); i++)
		assert_int_equal(find_offset(useless[i], 100 * SECOND, 30 * SECOND,
					     100 * SECOND + 2 * 2000),
				 70 * SECOND + 2000);
	/* Even a little off is too much for an offset of 0. */
	assert_int_equal(find_offset(NULL, 5000000, 5020000, 5009000), -15500);
}

/* A process that started after 4.56 s has this in /proc, and in a namespace of 1,000 s more. */
#define STAT(ticks) "7 (a b) c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 " ticks " 20 21\n"

static void tells_whether_proc_is_shifted(void **state)
{
	const struct boot_reading reading = { 1005 * SECOND, 5 * SECOND, 1005 * SECOND + 9,
					      4569999999 };
	struct boot_clock clock;
	char folder[FILES_PATH_SIZE];

	(void)state;
	files__begin(folder);
	write_file(folder, "timens_offsets", OFFSETS("1000 0"));
	write_file(folder, "stat", STAT("100456"));
	boot_clock__set(&clock, &reading, folder);
	assert_int_equal(boot_clock__in_proc(&clock, 2 * SECOND), 1002 * SECOND);
	assert_int_equal(boot_clock__from_proc(&clock, 1002 * SECOND), 2 * SECOND);
	write_file(folder, "stat", STAT("456"));
	boot_clock__set(&clock, &reading, folder);
	assert_int_equal(clock.offset_ns, 1000 * SECOND);
	assert_int_equal(boot_clock__in_proc(&clock, 2 * SECOND), 2 * SECOND);
	assert_int_equal(boot_clock__from_proc(&clock, 2 * SECOND), 2 * SECOND);
	files__end(folder);
}

static void converts_both_ways(void **state)
{
	const struct boot_clock clock = { .offset_ns = -3 * SECOND, .proc_offset_ns = -3 * SECOND };
	struct timespec now;
	__s64 before, ns;

	(void)state;
	clock_gettime(CLOCK_BOOTTIME, &now);
	before = now.tv_sec * SECOND + now.tv_nsec;
	ns = (__s64)boot_clock__ns(&clock);
	clock_gettime(CLOCK_BOOTTIME, &now);
	assert_true(ns >= before + 3 * SECOND);
	assert_true(ns <= now.tv_sec * SECOND + now.tv_nsec + 3 * SECOND);
	assert_int_equal(boot_clock__in_proc(&clock, 5 * SECOND), 2 * SECOND);
	/* What began before the namespace's boot is as /proc has it. */
	assert_int_equal(boot_clock__in_proc(&clock, SECOND), (__u64)-2 * SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_the_same_outside_of_namespaces),
		cmocka_unit_test(is_exact_where_the_kernel_tells),
		cmocka_unit_test(does_not_take_the_childrens_for_its_own),
		cmocka_unit_test(is_measured_where_nothing_tells),
		cmocka_unit_test(tells_whether_proc_is_shifted),
		cmocka_unit_test(converts_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
