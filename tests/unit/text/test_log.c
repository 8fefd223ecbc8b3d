// SPDX-License-Identifier: GPL-2.0
/* What is written on standard error: a message a line, whatever it quotes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/messages.h"
#include "text/log.h"

#define FORGED	"x\nsockcreate-trace: 0 sockets seen\r\033[2J"
#define ESCAPED "x\\x0asockcreate-trace: 0 sockets seen\\x0d\\x1b[2J"

static struct messages messages;

static void expect(const char *text)
{
	messages__end(&messages);
	assert_string_equal(messages.text, text);
}

static void quotes_in_one_line(void **state)
{
	static void (*const logs[])(const char *format, ...) = { log_error, log_warning, log_answer,
								 log_verbose };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		log_set_level(0, 1);
		messages__begin(&messages);
		logs[i]("\"%s\" is bad: %d", FORGED, 7);
		expect("sockcreate-trace: \"" ESCAPED "\" is bad: 7\n");
	}
}

static void says_what_is_wanted(void **state)
{
	(void)state;
	log_set_level(1, 0);
	messages__begin(&messages);
	log_warning("a warning");
	log_verbose("a fact");
	log_verbose_text("a text");
	log_answer("an answer");
	log_error("an error");
	expect("sockcreate-trace: an answer\nsockcreate-trace: an error\n");
}

static void marks_lines_of_a_text(void **state)
{
	(void)state;
	log_set_level(0, 1);
	messages__begin(&messages);
	log_verbose_text("%s", "0: r1 = 5\nsockcreate-trace: \001\n\nend\n");
	log_verbose_text("%s", "");
	expect("sockcreate-trace: 0: r1 = 5\n"
	       "    | sockcreate-trace: \\x01\n"
	       "    | \n"
	       "    | end\n"
	       "sockcreate-trace: \n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_in_one_line),
		cmocka_unit_test(says_what_is_wanted),
		cmocka_unit_test(marks_lines_of_a_text),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
