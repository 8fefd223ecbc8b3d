// SPDX-License-Identifier: GPL-2.0
/* Tests the check of records: whole ones, and all ways in which one can be damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "creation/decode.h"

#define SIZE_OF(spans) (WIRE_HEADER_SIZE + (spans) * sizeof(struct wire_span))

/* Return a valid record with three spans. */
static struct wire_record whole_record(void)
{
	struct wire_record record = { .version = WIRE_VERSION, .nr_spans = 3, .nr_sockets = 1 };

	record.spans[0].parent = WIRE_NO_PARENT;
	record.spans[1].stage = STAGE_SOCK_CREATE;
	record.spans[1].parent = 0;
	record.spans[2].stage = STAGE_FAMILY_CREATE;
	record.spans[2].parent = 1;
	return record;
}

static void assert_refused(const struct wire_record *record, size_t size, const char *expected)
{
	const char *reason = NULL;

	assert_null(decode__record(record, size, &reason));
	assert_non_null(reason);
	assert_string_equal(reason, expected);
}

static void test_whole(void **state)
{
	struct wire_record record = whole_record();
	const char *reason;

	(void)state;
	assert_ptr_equal(decode__record(&record, SIZE_OF(3), &reason), &record);
	assert_null(reason);
	/* A record may be larger than its contents, since the ring buffer can round sizes up. */
	assert_non_null(decode__record(&record, SIZE_OF(3) + 8, &reason));
}

static void test_refusals(void **state)
{
	struct wire_record record = whole_record();
	const char *reason;

	(void)state;
	record.refusal = REFUSAL_FILTER;
	assert_refused(&record, SIZE_OF(3), "functions were called although it was refused before");
	record.nr_spans = 1;
	assert_non_null(decode__record(&record, SIZE_OF(1), &reason));
	record.refusal = NR_REFUSALS;
	assert_refused(&record, SIZE_OF(1), "unknown refusal");
}

static void test_details(void **state)
{
	union {
		struct wire_record record;
		char bytes[sizeof(struct wire_record)];
	} whole = { .record = whole_record() };
	const size_t size = SIZE_OF(3) + 2 * sizeof(struct wire_module) + 5 * sizeof(__u64);
	struct wire_record *record = &whole.record;
	struct wire_module *modules;
	const char *reason;

	(void)state;
	record->nr_modules = 2;
	record->nr_kernel_frames = 4;
	record->nr_user_frames = 1;
	modules = (struct wire_module *)wire_record__modules(record);
	assert_ptr_equal(modules, whole.bytes + SIZE_OF(3));
	assert_ptr_equal(wire_record__user_frames(record), whole.bytes + size - sizeof(__u64));
	modules[1].span = 2;
	assert_ptr_equal(decode__record(record, size, &reason), record);
	assert_refused(record, size - 1, "too short for its details");
	modules[1].span = 3;
	assert_refused(record, size, "a module's span is out of range");
	modules[1].span = 2;
	record->nr_modules = WIRE_MAX_MODULES + 1;
	assert_refused(record, sizeof(*record), "number of modules out of range");
	record->nr_modules = 2;
	record->nr_user_frames = WIRE_MAX_USER_FRAMES + 1;
	assert_refused(record, sizeof(*record), "number of frames out of range");
	record->nr_user_frames = 1;
	record->spans[1].family = 64;
	assert_refused(record, sizeof(*record), "family out of range");
}

static void test_cut_off_anywhere(void **state)
{
	struct wire_record record = whole_record();
	const char *reason;
	size_t size;

	(void)state;
	for (size = 0; size < SIZE_OF(3); size++) {
		assert_null(decode__record(&record, size, &reason));
		assert_non_null(reason);
	}
}

static void test_bad_header(void **state)
{
	struct wire_record record = whole_record();

	(void)state;
	record.version = WIRE_VERSION + 1;
	assert_refused(&record, SIZE_OF(3), "unknown version");
	record = whole_record();
	record.nr_spans = 0;
	assert_refused(&record, SIZE_OF(3), "number of spans out of range");
	record.nr_spans = WIRE_MAX_SPANS + 1;
	assert_refused(&record, sizeof(record), "number of spans out of range");
	record = whole_record();
	record.nr_sockets = WIRE_MAX_SOCKETS + 1;
	assert_refused(&record, SIZE_OF(3), "number of sockets out of range");
	record = whole_record();
	record.nr_differences = 2;
	assert_refused(&record, sizeof(record), "number of differences out of range");
	record.nr_differences = 1;
	assert_refused(&record, SIZE_OF(3) + sizeof(struct wire_differences) - 1,
		       "too short for its details");
	record = whole_record();
	record.cpu = NR_ACCOUNTS;
	assert_refused(&record, SIZE_OF(3), "processor out of range");
}

static void test_bad_spans(void **state)
{
	struct wire_record record = whole_record();

	(void)state;
	record.spans[2].stage = NR_STAGES;
	assert_refused(&record, SIZE_OF(3), "unknown stage");
	record = whole_record();
	record.spans[0].parent = 0;
	assert_refused(&record, SIZE_OF(3), "the outermost span has a parent");
	record = whole_record();
	record.spans[2].parent = 2;
	assert_refused(&record, SIZE_OF(3), "a span's parent is not before it");
	record.spans[2].parent = WIRE_NO_PARENT;
	assert_refused(&record, SIZE_OF(3), "a span's parent is not before it");
}

static __u64 number(struct sequencer *sequencer, __u32 cpu, __u64 sequence)
{
	struct wire_record record = whole_record();

	record.cpu = cpu;
	record.sequence = sequence;
	return sequencer__number(sequencer, &record);
}

static void test_sequence_without_losses_has_no_gap(void **state)
{
	struct sequencer sequencer = {};

	(void)state;
	assert_int_equal(number(&sequencer, 0, 0), 0);
	assert_int_equal(number(&sequencer, 1, 0), 1);
	assert_int_equal(number(&sequencer, 1, 1), 2);
	assert_int_equal(number(&sequencer, 0, 1), 3);
}

static void test_sequence_shows_gaps(void **state)
{
	struct sequencer sequencer = {};

	(void)state;
	/* Processor 0 has lost its first two records, processor 1 the one between these two. */
	assert_int_equal(number(&sequencer, 0, 2), 2);
	assert_int_equal(number(&sequencer, 1, 0), 3);
	assert_int_equal(number(&sequencer, 1, 2), 5);
	/* A late record does not leave a second gap. */
	assert_int_equal(number(&sequencer, 1, 1), 6);
	assert_int_equal(number(&sequencer, 1, 3), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_details),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_cut_off_anywhere),
		cmocka_unit_test(test_bad_header),
		cmocka_unit_test(test_bad_spans),
		cmocka_unit_test(test_sequence_without_losses_has_no_gap),
		cmocka_unit_test(test_sequence_shows_gaps),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
