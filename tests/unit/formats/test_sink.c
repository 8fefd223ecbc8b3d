// SPDX-License-Identifier: GPL-2.0
/*
 * Tests the sink with a file: what gets there, and what it reports about the rest. No creation may
 * count as shown if only a part of it, or nothing, is in the output.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixtures/sink_fixture.h"

static void writes_at_flushes(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, test->path, &words);

	expect_file(test->path, "");
	assert_true(sink__flush(sink));
	expect_file(test->path, WORDS_HEAD);
	assert_true(add(sink, "one", false));
	expect_file(test->path, WORDS_HEAD);
	assert_true(add(sink, "two", true));
	assert_true(sink__flush(sink));
	expect_file(test->path, WORDS_HEAD "one\ntwo\n");
	assert_int_equal(sink__written(sink), strlen(WORDS_HEAD "one\ntwo\n"));
	assert_true(sink__close(sink, &test->account));
	expect_file(test->path, WORDS_HEAD "one\ntwo\n" WORDS_END);
}

/* Output that is not flushed is written when there is much of it. */
static void writes_what_has_gathered(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, test->path, &words);
	int added = 0;

	while (!sink__written(sink)) {
		assert_true(add(sink, "word", false));
		assert_in_range(++added, 1, 1 << 20);
	}
	assert_int_equal(sink__written(sink), strlen(WORDS_HEAD) + 5 * added);
	assert_true(sink__close(sink, &test->account));
}

static void ends_once(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, test->path, &words);

	assert_true(sink__end(sink, &test->account));
	assert_true(sink__end(sink, &test->account));
	assert_true(sink__close(sink, &test->account));
	expect_file(test->path, WORDS_HEAD WORDS_END);
	assert_true(sink__close(NULL, &test->account));
}

static void goes_on_behind_partial_writes(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, test->path, &words);

	assert_true(add(sink, "one", false));
	ANSWER({ .error = EINTR }, { .most = 3 }, { .error = EAGAIN }, { .most = 1 });
	assert_true(sink__flush(sink));
	assert_int_equal(kernel.next, 4);
	expect_missing(sink, 0, 0);
	assert_true(sink__close(sink, &test->account));
	expect_file(test->path, WORDS_HEAD "one\n" WORDS_END);
}

static void takes_back_half_a_line(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, test->path, &words);

	messages__begin(&test->messages);
	assert_true(sink__flush(sink));
	assert_true(add(sink, "one", false));
	assert_true(add(sink, "two", true));
	assert_true(add(sink, "three", true));
	ANSWER({ .most = strlen("one\ntw") }, { .error = ENOSPC });
	assert_false(sink__flush(sink));
	expect_missing(sink, 2, 2);
	/* What comes after that is missing, too. */
	assert_false(add(sink, "four", false));
	expect_missing(sink, 3, 2);
	expect_failed_close(test, sink);
	expect_file(test->path, WORDS_HEAD "one\n");
	expect_message(test, "No space left on device");
}

static void takes_back_what_ends_with_no_whole_line(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, test->path, &words);

	messages__begin(&test->messages);
	assert_true(add(sink, "one", false));
	ANSWER({ .most = 2 }, { .error = EIO });
	expect_failed_close(test, sink);
	expect_file(test->path, "");
	expect_message(test, "Input/output error");
}

/* This uses a limit that the kernel enforces. */
static void keeps_to_a_limit_of_file_size(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, test->path, &words);
	struct rlimit before, limit;

	messages__begin(&test->messages);
	assert_true(add(sink, "one", false));
	assert_true(add(sink, "two", false));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = strlen(WORDS_HEAD "one\nt");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	sink__flush(sink);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	expect_missing(sink, 1, 0);
	expect_failed_close(test, sink);
	expect_file(test->path, WORDS_HEAD "one\n");
	expect_message(test, "File too large");
}

static void takes_back_half_an_end(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, test->path, &words);

	messages__begin(&test->messages);
	assert_true(add(sink, "one", false));
	assert_true(sink__flush(sink));
	ANSWER({ .most = 2 }, { .error = ENOSPC });
	assert_false(sink__end(sink, &test->account));
	expect_missing(sink, 0, 0);
	expect_failed_close(test, sink);
	expect_file(test->path, WORDS_HEAD "one\n");
}

/* A device can't be truncated. */
static void fails_on_a_full_device(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, "/dev/full", &words);

	messages__begin(&test->messages);
	assert_true(add(sink, "one", true));
	assert_false(sink__flush(sink));
	expect_missing(sink, 1, 1);
	strcpy(test->path, "/dev/full");
	expect_failed_close(test, sink);
	expect_message(test, "No space left on device");
}

static void says_what_a_failed_close_says(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, test->path, &words);

	messages__begin(&test->messages);
	assert_true(sink__end(sink, &test->account));
	kernel.close_error = EDQUOT;
	assert_false(sink__close(sink, &test->account));
	messages__end(&test->messages);
	expect_message(test, "Disk quota exceeded");
}

static void cannot_open_what_is_not_there(void **state)
{
	struct test *test = *state;

	snprintf(test->path, sizeof(test->path), "%s/no/folder", test->folder);
	messages__begin(&test->messages);
	assert_null(sink__open(test->path));
	messages__end(&test->messages);
	expect_message(test, "No such file or directory");
}

static void counts_what_comes_with_a_later_part(void **state)
{
	struct test *test = *state;
	struct sink *sink = open_sink(test, test->path, &words_in_intervals);

	messages__begin(&test->messages);
	assert_true(add(sink, "one", false));
	assert_true(add(sink, "two", true));
	assert_true(sink__flush(sink));
	expect_file(test->path, "");
	sink__tick(sink, 1);
	assert_true(sink__flush(sink));
	expect_file(test->path, "2\n");
	assert_true(add(sink, "three", true));
	sink__tick(sink, 2);
	assert_true(add(sink, "four", true));
	ANSWER({ .most = 1 }, { .error = ENOSPC });
	assert_false(sink__flush(sink));
	expect_missing(sink, 2, 2);
	expect_failed_close(test, sink);
	expect_file(test->path, "2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(writes_at_flushes),
		TEST(writes_what_has_gathered),
		TEST(ends_once),
		TEST(goes_on_behind_partial_writes),
		TEST(takes_back_half_a_line),
		TEST(takes_back_what_ends_with_no_whole_line),
		TEST(keeps_to_a_limit_of_file_size),
		TEST(takes_back_half_an_end),
		TEST(fails_on_a_full_device),
		TEST(says_what_a_failed_close_says),
		TEST(cannot_open_what_is_not_there),
		TEST(counts_what_comes_with_a_later_part),
	};

	return cmocka_run_group_tests_name("sink", tests, NULL, NULL);
}
