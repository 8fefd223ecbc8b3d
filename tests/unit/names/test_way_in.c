// SPDX-License-Identifier: GPL-2.0
/* Tests what names/way_in.c says about ways in, and about numbers that are not ways in. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "names/stage.h"
#include "names/way_in.h"

static void a_number_that_is_no_way_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(via_name(VIA_NONE), "unknown");
	assert_string_equal(via_name((enum via)NR_WAYS_IN), "unknown");
	assert_string_equal(via_name((enum via)255), "unknown");
}

/* Of the calls that make sockets, socketcall() can make socket(), socketpair() and accept4(). */
static void the_programs_know_what_socketcall_calls(void **state)
{
	(void)state;
	assert_int_equal(WAYS_BY_SOCKETCALL,
			 1 << VIA_SOCKET | 1 << VIA_SOCKETPAIR | 1 << VIA_ACCEPT4);
}

/* STAGES.md says for each of them who calls it. */
static void every_outermost_stage_has_a_caller(void **state)
{
	int stage;

	(void)state;
	for (stage = 0; stage < NR_STAGES; stage++) {
		if (stages[stage].via != VIA_NONE)
			assert_non_null(way_in(stages[stage].via)->caller);
	}
}

static void what_the_call_names_is_a_system_call(void **state)
{
	int via;

	(void)state;
	for (via = 0; via < NR_WAYS_IN; via++) {
		const struct way_in *way = way_in((enum via)via);

		if (!way->named_by_call)
			continue;
		assert_true(way->is_system_call);
		assert_string_equal(way->call, way->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_that_is_no_way_has_a_name),
		cmocka_unit_test(the_programs_know_what_socketcall_calls),
		cmocka_unit_test(every_outermost_stage_has_a_caller),
		cmocka_unit_test(what_the_call_names_is_a_system_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
