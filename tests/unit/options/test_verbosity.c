// SPDX-License-Identifier: GPL-2.0
/* How much outputs are to say beside creations, and which stages they are to answer for by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixtures/command_line.h"

#define EXPECT_VERBOSITY(expected, ...)                                             \
	do {                                                                        \
		struct parsed parsed_;                                              \
		PARSE(&parsed_, __VA_ARGS__);                                       \
		assert_int_equal(parsed_.options.presentation.verbosity, expected); \
		expect_success(&parsed_);                                           \
	} while (0)

static void knows_three_degrees(void **state)
{
	(void)state;
	EXPECT_VERBOSITY(0, "-x");
	EXPECT_VERBOSITY(1, "-v");
	EXPECT_VERBOSITY(1, "-vv");
	EXPECT_VERBOSITY(-1, "-q");
	EXPECT_VERBOSITY(-1, "-v", "-q");
}

static void remembers_stages_by_name(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "--stages", "core,fd_install", "--stages", "sock_alloc");
	assert_true(parsed.options.selection.named ==
		    (STAGE_BIT(STAGE_FD_INSTALL) | STAGE_BIT(STAGE_SOCK_ALLOC)));
	expect_success(&parsed);
	PARSE(&parsed, "--detail", "full");
	assert_true(parsed.options.selection.named == 0);
	expect_success(&parsed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_three_degrees),
		cmocka_unit_test(remembers_stages_by_name),
	};

	return cmocka_run_group_tests_name("verbosity", tests, NULL, NULL);
}
