// SPDX-License-Identifier: GPL-2.0
/*
 * Tests that a sink's memory does not grow with the number of creations, and that it counts all of
 * them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "fixtures/messages.h"
#include "fixtures/trees.h"
#include "fixtures/words.h"
#include "formats/sink.h"

#define CREATIONS 2000000

/* This belongs to the sanitizer's interface, whose header some compilers do not have. */
size_t __sanitizer_get_current_allocated_bytes(void);

/*
 * Add many creations, every tenth of which has failed. Return by how many bytes memory has grown.
 */
static size_t add_many(struct sink *sink)
{
	struct wire_record record = { .comm = "word" };
	const struct tree tree = { .record = &record };
	size_t before = __sanitizer_get_current_allocated_bytes();
	int i;

	for (i = 0; i < CREATIONS; i++) {
		record.ret = i % 10 ? 3 : -EMFILE;
		assert_true(sink__creation(sink, &tree));
	}
	return __sanitizer_get_current_allocated_bytes() - before;
}

static struct sink *begin(const char *path, const struct out_format *format,
			  struct trace_header *header)
{
	static const struct out_style style;
	struct sink *sink = sink__open(path);

	assert_non_null(sink);
	make_header(header);
	assert_true(sink__begin(sink, format, header, &style));
	return sink;
}

static void does_not_grow_where_all_is_written_at_the_end(void **state)
{
	const struct trace_account account = { 0 };
	struct messages messages;
	struct trace_header header;
	struct sink *sink = begin("/dev/full", &words_at_end, &header);
	struct creation_count missing;

	(void)state;
	/* Nothing is needed. This limit is less than one bit for each creation. */
	assert_in_range(add_many(sink), 0, 4096);
	messages__begin(&messages);
	assert_false(sink__end(sink, &account));
	missing = sink__missing(sink);
	assert_int_equal(missing.creations, CREATIONS);
	assert_int_equal(missing.failed, CREATIONS / 10);
	assert_false(sink__close(sink, &account));
	messages__end(&messages);
}

static void does_not_grow_between_ticks(void **state)
{
	const struct trace_account account = { 0 };
	struct trace_header header;
	struct sink *sink = begin("/dev/null", &words_in_intervals, &header);

	(void)state;
	assert_in_range(add_many(sink), 0, 4096);
	sink__tick(sink, 1);
	assert_true(sink__flush(sink));
	assert_true(sink__close(sink, &account));
}

/* Output that has gathered is written before it gets large, even if nobody asks for it. */
static void does_not_grow_where_nobody_flushes(void **state)
{
	const struct trace_account account = { 0 };
	struct trace_header header;
	struct sink *sink = begin("/dev/null", &words, &header);

	(void)state;
	assert_in_range(add_many(sink), 1, 1024 * 1024);
	assert_true(sink__close(sink, &account));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(does_not_grow_where_all_is_written_at_the_end),
		cmocka_unit_test(does_not_grow_between_ticks),
		cmocka_unit_test(does_not_grow_where_nobody_flushes),
	};

	return cmocka_run_group_tests_name("sink_memory", tests, NULL, NULL);
}
