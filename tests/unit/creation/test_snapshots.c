// SPDX-License-Identifier: GPL-2.0
/* Tests how snapshots find their record: which are damaged, belong together, or are lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "creation/snapshots.h"

#define SIZE_OF(number) (WIRE_SNAPSHOTS_HEADER_SIZE + (number) * sizeof(struct wire_snapshot))

static struct wire_snapshots make(__u32 cpu, __u64 sequence, __u64 ts)
{
	struct wire_snapshots made = {
		.version = WIRE_SNAPSHOTS_VERSION,
		.nr_snapshots = 2,
		.cpu = cpu,
		.sequence = sequence,
		.ts = ts,
	};

	made.snapshots[1].span = WIRE_MAX_SPANS - 1;
	return made;
}

static void keep(struct snapshots_store *store, __u32 cpu, __u64 sequence, __u64 ts)
{
	struct wire_snapshots made = make(cpu, sequence, ts);
	const char *reason;

	assert_true(snapshots__is_record(&made, SIZE_OF(2)));
	assert_true(snapshots__keep(store, &made, SIZE_OF(2), &reason));
}

static const struct wire_snapshots *take(struct snapshots_store *store, __u32 cpu, __u64 sequence,
					 __u64 ts)
{
	struct wire_record record = { .version = WIRE_VERSION };

	record.cpu = cpu;
	record.sequence = sequence;
	record.spans[0].start = ts;
	return snapshots__take(store, &record);
}

static void expect_refused(const struct wire_snapshots *snapshots, size_t size,
			   const char *expected)
{
	struct snapshots_store store = { 0 };
	const char *reason = NULL;

	assert_false(snapshots__keep(&store, snapshots, size, &reason));
	assert_non_null(reason);
	assert_string_equal(reason, expected);
	snapshots__free(&store);
}

static void tells_snapshots_from_records(void **state)
{
	struct wire_record record = { .version = WIRE_VERSION };
	struct wire_snapshots snapshots = make(0, 0, 0);

	(void)state;
	assert_false(snapshots__is_record(&record, sizeof(record)));
	assert_false(snapshots__is_record(&snapshots, 1));
	assert_false(snapshots__is_record(&snapshots, 0));
}

/* Each size gets its own block of memory, so that AddressSanitizer sees accesses beyond it. */
static void refuses_what_is_cut_off_anywhere(void **state)
{
	struct wire_snapshots snapshots = make(0, 0, 0);
	size_t size;

	(void)state;
	for (size = 2; size < SIZE_OF(2); size++) {
		void *copy = malloc(size);

		assert_non_null(copy);
		memcpy(copy, &snapshots, size);
		expect_refused(copy, size,
			       size < SIZE_OF(0) ? "too short for a header"
						 : "too short for its snapshots");
		free(copy);
	}
}

static void refuses_what_is_out_of_range(void **state)
{
	struct wire_snapshots snapshots = make(0, 0, 0);

	(void)state;
	snapshots.version = WIRE_VERSION;
	expect_refused(&snapshots, SIZE_OF(2), "unknown version");
	snapshots = make(0, 0, 0);
	snapshots.nr_snapshots = WIRE_MAX_SNAPSHOTS + 1;
	expect_refused(&snapshots, sizeof(snapshots), "number of snapshots out of range");
	snapshots = make(0, 0, 0);
	snapshots.snapshots[1].span = WIRE_MAX_SPANS;
	expect_refused(&snapshots, SIZE_OF(2), "a snapshot's span is out of range");
}

static void finds_those_of_the_record(void **state)
{
	struct snapshots_store store = { 0 };
	const struct wire_snapshots *found;

	(void)state;
	keep(&store, 0, 5, 100);
	keep(&store, 1, 5, 101);
	keep(&store, 0, 6, 102);
	found = take(&store, 1, 5, 101);
	assert_non_null(found);
	assert_int_equal(found->ts, 101);
	assert_int_equal(found->nr_snapshots, 2);
	found = take(&store, 0, 5, 100);
	assert_non_null(found);
	assert_int_equal(found->ts, 100);
	assert_null(take(&store, 0, 5, 100)); /* they are handed out only once */
	assert_null(take(&store, 0, 6, 103)); /* the same number, but another creation */
	assert_null(take(&store, 2, 6, 102));
	assert_non_null(take(&store, 0, 6, 102));
	snapshots__free(&store);
}

static void lets_go_of_those_whose_record_is_lost(void **state)
{
	struct snapshots_store store = { 0 };
	__u64 i;

	(void)state;
	keep(&store, 0, 0, 1);
	for (i = 1; i < SNAPSHOTS_MAX_WAITING; i++)
		keep(&store, 0, i, 1);
	assert_non_null(take(&store, 0, 0, 1)); /* there is room for all of them */
	for (i = 0; i < 10 * SNAPSHOTS_MAX_WAITING; i++)
		keep(&store, 0, 1000 + i, 1);
	assert_null(take(&store, 0, 1, 1));
	assert_non_null(take(&store, 0, 1000 + i - 1, 1));
	snapshots__free(&store);
	assert_null(take(&store, 0, 1000 + i - 2, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_snapshots_from_records),
		cmocka_unit_test(refuses_what_is_cut_off_anywhere),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(finds_those_of_the_record),
		cmocka_unit_test(lets_go_of_those_whose_record_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
