// SPDX-License-Identifier: GPL-2.0
/* Tests which outputs follow from --format, -o and --timeline. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "fixtures/command_line.h"

/* Expect these outputs, in their order, written as FORMAT:FILE: "line:a jsonl:-". */
static void expect_outputs(struct parsed *parsed, const char *expected)
{
	const struct presentation *presentation = &parsed->options.presentation;
	char found[200] = "";
	int i;

	for (i = 0; i < presentation->nr_outputs; i++) {
		const struct output_request *output = &presentation->outputs[i];

		snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s%s:%s",
			 i ? " " : "", output->format->name, output->path ? output->path : "-");
	}
	expect_success(parsed);
	assert_string_equal(found, expected);
}

#define EXPECT_OUTPUTS(expected, ...)              \
	do {                                       \
		struct parsed right_;              \
		PARSE(&right_, __VA_ARGS__);       \
		expect_outputs(&right_, expected); \
	} while (0)

static void takes_a_format(void **state)
{
	(void)state;
	EXPECT_OUTPUTS("line:-", "--format", "line");
	EXPECT_OUTPUTS("tree:-", "--format=jsonl", "--format=tree");
	EXPECT_OUTPUTS("", "--format", "none");
	EXPECT_USAGE("--format needs a value", "--format");
}

static void refuses_unknown_formats(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "--format", "lines");
	assert_int_equal(parsed.result, OPTIONS_USAGE);
	assert_non_null(strstr(parsed.err, "unknown format \"lines\", there are tree, line, "));
	assert_non_null(strstr(parsed.err, ", none\n"));
}

static void takes_a_file(void **state)
{
	(void)state;
	EXPECT_OUTPUTS("tree:a", "-o", "a");
	EXPECT_OUTPUTS("jsonl:a", "-o", "a", "--format", "jsonl");
	EXPECT_OUTPUTS("jsonl:a", "--format", "jsonl", "--output=a");
	EXPECT_OUTPUTS("line:a line:b", "-o", "a", "-o", "b", "--format", "line");
	EXPECT_OUTPUTS("tree:-", "-o", "-");
	EXPECT_OUTPUTS("tree:./-", "-o", "./-");
	EXPECT_USAGE("--output needs a --format other than none", "--format", "none", "-o", "a");
}

static void takes_a_timeline(void **state)
{
	(void)state;
	EXPECT_OUTPUTS("tree:- timeline:b", "--timeline", "b");
	EXPECT_OUTPUTS("line:a timeline:b", "--format", "line", "-o", "a", "--timeline=b");
	EXPECT_OUTPUTS("timeline:b", "--format", "none", "--timeline", "b");
	EXPECT_OUTPUTS("timeline:line:b", "--format", "none", "--timeline", "line:b");
}

/* Expect success, with this one warning. */
#define EXPECT_WARNING(warning, ...)                                                 \
	do {                                                                         \
		struct parsed warned_;                                               \
		PARSE(&warned_, __VA_ARGS__);                                        \
		assert_int_equal(warned_.result, OPTIONS_RUN);                       \
		assert_string_equal(warned_.err, "sockcreate-trace: " warning "\n"); \
		options__free(&warned_.options);                                     \
	} while (0)

static void warns_of_what_no_output_shows(void **state)
{
#define NO_STATE  "--state: no output shows what the functions set; these formats do: "
#define NO_STACKS "no output shows stacks; these formats do: tree, line, jsonl, timeline"
#define NO_TREE	  "--no-tree: no output can do without its tree; these formats can: jsonl"
	(void)state;
	EXPECT_WARNING(NO_STATE "tree, jsonl, timeline", "--state", "-o", "line:a", "-o",
		       "folded:b");
	EXPECT_WARNING(NO_STATE "tree, jsonl, timeline", "--format", "none", "--state");
	EXPECT_WARNING(NO_STATE "tree, timeline", "--state", "--no-tree", "--format", "jsonl");
	EXPECT_WARNING("--kernel-stack: " NO_STACKS, "-K", "--format", "folded");
	EXPECT_WARNING("--user-stack: " NO_STACKS, "-U", "--format", "none");
	EXPECT_WARNING("--stack: " NO_STACKS, "--stack", "both", "-o", "folded:a");
	EXPECT_WARNING(NO_TREE, "--no-tree");
	EXPECT_WARNING(NO_TREE, "--no-tree", "-o", "line:a", "--timeline", "b");
	/* One output that shows it is enough. */
	EXPECT_OUTPUTS("line:a jsonl:b", "--state", "-o", "line:a", "-o", "jsonl:b");
	EXPECT_OUTPUTS("folded:a line:b", "-KU", "-o", "folded:a", "-o", "line:b");
	EXPECT_OUTPUTS("jsonl:a tree:-", "--no-tree", "--state", "-o", "jsonl:a", "-o", "tree:-");
	/* -q silences warnings, wherever it stands. */
	EXPECT_OUTPUTS("line:-", "--state", "--no-tree", "--format", "line", "-q");
}

