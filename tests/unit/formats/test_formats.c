// SPDX-License-Identifier: GPL-2.0
/* The table of formats: what holds of each of them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <string.h>

#include "formats/formats.h"

static void finds_formats_by_their_whole_names(void **state)
{
	(void)state;
	assert_ptr_equal(formats__find("tree", 4), &out_tree);
	assert_ptr_equal(formats__find("line:out.txt", 4), &out_line);
	assert_ptr_equal(formats__find("jsonl", 5), &out_jsonl);
	assert_ptr_equal(formats__find("timeline", 8), &out_timeline);
	assert_ptr_equal(formats__find("folded", 6), &out_folded);
	assert_null(formats__find("json", 4));
	assert_null(formats__find("jsonl", 4));
	assert_null(formats__find("jsonl:", 6));
	assert_null(formats__find("Tree", 4));
	assert_null(formats__find("", 0));
	assert_null(formats__find(NO_FORMAT_NAME, strlen(NO_FORMAT_NAME)));
}

static void has_the_tree_first(void **state)
{
	(void)state;
	assert_ptr_equal(formats[0], &out_tree);
}

static void says_of_each_what_it_is(void **state)
{
	int i, j;

	(void)state;
	for (i = 0; i < nr_formats; i++) {
		const struct out_format *format = formats[i];

		assert_ptr_equal(formats__find(format->name, strlen(format->name)), format);
		for (j = 0; format->name[j]; j++)
			assert_true(islower(format->name[j]));
		assert_in_range(strlen(format->help), 1, 60);
		assert_in_range(strlen(format->ending), 1, 8);
		assert_true(format->ending[0] != '.');
		assert_true(format->create && format->destroy && format->creation);
		/* What comes at the end alone has nothing to be closed before that. */
		assert_true(!format->writes_at_end || (format->end && !format->closing));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_formats_by_their_whole_names),
		cmocka_unit_test(has_the_tree_first),
		cmocka_unit_test(says_of_each_what_it_is),
	};

	return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
