// SPDX-License-Identifier: GPL-2.0
/* Tests which slots BPF programs find for sessions, and which user gets how many. */
#include "bpf/session_fixture.h"

/* The slots that are tried: all places but one, which is the stack's own one among those reserved.
 */
#define MOST_COLLIDING (2 * MAX_PROBES)

static void stacks_that_collide(void **test_state)
{
	struct session *sessions[MOST_COLLIDING];
	u64 i;

	(void)test_state;
	for (i = 0; i < MOST_COLLIDING; i++) {
		sessions[i] = open_session(FRAME(0) + i * TABLE_BYTES);
		assert_non_null(sessions[i]);
		assert_int_equal(state.nr_displaced, i);
	}
	assert_null(open_session(FRAME(0) + i * TABLE_BYTES));
	assert_null(enter(STAGE_SOCK_CREATE, FRAME(1) + i * TABLE_BYTES));
	assert_null(leave(STAGE_SYS_SOCKET, FRAME(0) + i * TABLE_BYTES));
	for (i = 0; i < MOST_COLLIDING; i++)
		assert_ptr_equal(enter(STAGE_SOCK_CREATE, FRAME(1) + i * TABLE_BYTES),
				 &sessions[i]->record.spans[1]);
	for (i = 0; i < MOST_COLLIDING; i++) {
		assert_ptr_equal(leave(STAGE_SOCK_CREATE, FRAME(1) + i * TABLE_BYTES),
				 &sessions[i]->record.spans[1]);
		close_session(sessions[i], FRAME(0) + i * TABLE_BYTES);
		assert_int_equal(state.nr_displaced, MOST_COLLIDING - 1 - i);
	}
	expect_counts(0, 0, 0, 0);
}

/* The stacks of a pool of threads are next to each other. Those of two pools may collide. */
static void pools_of_stacks_that_collide(void **test_state)
{
	const u64 stacks = 128, distance = 1 << STACK_DISTANCE_SHIFT;
	u64 i;

	(void)test_state;
	for (i = 0; i < 2 * stacks; i++)
		assert_non_null(
			open_session(FRAME(0) + i / stacks * TABLE_BYTES + i % stacks * distance));
	assert_int_equal(state.nr_displaced, stacks);
	assert_int_equal(lost(LOST_SESSION_TABLE_FULL), 0);
}

/* The frame of a stack that lies so many stacks behind the first one. */
#define FRAME_OF_STACK(number) (FRAME(0) + ((u64)(number) << STACK_DISTANCE_SHIFT))

/* Open as many sessions as there are slots of their own; no other stack finds one of these. */
static void fill_table(void)
{
	int i;

	for (i = 0; i < NR_SESSIONS; i++)
		assert_non_null(open_session(FRAME_OF_STACK(i)));
}

static u32 count_reserved(void)
{
	u32 sum = 0;
	int i;

	for (i = 0; i < NR_OWNERS; i++)
		sum += state.reserved_by_owner[i];
	return sum;
}

/* A user leaves as many reserved slots to others as it has, and the next one does so again. */
static void a_table_that_is_full(void **test_state)
{
	const u64 stack = 4 * NR_SESSIONS; /* of another user */
	struct session *session;
	struct wire_span *span;
	int opened = 0, i;

	(void)test_state;
	fill_table();
	for (i = 0; i < 2 * NR_RESERVED; i++)
		opened += open_session(FRAME_OF_STACK(NR_SESSIONS + i)) != NULL;
	assert_int_equal(opened, NR_RESERVED / 2);
	assert_int_equal(count_reserved(), NR_RESERVED / 2);
	current_uid = 1001 | 5ULL << 32;
	session = open_session(FRAME_OF_STACK(stack));
	assert_non_null(session);
	assert_true(session->slot >= NR_SESSIONS && session->slot < NR_SLOTS);
	assert_int_equal(count_reserved(), NR_RESERVED / 2 + 1);
	/* It is found as any other one. */
	span = enter(STAGE_SOCK_CREATE, FRAME_OF_STACK(stack) - 0x100);
	assert_ptr_equal(span, &session->record.spans[1]);
	assert_ptr_equal(leave(STAGE_SOCK_CREATE, FRAME_OF_STACK(stack) - 0x100), span);
	assert_ptr_equal(leave(STAGE_SYS_SOCKET, FRAME_OF_STACK(stack)), &session->record.spans[0]);
	session__release(session);
	assert_int_equal(count_reserved(), NR_RESERVED / 2);
	assert_int_equal(state.nr_displaced, NR_RESERVED / 2);
	for (i = 0; i < 2 * NR_RESERVED; i++)
		opened += open_session(FRAME_OF_STACK(stack + i)) != NULL;
	assert_in_range(opened, NR_RESERVED / 2 + NR_RESERVED / 8, NR_RESERVED / 4 * 3);
}

/* What is released can be claimed again. */
static void a_reserve_that_is_full(void **test_state)
{
	int i;

	(void)test_state;
	fill_table();
	for (i = 0; i < 8 * NR_RESERVED; i++) {
		current_uid = i;
		open_session(FRAME_OF_STACK(NR_SESSIONS + i));
	}
	assert_in_range(count_reserved(), NR_RESERVED - 1, NR_RESERVED);
	assert_int_equal(state.nr_reserved, count_reserved());
	for (i = NR_SESSIONS; i < NR_SLOTS; i++) {
		if (state.sessions[i].stack)
			session__release(&state.sessions[i]);
	}
	assert_int_equal(count_reserved(), 0);
	assert_int_equal(state.nr_reserved, 0);
	assert_int_equal(state.nr_displaced, 0);
	assert_non_null(open_session(FRAME_OF_STACK(NR_SESSIONS)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(stacks_that_collide),
		TEST(pools_of_stacks_that_collide),
		TEST(a_table_that_is_full),
		TEST(a_reserve_that_is_full),
	};

	return cmocka_run_group_tests_name("session_table", tests, NULL, NULL);
}
