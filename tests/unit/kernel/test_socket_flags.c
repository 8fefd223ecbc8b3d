// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "kernel/socket_flags.h"

#define LONG_NAME "SOCK_A_NAME_THAT_JUST_FITS_HERE"

static void expect(const struct socket_flags *flags, __u64 set, size_t size, const char *expected)
{
	char text[256];

	memset(text, '?', sizeof(text));
	socket_flags__put(flags, set, text, size);
	assert_string_equal(text, expected);
	/* Nothing must be written beyond size. */
	for (; size < sizeof(text); size++)
		assert_int_equal(text[size], '?');
}

static void puts_names_and_the_rest(void **state)
{
	const struct socket_flags *flags = &socket_flags_before_6_16;

	(void)state;
	expect(flags, 0, 128, "");
	expect(flags, 1 << 2, 128, "SOCK_NOSPACE");
	expect(flags, 1 << 6 | 1 << 3, 128, "SOCK_PASSCRED|SOCK_CUSTOM_SOCKOPT");
	expect(flags, 1 << 2 | 1 << 1 | 1ULL << 40, 128, "SOCK_NOSPACE|1099511627778");
	expect(flags, 1 << 1, 128, "");
	expect(flags, UINT64_MAX, 128,
	       "SOCK_NOSPACE|SOCK_PASSCRED|SOCK_PASSSEC|SOCK_SUPPORT_ZC|SOCK_CUSTOM_SOCKOPT|"
	       "SOCK_PASSPIDFD|18446744073709551363");
}

static void takes_only_flags_of_a_socket(void **state)
{
	struct socket_flags flags = { 0 };

	(void)state;
	socket_flags__add(&flags, 0, "SOCKWQ_ASYNC_NOSPACE");
	socket_flags__add(&flags, -1, "SOCK_BEFORE");
	socket_flags__add(&flags, SOCKET_FLAGS_BITS, "SOCK_BEHIND");
	socket_flags__add(&flags, 1, LONG_NAME "_");
	expect(&flags, UINT64_MAX, 128, "");
	socket_flags__add(&flags, 1, LONG_NAME);
	socket_flags__add(&flags, SOCKET_FLAGS_BITS - 1, "SOCK_LAST");
	expect(&flags, 1 << 1 | 1ULL << (SOCKET_FLAGS_BITS - 1), 128, LONG_NAME "|SOCK_LAST");
}

static void puts_only_names_that_fit(void **state)
{
	struct socket_flags flags = { 0 };
	int bit;

	(void)state;
	for (bit = 0; bit < SOCKET_FLAGS_BITS; bit++)
		socket_flags__add(&flags, bit, LONG_NAME);
	expect(&flags, UINT64_MAX, 128,
	       LONG_NAME "|" LONG_NAME "|" LONG_NAME "|18446744073709551608");
	expect(&flags, UINT64_MAX, 32, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_names_and_the_rest),
		cmocka_unit_test(takes_only_flags_of_a_socket),
		cmocka_unit_test(puts_only_names_that_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
