// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "creation/account.h"

#define SECOND 1000000000ULL

static const struct blind_spell first = {
	.way = ATTACH_FENTRY,
	.cause = "kernel.ftrace_enabled",
	.fired_ns = 10 * SECOND,
	.failed_ns = 11 * SECOND,
	.still_ns = 11 * SECOND,
};

static void expect_printed(const struct blindness *blindness, const char *text)
{
	char *printed;
	size_t size;
	FILE *file = open_memstream(&printed, &size);

	assert_non_null(file);
	blindness__print(file, blindness);
	fclose(file);
	assert_string_equal(printed, text);
	free(printed);
}

static void knows_between_which_times(void **state)
{
	struct blindness blindness = { .boot_to_real_ns = -10 * (__s64)SECOND };
	int spell = blindness__begin(&blindness, &first);

	(void)state;
	blindness__go_on(&blindness, spell, 14 * SECOND);
	assert_int_equal(blind_spell__least_ns(&blindness.spells[0]), 3 * SECOND);
	assert_int_equal(blind_spell__most_ns(&blindness.spells[0]), 4 * SECOND);
	expect_printed(&blindness,
		       "  blind from 00:00:00.000 to the end, for at least 3.0 s of these 4.0 s: "
		       "probes by fentry did not fire (kernel.ftrace_enabled was 0); sockets "
		       "created then are missing, and in no count\n");
	blindness__end(&blindness, spell, 15 * SECOND);
	assert_int_equal(blind_spell__least_ns(&blindness.spells[0]), 3 * SECOND);
	assert_int_equal(blind_spell__most_ns(&blindness.spells[0]), 5 * SECOND);
	expect_printed(&blindness,
		       "  blind from 00:00:00.000 to 00:00:05.000, for at least 3.0 s of these "
		       "5.0 s: probes by fentry did not fire (kernel.ftrace_enabled was 0); "
		       "sockets created then are missing, and in no count\n");
}

static void does_not_name_what_is_not_known(void **state)
{
	struct blind_spell spell = first;
	struct blindness blindness = { 0 };

	(void)state;
	spell.cause = NULL;
	spell.way = ATTACH_KPROBE;
	blindness__begin(&blindness, &spell);
	expect_printed(&blindness,
		       "  blind from 00:00:10.000 to the end, for at least 0.0 s of these 1.0 s: "
		       "probes by kprobe did not fire; sockets created then are missing, and in "
		       "no count\n");
}

static void counts_what_it_has_no_room_for(void **state)
{
	struct blindness blindness = { 0 };
	int i;

	(void)state;
	for (i = 0; i < BLINDNESS_MAX_SPELLS; i++)
		assert_int_equal(blindness__begin(&blindness, &first), i);
	assert_int_equal(blindness__begin(&blindness, &first), -1);
	blindness__go_on(&blindness, -1, 99 * SECOND);
	blindness__end(&blindness, -1, 99 * SECOND);
	assert_int_equal(blindness.nr, BLINDNESS_MAX_SPELLS);
	assert_int_equal(blindness.more, 1);
	assert_int_equal(blindness.spells[BLINDNESS_MAX_SPELLS - 1].still_ns, 11 * SECOND);
}

static void is_a_loss(void **state)
{
	struct trace_account account = { .shown = 1 };

	(void)state;
	assert_false(account__has_losses(&account));
	blindness__begin(&account.blindness, &first);
	assert_true(account__has_losses(&account));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_between_which_times),
		cmocka_unit_test(does_not_name_what_is_not_known),
		cmocka_unit_test(counts_what_it_has_no_room_for),
		cmocka_unit_test(is_a_loss),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
