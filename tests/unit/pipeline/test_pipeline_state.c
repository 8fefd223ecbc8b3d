// SPDX-License-Identifier: GPL-2.0
/* Tests the pipeline with --state: snapshots find their record, and missing ones are counted. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/pipeline_fixture.h"
#include "fixtures/python.h"

static int begin(struct fixture *fixture, const struct out_format *format)
{
	int output = ask_for(fixture, format, NULL);

	fixture->options.snapshots = true;
	begin_pipeline(fixture);
	return output;
}

/* Take the snapshots of a record. Further ones were dropped since there was no room. */
static void take_snapshots(struct fixture *fixture, __u64 sequence, int nr_dropped)
{
	struct wire_snapshots snapshots;
	struct wire_record record;
	size_t size;

	make_record(&record, sequence, 3);
	size = make_record_snapshots(&snapshots, &record);
	snapshots.nr_dropped = (__u8)nr_dropped;
	assert_false(take(fixture, &snapshots, size));
}

static void brings_snapshots_to_their_record(void **state)
{
	struct fixture *fixture = *state;
	int json = begin(fixture, &out_jsonl);

	/* There are two tasks. The first one was preempted between its two records. */
	take_snapshots(fixture, 0, 0);
	take_snapshots(fixture, 1, 0);
	assert_true(take_record(fixture, 1, 3));
	assert_true(take_record(fixture, 0, 3));
	assert_true(end_pipeline(fixture));
	expect_account(fixture, 2, 0, 0);
	assert_int_equal(fixture->account.lost[LOST_STATE], 0);
	run_python("for socket in lines(sys.argv[1])[1:-1]:\n"
		   "    alloc = socket['tree']['children'][0]['children'][0]\n"
		   "    same('name', alloc['name'], 'sock_alloc')\n"
		   "    same('inode', alloc['state']['socket#1']['inode'], 4711)\n"
		   "    same('lost', 'state_lost' in socket, False)\n",
		   fixture->paths[json], NULL);
	assert_string_equal(fixture->messages.text, "");
}

static void counts_what_is_lost(void **state)
{
	struct fixture *fixture = *state;
	int json = begin(fixture, &out_jsonl);

	/*
	 * The snapshots of all four spans of the first record are missing, and two of the second
	 * one.
	 */
	assert_true(take_record(fixture, 0, 3));
	take_snapshots(fixture, 1, 2);
	assert_true(take_record(fixture, 1, 3));
	assert_true(end_pipeline(fixture));
	assert_int_equal(fixture->account.lost[LOST_STATE], 6);
	run_python("first, second = lines(sys.argv[1])[1:-1]\n"
		   "same('first', first['state_lost'], True)\n"
		   "same('end', lines(sys.argv[1])[-1]['lost']['state'], 6)\n",
		   fixture->paths[json], NULL);
}

/* accept() takes no snapshots, so none can be missing. */
static void misses_none_of_an_accept(void **state)
{
	struct fixture *fixture = *state;
	struct wire_record record;

	begin(fixture, &out_jsonl);
	make_record(&record, 0, 3);
	record.via = VIA_ACCEPT4;
	record.spans[0].stage = STAGE_SYS_ACCEPT4;
	assert_true(take(fixture, &record, record_size(&record)));
	assert_true(end_pipeline(fixture));
	expect_account(fixture, 1, 0, 0);
	assert_int_equal(fixture->account.lost[LOST_STATE], 0);
}

static void explains_damaged_snapshots(void **state)
{
	struct fixture *fixture = *state;
	struct wire_snapshots snapshots;
	struct wire_record record;
	size_t size;

	begin(fixture, &out_jsonl);
	make_record(&record, 0, 3);
	size = make_record_snapshots(&snapshots, &record);
	assert_false(take(fixture, &snapshots, size - 1));
	assert_false(take(fixture, &snapshots, size - 1));
	assert_true(take_record(fixture, 0, 3));
	assert_true(end_pipeline(fixture));
	expect_account(fixture, 1, 0, 0);
	assert_int_equal(fixture->account.lost[LOST_STATE], 4);
	assert_string_equal(fixture->messages.text,
			    "sockcreate-trace: a record is damaged (too short for its snapshots): "
			    "it is left out\n");
}

/* If no output shows snapshots, they are ignored, and none are missing. */
static void leaves_them_alone_where_nobody_needs_them(void **state)
{
	struct fixture *fixture = *state;
	int text = begin(fixture, &words);

	take_snapshots(fixture, 0, 2);
	assert_true(take_record(fixture, 0, 3));
	assert_true(take_record(fixture, 1, 3));
	assert_true(end_pipeline(fixture));
	expect_account(fixture, 2, 0, 0);
	assert_int_equal(fixture->account.lost[LOST_STATE], 0);
	expect_text(fixture, text, WORDS_HEAD "curl\ncurl\n" WORDS_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(brings_snapshots_to_their_record),
		TEST(counts_what_is_lost),
		TEST(misses_none_of_an_accept),
		TEST(explains_damaged_snapshots),
		TEST(leaves_them_alone_where_nobody_needs_them),
	};

	return cmocka_run_group_tests_name("pipeline_state", tests, NULL, NULL);
}
