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

static void says_what_was_not_watched(void **state)
{
	struct trace_account account = { .seccomp_gap_ns = 23999999 };

	(void)state;
	expect(&account, "0 sockets seen, 0 shown (0 failed), 0 filtered, 0 lost\n"
			 "  what new seccomp filters refused was not watched for 24 ms (--seccomp "
			 "watches from the start)\n");
	account = (struct trace_account){ .seccomp_unwatched = "no fentry" };
	expect(&account, "0 sockets seen, 0 shown (0 failed), 0 filtered, 0 lost\n"
			 "  a process had a seccomp filter, and what that refused was not watched: "
			 "no fentry\n");
	assert_true(account__has_losses(&account));
	account = (struct trace_account){ .seccomp_unknown = "too many threads" };
	expect(&account,
	       "0 sockets seen, 0 shown (0 failed), 0 filtered, 0 lost\n"
	       "  what seccomp filters refused may not have been watched: too many threads "
	       "(--seccomp always watches)\n");
	assert_true(account__has_losses(&account));
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

static void add_lost(struct trace_account *account, const char *comm, __u32 pid, __u64 count)
{
	struct lost_process process = { .count = count, .pid = pid };

	strncpy(process.comm, comm, sizeof(process.comm));
	account__add_lost_process(account, &process);
}

#define LOST_HEAD                                                  \
	"7 sockets seen, 0 shown (0 failed), 0 filtered, 7 lost\n" \
	"  7 sockets lost: session table full (a filter such as --pid or --comm helps)\n"

/* A name can hold anything, and need not end in a NUL. */
static void names_those_that_lost_most(void **state)
{
	struct trace_account account = { .lost[LOST_SESSION_TABLE_FULL] = 7 };
	int i;

	(void)state;
	expect(&account, LOST_HEAD);
	add_lost(&account, "few", 3, 1);
	add_lost(&account, "many\n  0 lost by x", 4, 5);
	add_lost(&account, "", 0, 2);
	expect(&account, LOST_HEAD "  lost by many\\x0a  0 lost by/4 (5), /0 (2), few/3 (1)\n");
	for (i = 0; i < 4; i++)
		add_lost(&account, "more", 9, 6);
	expect(&account, LOST_HEAD "  lost by more/9 (6), more/9 (6), more/9 (6), more/9 (6), "
				   "many\\x0a  0 lost by/4 (5) and others\n");
	for (i = 0; i < 2 * NR_LOST_PROCESSES; i++)
		add_lost(&account, "more", 9, 6);
	assert_int_equal(account.nr_lost_processes, NR_LOST_PROCESSES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_nothing_but_the_sums),
		cmocka_unit_test(says_what_was_not_watched),
		cmocka_unit_test(adds_lost_creations_to_those_seen),
		cmocka_unit_test(tells_lost_stages_from_lost_sockets),
		cmocka_unit_test(says_what_is_beyond_the_sums),
		cmocka_unit_test(names_those_that_lost_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
