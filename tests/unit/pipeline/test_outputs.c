// SPDX-License-Identifier: GPL-2.0
/*
 * Tests several outputs at a time: which ones can be combined, and what counts as shown if some
 * fail.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>

#include "fixtures/kernel_answers.h"
#include "fixtures/pipeline_fixture.h"
#include "fixtures/python.h"

/* Add creations to all outputs, the first ones of which have failed, and close them. */
static bool add_and_close(struct fixture *fixture, int creations, int failed)
{
	bool success;
	int i;

	messages__begin(&fixture->messages);
	for (i = 0; i < creations; i++) {
		struct wire_record record = { .ret = i < failed ? -EMFILE : 3, .comm = "curl" };
		const struct tree tree = { .record = &record };

		outputs__creation(&fixture->outputs, &tree);
		fixture->account.shown++;
		fixture->account.failed += i < failed;
	}
	success = outputs__close(&fixture->outputs, &fixture->account);
	messages__end(&fixture->messages);
	return success;
}

static void cannot_begin_on_a_full_device(void **state)
{
	struct fixture *fixture = *state;

	ask_for(fixture, &words, "/dev/full");
	messages__begin(&fixture->messages);
	assert_int_equal(outputs__open(&fixture->outputs, &fixture->presentation), 0);
	assert_int_equal(outputs__begin(&fixture->outputs, &fixture->header, &fixture->presentation,
					NULL),
			 -1);
	assert_false(outputs__close(&fixture->outputs, &fixture->account));
	messages__end(&fixture->messages);
	assert_string_equal(
		fixture->messages.text,
		"sockcreate-trace: cannot write to /dev/full: No space left on device\n");
}

static void needs_what_one_of_them_needs(void **state)
{
	struct out_format first = words, second = words_at_end;
	struct fixture *fixture = *state;
	struct format_needs needs;

	ask_for(fixture, &first, NULL);
	ask_for(fixture, &second, NULL);
	begin_outputs(fixture);
	needs = outputs__needs(&fixture->outputs);
	assert_false(needs.tree || needs.processes || needs.state);
	first.needs.tree = true;
	second.needs.processes = true;
	needs = outputs__needs(&fixture->outputs);
	assert_true(needs.tree && needs.processes && !needs.state);
	first.needs.state = true;
	needs = outputs__needs(&fixture->outputs);
	assert_true(needs.state);
	assert_true(outputs__close(&fixture->outputs, &fixture->account));
}

static void says_what_is_observed_from_here_on(void **state)
{
	struct fixture *fixture = *state;
	int json = ask_for(fixture, &out_jsonl, NULL);

	/* This format has no function for observed stages. */
	ask_for(fixture, &words, NULL);
	begin_outputs(fixture);
	outputs__observed(&fixture->outputs, NR_STAGES + AF_INET);
	assert_true(outputs__close(&fixture->outputs, &fixture->account));
	run_python("stage = lines(sys.argv[1])[1]\n"
		   "same('stage', [stage['event'], stage['name']], ['stage', 'inet_create'])\n",
		   fixture->paths[json], NULL);
}

/* The third creation is cut off in the middle. */
static void takes_off_what_no_output_has(void **state)
{
	struct fixture *fixture = *state;
	int text = ask_for(fixture, &words, NULL);

	begin_outputs(fixture);
	ANSWER({ .most = strlen("curl\ncurl\ncu") }, { .error = ENOSPC });
	assert_false(add_and_close(fixture, 4, 3));
	expect_account(fixture, 2, 2, 2);
	expect_text(fixture, text, WORDS_HEAD "curl\ncurl\n");
}

static void takes_off_what_failed_at_the_end(void **state)
{
	struct fixture *fixture = *state;

	ask_for(fixture, &words_at_end, "/dev/full");
	begin_outputs(fixture);
	assert_false(add_and_close(fixture, 3, 1));
	expect_account(fixture, 0, 0, 3);
	assert_string_equal(
		fixture->messages.text,
		"sockcreate-trace: cannot write to /dev/full: No space left on device\n");
}

static void has_shown_what_one_output_has(void **state)
{
	struct fixture *fixture = *state;
	int text;

	ask_for(fixture, &words_at_end, "/dev/full");
	text = ask_for(fixture, &words, NULL);
	begin_outputs(fixture);
	assert_false(add_and_close(fixture, 3, 1));
	expect_account(fixture, 3, 1, 0);
	expect_text(fixture, text, WORDS_HEAD "curl\ncurl\ncurl\n" WORDS_END);
}

/* Begin an output to a pipe. Return the pipe's read end. */
static int begin_pipe(struct fixture *fixture)
{
	static char path[64];
	int pipes[2];

	assert_int_equal(pipe(pipes), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", pipes[1]);
	ask_for(fixture, &words, path);
	begin_outputs(fixture);
	close(pipes[1]);
	signal(SIGPIPE, SIG_IGN);
	return pipes[0];
}

/* A reader that closes the pipe has seen what it wanted. */
static void takes_a_reader_that_is_gone_for_no_failure(void **state)
{
	struct fixture *fixture = *state;

	close(begin_pipe(fixture));
	assert_true(add_and_close(fixture, 2, 1));
	expect_account(fixture, 0, 0, 2);
	assert_string_equal(fixture->messages.text, "");
}

/* This is also true for one that has read all creations and closes before the end. */
static void takes_a_reader_that_goes_at_the_end_for_no_failure(void **state)
{
	struct fixture *fixture = *state;
	int reader = begin_pipe(fixture);

	assert_true(outputs__flush(&fixture->outputs));
	close(reader);
	assert_true(add_and_close(fixture, 0, 0));
	assert_string_equal(fixture->messages.text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cannot_begin_on_a_full_device),
		TEST(needs_what_one_of_them_needs),
		TEST(says_what_is_observed_from_here_on),
		TEST(takes_off_what_no_output_has),
		TEST(takes_off_what_failed_at_the_end),
		TEST(has_shown_what_one_output_has),
		TEST(takes_a_reader_that_is_gone_for_no_failure),
		TEST(takes_a_reader_that_goes_at_the_end_for_no_failure),
	};

	return cmocka_run_group_tests_name("outputs", tests, NULL, NULL);
}
