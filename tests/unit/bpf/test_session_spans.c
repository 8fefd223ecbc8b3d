// SPDX-License-Identifier: GPL-2.0
/* Tests what BPF programs do with frames on stacks. */
#include "bpf/session_fixture.h"

static void calls_within_calls(void **test_state)
{
	struct session *session = open_session(FRAME(0));
	struct wire_span *spans = session->record.spans;

	(void)test_state;
	assert_ptr_equal(enter(STAGE_SOCK_CREATE, FRAME(1)), &spans[1]);
	assert_ptr_equal(enter(STAGE_FAMILY_CREATE, FRAME(2)), &spans[2]);
	assert_ptr_equal(leave(STAGE_FAMILY_CREATE, FRAME(2)), &spans[2]);
	assert_ptr_equal(leave(STAGE_SOCK_CREATE, FRAME(1)), &spans[1]);
	assert_ptr_equal(enter(STAGE_SOCK_ALLOC_FILE, FRAME(1)), &spans[3]);
	assert_ptr_equal(leave(STAGE_SOCK_ALLOC_FILE, FRAME(1)), &spans[3]);
	assert_int_equal(spans[0].parent, WIRE_NO_PARENT);
	assert_int_equal(spans[1].parent, 0);
	assert_int_equal(spans[2].parent, 1);
	assert_int_equal(spans[3].parent, 0);
	close_session(session, FRAME(0));
	assert_null(enter(STAGE_SOCK_CREATE, FRAME(1)));
	assert_null(leave(STAGE_SOCK_CREATE, FRAME(1)));
	expect_counts(0, 0, 0, 0);
}

/* After a tail call, kprobes see the called function at the same frame as its caller. */
static void a_jump_in_place_of_a_call(void **test_state)
{
	struct session *session = open_session(FRAME(0));
	struct wire_span *spans = session->record.spans;

	(void)test_state;
	assert_ptr_equal(enter(STAGE_SOCK_CREATE, FRAME(0)), &spans[1]);
	assert_ptr_equal(enter(STAGE_FAMILY_CREATE, FRAME(0)), &spans[2]);
	assert_int_equal(spans[2].parent, 1);
	assert_ptr_equal(leave(STAGE_FAMILY_CREATE, FRAME(0)), &spans[2]);
	assert_ptr_equal(leave(STAGE_SOCK_CREATE, FRAME(0)), &spans[1]);
	close_session(session, FRAME(0));
	expect_counts(0, 0, 0, 0);
}

/* A stage may call itself, so a second entry of it does not end the first one. */
static void a_stage_within_itself(void **test_state)
{
	struct session *session = open_session(FRAME(0));
	struct wire_span *spans = session->record.spans;

	(void)test_state;
	enter(STAGE_SOCK_CREATE, FRAME(1));
	assert_ptr_equal(enter(STAGE_SOCK_CREATE, FRAME(2)), &spans[2]);
	assert_ptr_equal(leave(STAGE_SOCK_CREATE, FRAME(2)), &spans[2]);
	assert_ptr_equal(leave(STAGE_SOCK_CREATE, FRAME(1)), &spans[1]);
	close_session(session, FRAME(0));
	expect_counts(0, 0, 0, 0);
}

static void returns_that_were_missed(void **test_state)
{
	struct session *session = open_session(FRAME(0));
	struct wire_span *spans = session->record.spans;

	(void)test_state;
	/*
	 * A call at the frame of an open span can't have been made by that span, so the span has
	 * ended.
	 */
	enter(STAGE_SOCK_CREATE, FRAME(1));
	assert_ptr_equal(enter(STAGE_SOCK_ALLOC_FILE, FRAME(1)), &spans[2]);
	assert_int_equal(spans[2].parent, 0);
	assert_int_equal(spans[1].flags, WIRE_SPAN_CUT);
	expect_counts(0, 1, 0, 0);
	/* The same is true for a call above that frame. */
	assert_ptr_equal(enter(STAGE_SOCK_CREATE, FRAME(1) + 8), &spans[3]);
	assert_int_equal(spans[2].flags, WIRE_SPAN_CUT);
	expect_counts(0, 2, 0, 0);
	/* The return of the outermost span ends two open levels at once. */
	enter(STAGE_FAMILY_CREATE, FRAME(2));
	assert_ptr_equal(leave(STAGE_SYS_SOCKET, FRAME(0)), spans);
	assert_int_equal(spans[3].flags, WIRE_SPAN_CUT);
	assert_int_equal(spans[4].flags, WIRE_SPAN_CUT);
	expect_counts(0, 4, 0, 0);
	assert_true(session->record.flags & WIRE_EXIT_MISSED);
	assert_int_equal(session->innermost, 0);
}

static void entries_that_were_missed(void **test_state)
{
	struct session *session = open_session(FRAME(0));

	(void)test_state;
	assert_null(leave(STAGE_SOCK_CREATE, FRAME(1)));
	expect_counts(0, 0, 1, 0);
	assert_true(session->record.flags & WIRE_ENTRY_MISSED);
	close_session(session, FRAME(0));
}

