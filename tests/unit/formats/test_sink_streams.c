// SPDX-License-Identifier: GPL-2.0
/* Tests the sink with standard output, to which others write as well, and with pipes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "fixtures/sink_fixture.h"

/* Redirect standard output to the file, which is not empty. Return the old descriptor. */
static int divert_output(struct test *test, int flags)
{
	int saved = dup(STDOUT_FILENO);
	int fd;

	files__write_text(test->path, "before\n");
	fd = open(test->path, O_WRONLY | flags);
	assert_true(saved >= 0 && fd >= 0);
	assert_true(dup2(fd, STDOUT_FILENO) >= 0);
	close(fd);
	return saved;
}

static void restore_output(int saved)
{
	assert_true(dup2(saved, STDOUT_FILENO) >= 0);
	close(saved);
}

/* Write one creation, and a part of the next one, to standard output. */
static void write_a_part(struct test *test)
{
	struct sink *sink = open_sink(test, NULL, &words);

	messages__begin(&test->messages);
	assert_true(add(sink, "one", false));
	assert_true(add(sink, "two", false));
	ANSWER({ .most = strlen(WORDS_HEAD "one\nt") }, { .error = ENOSPC });
	assert_false(sink__flush(sink));
	expect_missing(sink, 1, 0);
	expect_failed_close(test, sink);
	strcpy(test->path + strlen(test->folder), "/out");
	assert_string_equal(
		test->messages.text,
		"sockcreate-trace: cannot write to standard output: No space left on device\n");
}

static void takes_back_what_it_appended(void **state)
{
	struct test *test = *state;
	int saved = divert_output(test, O_APPEND);

	write_a_part(test);
	restore_output(saved);
	expect_file(test->path, "before\n" WORDS_HEAD "one\n");
}

/* What others write to it next goes to where the sink's output ends now. */
static void leaves_no_hole_in_standard_output(void **state)
{
	struct test *test = *state;
	int saved = divert_output(test, O_TRUNC);

	write_a_part(test);
	assert_int_equal(write(STDOUT_FILENO, "other\n", 6), 6);
	restore_output(saved);
	expect_file(test->path, WORDS_HEAD "one\nother\n");
}

static void add_other(int fd)
{
	assert_int_equal(syscall(SYS_write, fd, "other\n", 6), 6);
}

static void takes_back_nothing_of_others(void **state)
{
	struct test *test = *state;
	int saved = divert_output(test, O_APPEND);

	kernel.behind = add_other;
	write_a_part(test);
	restore_output(saved);
	expect_file(test->path, "before\n" WORDS_HEAD "one\ntother\n");
}

/* Append to the file that this descriptor writes to, as another process does. */
static void append_to_file(int fd)
{
	char path[64];
	int other;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	other = open(path, O_WRONLY | O_APPEND);
	assert_true(other >= 0);
	add_other(other);
	assert_int_equal(syscall(SYS_close, other), 0);
}

static void takes_back_nothing_before_what_others_appended(void **state)
{
	struct test *test = *state;
	int saved = divert_output(test, O_TRUNC);

	kernel.behind = append_to_file;
	write_a_part(test);
	restore_output(saved);
	expect_file(test->path, WORDS_HEAD "one\ntother\n");
}

/* Redirect standard output to a pipe. Return its read end. */
static int divert_to_pipe(struct test *test)
{
	int pipes[2];

	assert_int_equal(pipe(pipes), 0);
	snprintf(test->path, sizeof(test->path), "/proc/self/fd/%d", pipes[1]);
	return pipes[0];
}

static void close_writer(const struct test *test)
{
	close(atoi(test->path + strlen("/proc/self/fd/")));
}

static void notices_that_the_reader_is_gone(void **state)
{
	struct test *test = *state;
	int reader = divert_to_pipe(test);
	struct sink *sink = open_sink(test, test->path, &words);

	assert_true(sink__pipe_fd(sink) >= 0);
	messages__begin(&test->messages);
	signal(SIGPIPE, SIG_IGN);
	assert_true(sink__flush(sink));
	assert_true(add(sink, "one", true));
	close(reader);
	assert_false(sink__flush(sink));
	signal(SIGPIPE, SIG_DFL);
	assert_true(sink__reader_gone(sink));
	expect_missing(sink, 1, 1);
	assert_false(sink__close(sink, &test->account));
	messages__end(&test->messages);
	assert_string_equal(test->messages.text, "");
	close_writer(test);
}

/* Add more than fits into a pipe that is not being read. */
static bool fill(struct sink *sink, int words_to_add)
{
	bool open = true;
	int i;

	for (i = 0; i < words_to_add; i++)
		open &= add(sink, "123456789", false);
	return open & sink__flush(sink);
}

#define MORE_THAN_A_PIPE 20000 /* words of ten bytes: a pipe has 65536 */

static void gives_up_a_reader_after_a_signal(void **state)
{
	struct test *test = *state;
	int reader = divert_to_pipe(test);
	struct sink *sink = open_sink(test, test->path, &words);
	const struct sink_interrupts interrupts = { eventfd(1, 0), { -1, -1 }, NULL, NULL };
	char line[4 * FILES_PATH_SIZE];
	int written;

	messages__begin(&test->messages);
	sink__set_interrupts(sink, &interrupts);
	assert_false(fill(sink, MORE_THAN_A_PIPE));
	/* Only whole words among what is in the pipe count as shown. */
	assert_int_equal(ioctl(reader, FIONREAD, &written), 0);
	expect_missing(sink, MORE_THAN_A_PIPE - ((size_t)written - strlen(WORDS_HEAD)) / 10, 0);
	expect_failed_close(test, sink);
	snprintf(line, sizeof(line),
		 "sockcreate-trace: %s does not take the output: the end of it is missing\n",
		 test->path);
	assert_string_equal(test->messages.text, line);
	close(interrupts.signal_fd);
	close(reader);
	close_writer(test);
}

/* At the end of the trace, the reader reads again. */
static void read_all(void *context)
{
	const int *reader = context;
	char data[65536];

	while (read(*reader, data, sizeof(data)) == sizeof(data))
		;
}

static void waits_for_a_reader_at_the_end_of_the_trace(void **state)
{
	struct test *test = *state;
	int reader = divert_to_pipe(test);
	struct sink *sink = open_sink(test, test->path, &words);
	const struct sink_interrupts interrupts = { -1, { -1, eventfd(1, 0) }, read_all, &reader };

	fcntl(reader, F_SETFL, O_NONBLOCK);
	sink__set_interrupts(sink, &interrupts);
	/* It must be at most what fits into the pipe, and what was read from it. */
	assert_true(fill(sink, 8000));
	expect_missing(sink, 0, 0);
	assert_true(sink__close(sink, &test->account));
	close(interrupts.end_fds[1]);
	close(reader);
	close_writer(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(takes_back_what_it_appended),
		TEST(leaves_no_hole_in_standard_output),
		TEST(takes_back_nothing_of_others),
		TEST(takes_back_nothing_before_what_others_appended),
		TEST(notices_that_the_reader_is_gone),
		TEST(gives_up_a_reader_after_a_signal),
		TEST(waits_for_a_reader_at_the_end_of_the_trace),
	};

	return cmocka_run_group_tests_name("sink_streams", tests, NULL, NULL);
}
