// SPDX-License-Identifier: GPL-2.0
/* Tests the sink with files that it does not begin, or not end, alone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixtures/sink_fixture.h"

static struct sink *append(struct test *test)
{
	static const struct out_style style;
	struct sink *sink = sink__open_to_append(test->path);

	assert_non_null(sink);
	assert_true(sink__begin(sink, &words, &test->header, &style));
	return sink;
}

static void appends_to_a_file(void **state)
{
	struct test *test = *state;
	struct sink *sink = append(test);

	assert_true(add(sink, "one", false));
	assert_true(sink__close(sink, &test->account));
	sink = append(test);
	assert_true(add(sink, "two", false));
	assert_true(sink__flush(sink));
	/* Others append as well. */
	sink__close(append(test), &test->account);
	assert_true(sink__close(sink, &test->account));
	expect_file(test->path,
		    WORDS_HEAD "one\n" WORDS_END WORDS_HEAD "two\n" WORDS_HEAD WORDS_END WORDS_END);
}

static void appends_behind_a_line_that_is_not_whole(void **state)
{
	struct test *test = *state;

	files__write_text(test->path, "tor");
	assert_true(sink__close(append(test), &test->account));
	expect_file(test->path, "tor\n" WORDS_HEAD WORDS_END);
}

static void overwrites_otherwise(void **state)
{
	struct test *test = *state;

	files__write_text(test->path, "before\n");
	assert_true(sink__close(open_sink(test, test->path, &words), &test->account));
	expect_file(test->path, WORDS_HEAD WORDS_END);
}

static void move_away(const struct test *test, char *moved, size_t size)
{
	snprintf(moved, size, "%s.1", test->path);
	assert_int_equal(rename(test->path, moved), 0);
}

static void goes_on_in_a_new_file(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, test->path, &words);
	char moved[3 * FILES_PATH_SIZE];

	assert_true(add(sink, "one", false));
	move_away(test, moved, sizeof(moved));
	assert_true(add(sink, "two", false));
	sink__reopen(sink);
	expect_file(moved, WORDS_HEAD "one\ntwo\n");
	expect_file(test->path, WORDS_HEAD);
	assert_true(add(sink, "three", false));
	assert_true(sink__close(sink, &test->account));
	expect_file(moved, WORDS_HEAD "one\ntwo\n");
	expect_file(test->path, WORDS_HEAD "three\n" WORDS_END);
}

/* Nothing is lost where the file is still in its place, or another one can't be made. */
static void keeps_the_file(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, test->path, &words);
	char moved[3 * FILES_PATH_SIZE];

	assert_true(add(sink, "one", false));
	sink__reopen(sink);
	assert_true(sink__flush(sink));
	expect_file(test->path, WORDS_HEAD "one\n");
	move_away(test, moved, sizeof(moved));
	assert_int_equal(mkdir(test->path, 0755), 0);
	messages__begin(&test->messages);
	sink__reopen(sink);
	messages__end(&test->messages);
	assert_non_null(strstr(test->messages.text, "cannot reopen"));
	assert_true(add(sink, "two", false));
	assert_true(sink__close(sink, &test->account));
	expect_file(moved, WORDS_HEAD "one\ntwo\n" WORDS_END);
}

/* A file of this format ends with what closes it, at any time. */
static void closes_the_old_file(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, test->path, &out_timeline);
	char moved[3 * FILES_PATH_SIZE], text[4096];
	FILE *file;
	int i;

	assert_true(sink__flush(sink));
	move_away(test, moved, sizeof(moved));
	sink__reopen(sink);
	assert_true(sink__close(sink, &test->account));
	for (i = 0; i < 2; i++) {
		file = fopen(i ? moved : test->path, "r");
		assert_non_null(file);
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		fclose(file);
		assert_memory_equal(text, "{\"displayTimeUnit\":", 19);
		assert_string_equal(text + strlen(text) - 4, "\n]}\n");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(appends_to_a_file),    TEST(appends_behind_a_line_that_is_not_whole),
		TEST(overwrites_otherwise), TEST(goes_on_in_a_new_file),
		TEST(keeps_the_file),	    TEST(closes_the_old_file),
	};

	return cmocka_run_group_tests_name("sink_files", tests, NULL, NULL);
}