static void calls_of_others(void **test_state)
{
	struct session *session = open_session(FRAME(0));

	(void)test_state;
	/*
	 * These are on the same stack. The first is not called by the innermost stage, the second
	 * is above the outermost one.
	 */
	assert_null(enter(STAGE_SK_ALLOC, FRAME(1)));
	assert_null(leave(STAGE_SK_ALLOC, FRAME(1)));
	assert_null(enter(STAGE_SOCK_CREATE, FRAME(0) + 8));
	assert_null(leave(STAGE_SOCK_CREATE, FRAME(0) + 8));
	expect_counts(4, 0, 0, 0);
	/* These are on other stacks, one in the same slot and one in another. */
	assert_null(enter(STAGE_SOCK_CREATE, FRAME(1) + TABLE_BYTES));
	assert_null(leave(STAGE_SOCK_CREATE, FRAME(1) + TABLE_BYTES));
	assert_null(enter(STAGE_SOCK_CREATE, FRAME(1) + 2 * STACK_SIZE));
	assert_null(leave(STAGE_SOCK_CREATE, FRAME(1) + 2 * STACK_SIZE));
	expect_counts(4, 0, 0, 0);
	assert_int_equal(session->record.nr_spans, 1);
	close_session(session, FRAME(0));
}

/*
 * An interrupt comes while the session has no open span yet. The slot still has what its previous
 * owner left there.
 */
static void calls_while_a_session_opens(void **test_state)
{
	struct session *session = open_session(FRAME(0));

	(void)test_state;
	enter(STAGE_SOCK_CREATE, FRAME(1));
	leave(STAGE_SOCK_CREATE, FRAME(1));
	close_session(session, FRAME(0));
	assert_ptr_equal(claim(FRAME(0)), session);
	session->record.nr_spans = 0;
	assert_null(enter(STAGE_SOCK_CREATE, FRAME(2)));
	assert_null(leave(STAGE_SOCK_CREATE, FRAME(2)));
	assert_null(leave(STAGE_SYS_SOCKET, FRAME(0)));
	assert_int_equal(session->innermost, 0);
	assert_int_equal(session->record.nr_spans, 0);
	expect_counts(1, 0, 0, 0);
}

/* All calls of a creation are in the highest part of a stack of 64 KiB. */
static void a_large_stack(void **test_state)
{
	u64 top = (STACK & -0x10000ULL) + 0x10000 - 0x400;
	struct session *session = open_session(top);

	(void)test_state;
	assert_non_null(enter(STAGE_SOCK_CREATE, top - 0x1000));
	assert_non_null(enter(STAGE_FAMILY_CREATE, top - 0x3000));
	assert_non_null(leave(STAGE_FAMILY_CREATE, top - 0x3000));
	assert_non_null(leave(STAGE_SOCK_CREATE, top - 0x1000));
	close_session(session, top);
	expect_counts(0, 0, 0, 0);
}

static void more_levels_than_there_is_room_for(void **test_state)
{
	struct session *session = open_session(FRAME(0));
	u32 depth;

	(void)test_state;
	for (depth = 1; depth < MAX_DEPTH; depth++)
		assert_non_null(enter(STAGE_SOCK_CREATE, FRAME(depth)));
	assert_null(enter(STAGE_SOCK_CREATE, FRAME(depth)));
	assert_null(leave(STAGE_SOCK_CREATE, FRAME(depth)));
	while (--depth)
		assert_ptr_equal(leave(STAGE_SOCK_CREATE, FRAME(depth)),
				 &session->record.spans[depth]);
	close_session(session, FRAME(0));
	expect_counts(0, 0, 0, 1);
}

static void more_spans_than_there_is_room_for(void **test_state)
{
	struct session *session = open_session(FRAME(0));
	u32 i;

	(void)test_state;
	for (i = 1; i < WIRE_MAX_SPANS; i++) {
		assert_ptr_equal(enter(STAGE_SOCK_CREATE, FRAME(1)), &session->record.spans[i]);
		assert_non_null(leave(STAGE_SOCK_CREATE, FRAME(1)));
	}
	for (i = 0; i < 2; i++) {
		assert_null(enter(STAGE_SOCK_CREATE, FRAME(1)));
		assert_null(leave(STAGE_SOCK_CREATE, FRAME(1)));
	}
	close_session(session, FRAME(0));
	expect_counts(0, 0, 0, 2);
	assert_int_equal(session->record.nr_spans, WIRE_MAX_SPANS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(calls_within_calls),
		TEST(a_jump_in_place_of_a_call),
		TEST(a_stage_within_itself),
		TEST(returns_that_were_missed),
		TEST(entries_that_were_missed),
		TEST(calls_of_others),
		TEST(calls_while_a_session_opens),
		TEST(a_large_stack),
		TEST(more_levels_than_there_is_room_for),
		TEST(more_spans_than_there_is_room_for),
	};

	return cmocka_run_group_tests_name("session_spans", tests, NULL, NULL);
}