static void takes_files_with_formats(void **state)
{
	(void)state;
	EXPECT_OUTPUTS("line:a", "-o", "line:a");
	EXPECT_OUTPUTS("line:a jsonl:b", "-o", "line:a", "-o", "jsonl:b");
	EXPECT_OUTPUTS("tree:- line:a", "-o", "line:a", "--format", "tree");
	EXPECT_OUTPUTS("line:a tree:b", "-o", "line:a", "-o", "b");
	EXPECT_OUTPUTS("line:a", "-o", "line:a", "--format", "none");
	EXPECT_OUTPUTS("jsonl:- timeline:b", "-o", "jsonl:-", "--timeline", "b");
	EXPECT_OUTPUTS("line:a:b", "-o", "line:a:b");
	EXPECT_USAGE("--output: there is no file behind \"line:\"", "-o", "line:");
}

static void a_prefix_is_a_format_only_if_there_is_one(void **state)
{
	(void)state;
	EXPECT_OUTPUTS("tree:./line:x", "-o", "./line:x");
	EXPECT_OUTPUTS("tree:lines:x", "-o", "lines:x");
	EXPECT_OUTPUTS("tree:lin:x", "-o", "lin:x");
	EXPECT_OUTPUTS("tree:Line:x", "-o", "Line:x");
	EXPECT_OUTPUTS("tree:none:x", "-o", "none:x");
	EXPECT_OUTPUTS("tree::x", "-o", ":x");
	EXPECT_OUTPUTS("tree:line", "-o", "line");
}

static void refuses_two_outputs_to_one_place(void **state)
{
	static const char twice[] = "two outputs go to \"a\": name another file for one";
	static const char both[] = "two outputs go to standard output: name a file for one";

	(void)state;
	EXPECT_USAGE(twice, "-o", "a", "--timeline", "a");
	EXPECT_USAGE(twice, "-o", "line:a", "-o", "jsonl:a");
	EXPECT_USAGE(twice, "-o", "line:b", "-o", "a", "-o", "line:a");
	EXPECT_USAGE(both, "-o", "line:-", "--format", "tree");
	EXPECT_USAGE(both, "-o", "line:-", "-o", "tree:-");
	EXPECT_USAGE(both, "--timeline", "-");
}

static void limits_the_number_of_outputs(void **state)
{
	static const char too_many[] = "there can be at most 8 outputs";

	(void)state;
	EXPECT_OUTPUTS("line:1 line:2 line:3 line:4 line:5 line:6 line:7 tree:8", "-o", "line:1",
		       "-o", "line:2", "-o", "line:3", "-o", "line:4", "-o", "line:5", "-o",
		       "line:6", "-o", "line:7", "-o", "8");
	EXPECT_USAGE(too_many, "-o", "1", "-o", "2", "-o", "3", "-o", "4", "-o", "5", "-o", "6",
		     "-o", "7", "-o", "8", "-o", "9");
	/* standard output counts as one */
	EXPECT_USAGE(too_many, "--format=tree", "-o", "line:1", "-o", "line:2", "-o", "line:3",
		     "-o", "line:4", "-o", "line:5", "-o", "line:6", "-o", "line:7", "-o",
		     "line:8");
}

static void formats_say_what_they_need(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "-o", "line:a");
	assert_false(parsed.options.selection.identify_processes);
	expect_success(&parsed);
	PARSE(&parsed, "-o", "line:a", "-o", "jsonl:b");
	assert_true(parsed.options.selection.identify_processes);
	expect_success(&parsed);
}

static void appends(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "--append", "-o", "jsonl:a", "-o", "line:b");
	assert_true(parsed.options.presentation.append);
	expect_success(&parsed);
	/* What goes to standard output is not emptied in any case. */
	PARSE(&parsed, "--append", "--format", "tree", "-o", "jsonl:a");
	expect_success(&parsed);
	PARSE(&parsed, "-o", "jsonl:a");
	assert_false(parsed.options.presentation.append);
	expect_success(&parsed);
	EXPECT_USAGE("--append: a file in format timeline can't be appended to; these formats can: "
		     "line, jsonl",
		     "--append", "-o", "jsonl:a", "-o", "timeline:b");
	EXPECT_USAGE("--append: a file in format tree can't be appended to; these formats can: "
		     "line, jsonl",
		     "--append", "-o", "a");
	EXPECT_USAGE("--append needs --output FILE", "--append");
	EXPECT_USAGE("--append needs --output FILE", "--append", "--format", "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_a_format),
		cmocka_unit_test(refuses_unknown_formats),
		cmocka_unit_test(takes_a_file),
		cmocka_unit_test(takes_a_timeline),
		cmocka_unit_test(warns_of_what_no_output_shows),
		cmocka_unit_test(takes_files_with_formats),
		cmocka_unit_test(a_prefix_is_a_format_only_if_there_is_one),
		cmocka_unit_test(refuses_two_outputs_to_one_place),
		cmocka_unit_test(limits_the_number_of_outputs),
		cmocka_unit_test(formats_say_what_they_need),
		cmocka_unit_test(appends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
