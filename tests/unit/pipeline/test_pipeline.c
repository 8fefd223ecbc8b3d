// SPDX-License-Identifier: GPL-2.0
/*
 * Tests the way from a record's bytes to the outputs: what is shown, what is not, and how it is
 * counted.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/pipeline_fixture.h"
#include "fixtures/python.h"

static void shows_a_record_in_every_output(void **state)
{
	struct fixture *fixture = *state;
	int json = ask_for(fixture, &out_jsonl, NULL);
	int text = ask_for(fixture, &words, NULL);
	int timeline = ask_for(fixture, &out_timeline, NULL);

	begin_pipeline(fixture);
	assert_true(take_record(fixture, 0, 3));
	assert_true(take_record(fixture, 1, -EMFILE));
	/* Nothing is written before a flush. */
	expect_text(fixture, text, WORDS_HEAD);
	pipeline__flush(fixture->pipeline);
	expect_text(fixture, text, WORDS_HEAD "curl\ncurl\n");
	assert_false(pipeline__is_closed(fixture->pipeline));
	assert_true(end_pipeline(fixture));
	expect_account(fixture, 2, 1, 0);
	expect_text(fixture, text, WORDS_HEAD "curl\ncurl\n" WORDS_END);
	run_python("header, first, second, end = lines(sys.argv[1])\n"
		   "same('ret', [first['ret'], second['ret']], [3, -24])\n"
		   "same('seq', [first['seq'], second['seq']], [0, 1])\n"
		   "def shape(span): return (span['name'], [shape(c) for c in span['children']])\n"
		   "same('tree', shape(first['tree']), ('__sys_socket', [('__sock_create',\n"
		   "     [('sock_alloc', []), ('inet_create', [])])]))\n"
		   "same('duration', first['duration_ns'], 9000)\n"
		   "same('end', [end['sockets'], end['failed']], [2, 1])\n"
		   "events = parse(read(sys.argv[2]).decode())['traceEvents']\n"
		   "same('spans', sum(e['ph'] in 'BX' for e in events), 8)\n",
		   fixture->paths[json], fixture->paths[timeline]);
	assert_string_equal(fixture->messages.text, "");
}

static void counts_without_an_output(void **state)
{
	struct fixture *fixture = *state;

	begin_pipeline(fixture);
	assert_true(take_record(fixture, 0, 3));
	assert_true(take_record(fixture, 1, -EMFILE));
	assert_true(end_pipeline(fixture));
	expect_account(fixture, 2, 1, 0);
}

static void stops_at_the_count(void **state)
{
	struct fixture *fixture = *state;
	int text = ask_for(fixture, &words, NULL);

	fixture->options.count = 2;
	begin_pipeline(fixture);
	assert_true(take_record(fixture, 0, -EMFILE));
	assert_false(pipeline__is_closed(fixture->pipeline));
	assert_true(take_record(fixture, 1, 3));
	assert_true(pipeline__is_closed(fixture->pipeline));
	assert_true(take_record(fixture, 2, -EMFILE));
	assert_true(take_record(fixture, 3, 3));
	assert_true(end_pipeline(fixture));
	expect_account(fixture, 2, 1, 2);
	expect_text(fixture, text, WORDS_HEAD "curl\ncurl\n" WORDS_END);
}

/* After one output has failed, the trace must end. The other output has what came until then. */
static void is_closed_by_an_output_that_failed(void **state)
{
	struct fixture *fixture = *state;
	int text;

	ask_for(fixture, &words_in_intervals, "/dev/full");
	text = ask_for(fixture, &words, NULL);
	begin_pipeline(fixture);
	assert_true(take_record(fixture, 0, 3));
	pipeline__tick(fixture->pipeline, 1);
	pipeline__flush(fixture->pipeline);
	assert_true(pipeline__is_closed(fixture->pipeline));
	assert_true(take_record(fixture, 1, 3));
	assert_false(end_pipeline(fixture));
	expect_account(fixture, 1, 0, 1);
	expect_text(fixture, text, WORDS_HEAD "curl\n" WORDS_END);
	assert_string_equal(
		fixture->messages.text,
		"sockcreate-trace: cannot write to /dev/full: No space left on device\n");
}

