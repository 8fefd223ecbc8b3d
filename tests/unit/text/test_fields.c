// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "text/duration.h"
#include "text/fields.h"
#include "text/local_time.h"
#include "text/rfc3339.h"
#include "text/text.h"

/*
 * Write a value into a block of exactly its kind's size, so that AddressSanitizer sees what exceeds
 * it.
 */
#define EXPECT(expected, kind, ...)                                   \
	do {                                                          \
		char *block_ = malloc(SIZEOF_##kind);                 \
		const char *end_;                                     \
                                                                      \
		assert_non_null(block_);                              \
		end_ = put_##kind(block_, ##__VA_ARGS__);             \
		assert_int_equal(end_ - block_, strlen(expected));    \
		assert_memory_equal(block_, expected, end_ - block_); \
		free(block_);                                         \
	} while (0)

static void kinds_hold_their_longest_values(void **state)
{
	struct local_time clock = { 0 };
	struct rfc3339 rfc3339 = { 0 };
	char *text;

	(void)state;
	EXPECT("18446744073709551615", u64, UINT64_MAX);
	EXPECT("-9223372036854775808", s64, INT64_MIN);
	EXPECT("4294967295", u32, UINT32_MAX);
	EXPECT("-2147483648", s32, INT32_MIN);
	EXPECT("18446744073.71 s", duration, UINT64_MAX, true);
	EXPECT("999.9 µs", duration, 999949, true);
	EXPECT("1970-01-01T00:00:01.000000000Z", rfc3339, &rfc3339, 1000000000, 0);
	EXPECT("\033[31m", begin_color, TEXT_RED, true);
	EXPECT("\033[0m", end_color, true);
	/* The test must not depend on the time zone. */
	text = malloc(SIZEOF_local_us);
	assert_ptr_equal(put_local_us(text, &clock, 0), text + strlen("00:00:00.000000"));
	free(text);
	text = malloc(SIZEOF_local_ms);
	assert_ptr_equal(put_local_ms(text, &clock, 0), text + strlen("00:00:00.000"));
	free(text);
}

#define COUNTS_FIELDS(F, IF)                 \
	F(u64, "made ", made)                \
	IF(failed, u64, ", failed ", failed) \
	IF(failed > made, nothing, " (strange)")
DEFINE_FIELDS(counts, COUNTS_FIELDS, __u64 made, __u64 failed);

#define LINE_FIELDS(F, IF)            \
	F(counts, "# ", made, failed) \
	COUNTS_FIELDS(F, IF)          \
	F(nothing, "\n")
DEFINE_FIELDS(line, LINE_FIELDS, __u64 made, __u64 failed);

/* The compiler knows how much a list can write at most. */
_Static_assert(SIZEOF_counts == 5 + 20 + 9 + 20 + 10, "texts and values, whatever the conditions");
_Static_assert(SIZEOF_line == 2 + SIZEOF_counts + SIZEOF_counts + 1, "also of lists in lists");

static void lists_write_their_fields(void **state)
{
	(void)state;
	EXPECT("made 7", counts, 7, 0);
	EXPECT("made 7, failed 3", counts, 7, 3);
	EXPECT("made 1, failed 18446744073709551615 (strange)", counts, 1, UINT64_MAX);
	EXPECT("# made 7, failed 3made 7, failed 3\n", line, 7, 3);
	EXPECT("# made 7made 7\n", line, 7, 0);
}

static void adds_to_a_buffer(void **state)
{
	struct buffer buffer = { 0 };

	(void)state;
	buffer__add_string(&buffer, "> ");
	ADD_FIELDS(&buffer, counts, 7, 3);
	ADD_FIELDS(&buffer, counts, 8, 0);
	assert_int_equal(buffer.size, strlen("> made 7, failed 3made 8"));
	assert_memory_equal(buffer.data, "> made 7, failed 3made 8", buffer.size);
	buffer__add_spaces(&buffer, SIZE_MAX / 2);
	assert_true(buffer.failed);
	ADD_FIELDS(&buffer, counts, 9, 0);
	assert_int_equal(buffer.size, strlen("> made 7, failed 3made 8"));
	buffer__free(&buffer);
}

/* These kinds claim to need one byte less than they write. */
#define SIZEOF_too_small (SIZEOF_u64 - 1)
#define put_too_small	 put__u64

#define WRONG_FIELDS(F, IF)           \
	F(u64, "", 1)                 \
	F(too_small, " ", UINT64_MAX) \
	F(u64, " ", 1)
DEFINE_FIELDS(wrong, WRONG_FIELDS, int unused __attribute__((unused)));

static void overrun_a_field(struct buffer *buffer)
{
	ADD_FIELDS(buffer, wrong, 0);
}

static void overrun_a_reservation(struct buffer *buffer)
{
	char *at = buffer__reserve(buffer, 10);

	buffer__commit(buffer, put__bytes(at, "0123456789X", 11));
}

static void write_after_the_commit(struct buffer *buffer)
{
	char *at = buffer__reserve(buffer, 10);

	buffer__commit(buffer, at + 5);
	at[5] = 'X';
}

/* Expect that a child that calls overrun dies, and that its message contains this text. */
static void expect_death(void (*overrun)(struct buffer *buffer), const char *message)
{
	char text[8192] = "";
	size_t size = 0;
	ssize_t part;
	int pipes[2], status;
	pid_t child;

	assert_int_equal(pipe(pipes), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct buffer buffer = { 0 };

		dup2(pipes[1], STDERR_FILENO);
		buffer__add_string(&buffer, "room for much more");
		overrun(&buffer);
		_exit(0);
	}
	close(pipes[1]);
	/* Read to the end, even if there is no room left: else the child would block. */
	while ((part = read(pipes[0], text + size, sizeof(text) - 1 - size)) > 0) {
		if (size + (size_t)part < sizeof(text) / 2)
			size += (size_t)part;
	}
	close(pipes[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	text[sizeof(text) - 1] = '\0';
	assert_int_not_equal(status, 0);
	assert_non_null(strstr(text, message));
}

static void nothing_is_written_beyond_its_room(void **state)
{
	(void)state;
	expect_death(overrun_a_reservation, "AddressSanitizer: use-after-poison");
	expect_death(write_after_the_commit, "AddressSanitizer: use-after-poison");
	expect_death(overrun_a_field, "AddressSanitizer: heap-buffer-overflow");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_hold_their_longest_values),
		cmocka_unit_test(lists_write_their_fields),
		cmocka_unit_test(adds_to_a_buffer),
		cmocka_unit_test(nothing_is_written_beyond_its_room),
	};

	return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
