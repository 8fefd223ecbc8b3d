// SPDX-License-Identifier: GPL-2.0
/* Tests how names are found for given addresses in /proc/kallsyms. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "fixtures/kallsyms_fixture.h"
#include "symbols/kernel_symbols.h"

static void expect_names(struct fixture *fixture, const char *text, __u64 address, const char *name)
{
	struct kernel_symbol_name wanted[] = { { .address = address }, { .address = 1 } };

	files__write_text(fixture->path, text);
	assert_int_equal(
		kernel_symbols__find_names(fixture->path, wanted, NR(wanted), &fixture->reason), 0);
	assert_string_equal(wanted[0].name, name);
	assert_string_equal(wanted[1].name, "");
}

static void finds_names_of_exact_addresses(void **state)
{
	struct fixture *fixture = *state;

	expect_names(fixture, kernel, 0xffffffff82000010, "net_families");
	expect_names(fixture, kernel, 0xffffffffc0405010, "xfs_data");
	expect_names(fixture, kernel, 0xffffffff81000110, "local_one");
	expect_names(fixture, kernel, 0xffffffff81000111, "");
	/* Of several names the global one is taken, wherever it is, else the first one. */
	expect_names(fixture,
		     "ffffffff82000010 d local\nffffffff82000010 D global\n"
		     "ffffffff82000010 D second\n",
		     0xffffffff82000010, "global");
	expect_names(fixture, "ffffffff82000010 d local\nffffffff82000010 d second\n",
		     0xffffffff82000010, "local");
}

static void cuts_names_off(void **state)
{
	char line[512], name[KERNEL_SYMBOL_NAME_SIZE];

	memset(name, 'x', sizeof(name));
	snprintf(line, sizeof(line), "ffffffff82000010 D %.*sxxx\n", (int)sizeof(name), name);
	name[sizeof(name) - 1] = '\0';
	expect_names(*state, line, 0xffffffff82000010, name);
}

static void says_why_there_are_no_names(void **state)
{
	struct kernel_symbol_name wanted = { .address = 0xffffffff82000010 };
	struct fixture *fixture = *state;

	files__write_text(fixture->path, "0000000000000000 D net_families\n");
	assert_int_equal(kernel_symbols__find_names(fixture->path, &wanted, 1, &fixture->reason),
			 -1);
	assert_non_null(strstr(fixture->reason, "hidden"));
	assert_int_equal(kernel_symbols__find_names("/none", &wanted, 1, &fixture->reason), -1);
	assert_string_equal(fixture->reason, "No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_names_of_exact_addresses),
		TEST(cuts_names_off),
		TEST(says_why_there_are_no_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