/* Records that were made before the clock was set are taken later, and keep their time. */
static void follows_the_clock_from_when_it_was_set(void **state)
{
	struct fixture *fixture = *state;
	int text = ask_for(fixture, &words_of_clock, NULL);
	__s64 before = fixture->header.boot_to_real_ns;
	struct clock_change change = { RECORD_START + 1000000, before, before + 5 };

	begin_pipeline(fixture);
	pipeline__set_clock(fixture->pipeline, &change);
	assert_true(take_record(fixture, 0, 3));
	assert_int_equal(fixture->header.boot_to_real_ns, before);
	assert_true(take_record(fixture, 1, 3));
	assert_int_equal(fixture->header.boot_to_real_ns, before + 5);
	/* It is set twice without a creation in between. */
	change = (struct clock_change){ RECORD_START + 2000000, before + 5, before - 6 };
	pipeline__set_clock(fixture->pipeline, &change);
	change = (struct clock_change){ RECORD_START + 3000000, before - 6, before - 7 };
	pipeline__set_clock(fixture->pipeline, &change);
	assert_int_equal(fixture->header.boot_to_real_ns, before - 6);
	pipeline__catch_up(fixture->pipeline);
	pipeline__catch_up(fixture->pipeline);
	assert_int_equal(fixture->header.boot_to_real_ns, before - 7);
	assert_true(end_pipeline(fixture));
	expect_text(fixture, text, "curl\n5\ncurl\n-11\n-1\n");
}

static void explains_damage_once(void **state)
{
	struct fixture *fixture = *state;
	struct wire_record record;
	int text = ask_for(fixture, &words, NULL);

	begin_pipeline(fixture);
	make_record(&record, 0, 3);
	assert_true(take(fixture, &record, record_size(&record) - 1));
	record.spans[2].stage = NR_STAGES;
	assert_true(take(fixture, &record, record_size(&record)));
	assert_true(take(fixture, "", 0));
	assert_true(take_record(fixture, 1, 3));
	assert_true(end_pipeline(fixture));
	expect_account(fixture, 1, 0, 0);
	assert_int_equal(fixture->account.lost[LOST_RECORD_DAMAGED], 3);
	expect_text(fixture, text, WORDS_HEAD "curl\n" WORDS_END);
	assert_string_equal(fixture->messages.text,
			    "sockcreate-trace: a record is damaged (too short for its spans): it "
			    "is left out\n");
}

/* There are two processors, and a record of the second one is lost. */
static void numbers_over_all_processors(void **state)
{
	static const struct {
		__u32 cpu;
		__u64 sequence;
	} records[] = { { 0, 0 }, { 1, 0 }, { 1, 2 }, { 0, 1 } };
	struct fixture *fixture = *state;
	int json = ask_for(fixture, &out_jsonl, NULL);
	struct wire_record record;
	size_t i;

	begin_pipeline(fixture);
	for (i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		make_record(&record, records[i].sequence, 3);
		record.cpu = records[i].cpu;
		assert_true(take(fixture, &record, record_size(&record)));
	}
	assert_true(end_pipeline(fixture));
	run_python("same('seq', [s['seq'] for s in lines(sys.argv[1])[1:-1]], [0, 1, 3, 4])\n",
		   fixture->paths[json], NULL);
}

static void passes_the_clock_on(void **state)
{
	struct fixture *fixture = *state;
	int sums = ask_for(fixture, &words_in_intervals, NULL);
	int text = ask_for(fixture, &words, NULL);

	begin_pipeline(fixture);
	assert_true(take_record(fixture, 0, 3));
	assert_true(take_record(fixture, 1, 3));
	pipeline__flush(fixture->pipeline);
	expect_text(fixture, sums, "");
	pipeline__tick(fixture->pipeline, 1);
	assert_true(take_record(fixture, 2, 3));
	pipeline__tick(fixture->pipeline, 2);
	pipeline__flush(fixture->pipeline);
	expect_text(fixture, sums, "2\n1\n");
	assert_true(end_pipeline(fixture));
	expect_text(fixture, text, WORDS_HEAD "curl\ncurl\ncurl\n" WORDS_END);
}

/* Count the spans of the tree that this format gets. */
static void add_spans(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	(void)out;
	buffer__add_u64(buffer, tree->nr_spans);
	buffer__add_char(buffer, '\n');
}

static void makes_no_tree_that_nobody_needs(void **state)
{
	struct out_format without = words_in_intervals, with;
	struct fixture *fixture = *state;

	without.creation = add_spans;
	with = without;
	with.needs.tree = true;
	ask_for(fixture, &without, NULL);
	begin_pipeline(fixture);
	assert_true(take_record(fixture, 0, 3));
	assert_true(end_pipeline(fixture));
	expect_text(fixture, 0, "0\n");
	/* The tree is there if another output needs it. */
	ask_for(fixture, &with, NULL);
	begin_pipeline(fixture);
	assert_true(take_record(fixture, 1, 3));
	assert_true(end_pipeline(fixture));
	expect_text(fixture, 0, "4\n");
	expect_text(fixture, 1, "4\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shows_a_record_in_every_output),
		TEST(counts_without_an_output),
		TEST(stops_at_the_count),
		TEST(is_closed_by_an_output_that_failed),
		TEST(follows_the_clock_from_when_it_was_set),
		TEST(explains_damage_once),
		TEST(numbers_over_all_processors),
		TEST(passes_the_clock_on),
		TEST(makes_no_tree_that_nobody_needs),
	};

	return cmocka_run_group_tests_name("pipeline", tests, NULL, NULL);
}
