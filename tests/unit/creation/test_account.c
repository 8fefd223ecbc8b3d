// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "creation/account.h"

static void expect(const struct trace_account *account, const char *text)
{
	char *printed;
	size_t size;
	FILE *file = open_memstream(&printed, &size);

	assert_non_null(file);
	account__print(file, account);
	fclose(file);
	if (strcmp(printed, text))
		fail_msg("got '%s', expected '%s'", printed, text);
	free(printed);
}

static void prints_nothing_but_the_sums(void **state)
{
	struct trace_account account = { 0 };

	(void)state;
	expect(&account, "0 sockets seen, 0 shown (0 failed), 0 filtered, 0 lost\n");
	account.shown = 1;
	expect(&account, "1 socket seen, 1 shown (0 failed), 0 filtered, 0 lost\n");
	account.shown = 10;
	account.failed = 2;
	account.filtered = 2;
	account.foreign = 9; /* these are neither losses nor sockets */
	expect(&account, "12 sockets seen, 10 shown (2 failed), 2 filtered, 0 lost\n");
}

static void adds_lost_creations_to_those_seen(void **state)
{
	struct trace_account account = { .shown = 4, .filtered = 8, .not_shown = 16 };

	(void)state;
	account.lost[LOST_RING_BUFFER_FULL] = 32;
	account.lost[LOST_SESSION_TABLE_FULL] = 64;
	account.lost[LOST_ENTRY_WITHOUT_EXIT] = 1;
	expect(&account,
	       "125 sockets seen, 4 shown (0 failed), 8 filtered, "
	       "16 not shown since the trace had ended, 97 lost\n"
	       "  32 sockets lost: ring buffer full (a larger --buffer-size MIB or a filter "
	       "helps)\n"
	       "  64 sockets lost: session table full (a filter such as --pid or --comm helps)\n"
	       "  1 socket lost: return of the outermost function not seen (another way to --attach may help)\n");
}

static void tells_lost_stages_from_lost_sockets(void **state)
{
	struct trace_account account = { .shown = 4 };

	(void)state;
	account.lost[LOST_SPAN_ARRAY_FULL] = 3;
	account.lost[LOST_SPAN_WITHOUT_EXIT] = 1;
	account.lost[LOST_EXIT_WITHOUT_ENTRY] = 2;
	expect(&account,
	       "4 sockets seen, 4 shown (0 failed), 0 filtered, 0 lost\n"
	       "  3 stages missing or incomplete in what is shown: span array full\n"
	       "  1 stage missing or incomplete in what is shown: return of a stage not seen\n"
	       "  2 stages missing or incomplete in what is shown: entry of a stage not seen\n");
}

static void says_what_is_beyond_the_sums(void **state)
{
	struct trace_account account = { .shown = 4, .in_flight = 2, .probe_missed = 1 };

	(void)state;
	expect(&account,
	       "4 sockets seen, 4 shown (0 failed), 0 filtered, 0 lost\n"
	       "  2 more still being created when the trace ended\n"
	       "  1 run of a probe skipped by the kernel: sockets or stages may be missing "
	       "beyond those counted\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_nothing_but_the_sums),
		cmocka_unit_test(adds_lost_creations_to_those_seen),
		cmocka_unit_test(tells_lost_stages_from_lost_sockets),
		cmocka_unit_test(says_what_is_beyond_the_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
