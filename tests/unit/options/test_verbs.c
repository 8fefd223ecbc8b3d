// SPDX-License-Identifier: GPL-2.0
/* Tests the first plain word: it is a verb, a word reserved for one, or COMMAND. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "fixtures/command_line.h"

static void trace_is_the_default(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "trace");
	assert_int_equal(parsed.options.verb, VERB_TRACE);
	assert_null(parsed.options.run.command);
	expect_success(&parsed);
	PARSE(&parsed, "trace", "-x", "curl", "-q");
	assert_int_equal(parsed.options.verb, VERB_TRACE);
	assert_int_equal(parsed.options.selection.filter.failed_only, 1);
	assert_false(parsed.options.quiet);
	assert_ptr_equal(parsed.options.run.command, &parsed.argv[3]);
	expect_success(&parsed);
	PARSE(&parsed, "curl", "trace");
	assert_ptr_equal(parsed.options.run.command, &parsed.argv[1]);
	expect_success(&parsed);
}

static void lists_stages(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "list-stages");
	assert_int_equal(parsed.options.verb, VERB_LIST_STAGES);
	expect_success(&parsed);
	PARSE(&parsed, "-v", "list-stages", "--attach", "kprobe");
	assert_int_equal(parsed.options.verb, VERB_LIST_STAGES);
	assert_int_equal(parsed.options.verbose, 1);
	assert_int_equal(parsed.options.selection.attach, ATTACH_CHOICE_KPROBE);
	expect_success(&parsed);
	PARSE(&parsed, "--attach=kprobe", "--list-stages", "-v");
	assert_int_equal(parsed.options.verb, VERB_LIST_STAGES);
	expect_success(&parsed);
	PARSE(&parsed, "list-stages", "--list-stages");
	assert_int_equal(parsed.options.verb, VERB_LIST_STAGES);
	expect_success(&parsed);
	PARSE(&parsed, "trace", "--list-stages");
	expect_success(&parsed);
	assert_int_equal(parsed.options.verb, VERB_LIST_STAGES);
	PARSE(&parsed, "--list-stages", "trace");
	expect_success(&parsed);
	assert_int_equal(parsed.options.verb, VERB_LIST_STAGES);
}

static void a_verb_takes_its_own_options(void **state)
{
	(void)state;
	EXPECT_USAGE("--overhead is no option of the verb list-stages", "list-stages",
		     "--overhead");
	EXPECT_USAGE("--overhead is no option of the verb list-stages", "--list-stages",
		     "--overhead");
	EXPECT_USAGE("--pid is no option of the verb list-stages", "-p", "1", "list-stages");
	EXPECT_USAGE("--output is no option of the verb list-stages", "list-stages", "-o", "a");
	/* errors that do not depend on the verb are reported first */
	EXPECT_USAGE("unknown option -z (see --help)", "-x", "list-stages", "-z");
}

static void a_verb_takes_a_command_or_not(void **state)
{
	(void)state;
	EXPECT_USAGE("the verb list-stages takes no COMMAND", "list-stages", "curl");
	EXPECT_USAGE("the verb list-stages takes no COMMAND", "list-stages", "--", "curl");
	EXPECT_USAGE("the verb list-stages takes no COMMAND", "--list-stages", "curl");
	EXPECT_USAGE("no COMMAND behind --", "trace", "--");
}

static void a_command_can_be_called_like_a_verb(void **state)
{
	static const char *const words[] = { "trace", "list-stages", "record", "list" };
	struct parsed parsed;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		PARSE(&parsed, "-q", "--", words[i], "x");
		assert_int_equal(parsed.options.verb, VERB_TRACE);
		assert_ptr_equal(parsed.options.run.command, &parsed.argv[3]);
		expect_success(&parsed);
		/* after a verb, these words can only be COMMAND */
		PARSE(&parsed, "trace", words[i]);
		assert_ptr_equal(parsed.options.run.command, &parsed.argv[2]);
		expect_success(&parsed);
	}
	/* verbs are not abbreviated */
	PARSE(&parsed, "list-stage");
	assert_int_equal(parsed.options.verb, VERB_TRACE);
	assert_ptr_equal(parsed.options.run.command, &parsed.argv[1]);
	expect_success(&parsed);
}

static void verbs_to_come_are_reserved(void **state)
{
	static const char *const words[] = {
		"record", "report", "count", "life", "leaks", "list",
	};
	char message[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(message, sizeof(message),
			 "%s is to become a verb of a later version: put -- before a COMMAND of "
			 "this name",
			 words[i]);
		EXPECT_USAGE(message, words[i]);
		EXPECT_USAGE(message, "-q", words[i], "--help");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trace_is_the_default),
		cmocka_unit_test(lists_stages),
		cmocka_unit_test(a_verb_takes_its_own_options),
		cmocka_unit_test(a_verb_takes_a_command_or_not),
		cmocka_unit_test(a_command_can_be_called_like_a_verb),
		cmocka_unit_test(verbs_to_come_are_reserved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
