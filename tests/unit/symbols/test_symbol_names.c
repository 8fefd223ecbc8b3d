// SPDX-License-Identifier: GPL-2.0
/* Tests names of symbols, which are read when they are needed for the first time. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/files.h"
#include "symbols/symbol_names.h"

#define OPS	 0xffffffff82000010
#define PROT	 0xffffffff82000020
#define DESTRUCT 0xffffffff81000300

static const char kallsyms[] = "ffffffff81000300 T inet_sock_destruct\n"
			       "ffffffff82000010 R inet_stream_ops\n"
			       "ffffffff82000020 D tcp_prot\n";

static void reads_symbols_once(void **state)
{
	const __u64 known[] = { PROT, OPS, 0, PROT }, more[] = { DESTRUCT };
	char folder[FILES_PATH_SIZE], path[2 * FILES_PATH_SIZE];
	struct symbol_names symbols = { .path = path };

	(void)state;
	files__begin(folder);
	snprintf(path, sizeof(path), "%s/kallsyms", folder);
	files__write_text(path, kallsyms);
	symbol_names__look_up(&symbols, known, 4);
	assert_int_equal(symbols.nr_known, 2);
	assert_string_equal(symbol_names__find(&symbols, OPS), "inet_stream_ops");
	assert_null(symbol_names__find(&symbols, DESTRUCT));
	files__write(path, "", 0);
	symbol_names__look_up(&symbols, known, 4);
	assert_null(symbols.failure);
	symbol_names__look_up(&symbols, more, 1);
	assert_non_null(symbols.failure);
	assert_string_equal(symbol_names__find(&symbols, PROT), "tcp_prot");
	symbol_names__free(&symbols);
	files__end(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reads_symbols_once) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
