// SPDX-License-Identifier: GPL-2.0
/*
 * Tests what BPF programs do with frames on stacks: bpf/session.bpf.h, compiled for this machine.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>
#include <string.h>

/* These replace libbpf's bpf_helpers.h. */
#define __BPF_HELPERS__
#define SEC(name)
#define __uint(name, value) int(*name)[value]
#define __type(name, value) typeof(value) *name
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#define __noinline	__attribute__((noinline, unused))

typedef __u8 u8;
typedef __u32 u32;
typedef __s32 s32;
typedef __u64 u64;

#ifndef WITHOUT_ATOMICS
#define HAVE_ATOMICS
#endif

static bool is_claimed[4096];
static u64 current_uid;

static inline u32 bpf_get_smp_processor_id(void)
{
	return 0;
}

static inline u64 bpf_get_current_pid_tgid(void)
{
	return 0;
}

static inline u64 bpf_get_current_uid_gid(void)
{
	return current_uid;
}

/* accept() is not observed, so the map accepts is empty, and only claims is used. */
static inline void *bpf_map_lookup_elem(void *map, const void *key)
{
	(void)map, (void)key;
	return NULL;
}

static inline long bpf_map_update_elem(void *map, const void *key, const void *value, u64 flags)
{
	bool *claimed = &is_claimed[*(const u32 *)key];

	(void)map, (void)value;
	assert_int_equal(flags, BPF_NOEXIST);
	if (*claimed)
		return -1;
	*claimed = true;
	return 0;
}

static inline long bpf_map_delete_elem(void *map, const void *key)
{
	(void)map;
	is_claimed[*(const u32 *)key] = false;
	return 0;
}

#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#include "session.bpf.h"

#define STACK	     0xffffc90000abc000ULL
#define TABLE_BYTES  ((u64)NR_SESSIONS << STACK_DISTANCE_SHIFT) /* stacks so far apart collide */
#define FRAME(depth) (STACK + 0x3f00 - (depth)*0x100ULL)

static void allow(enum stage parent, enum stage child)
{
	state.children[parent] |= STAGE_BIT(child);
}

static int begin(void **test_state)
{
	(void)test_state;
	memset(&state, 0, sizeof(state));
	memset(is_claimed, 0, sizeof(is_claimed));
	current_uid = 1000;
	allow(STAGE_SYS_SOCKET, STAGE_SOCK_CREATE);
	allow(STAGE_SYS_SOCKET, STAGE_SOCK_ALLOC_FILE);
	allow(STAGE_SOCK_CREATE, STAGE_SOCK_CREATE);
	allow(STAGE_SOCK_CREATE, STAGE_FAMILY_CREATE);
	allow(STAGE_FAMILY_CREATE, STAGE_SK_ALLOC);
	return 0;
}

static struct session *claim(u64 frame)
{
	return session__claim(state.sessions, session__own(state.sessions, frame), frame);
}

/* This does what creation__enter() does. */
static struct session *open_session(u64 frame)
{
	struct session *session = claim(frame);

	if (!session)
		return NULL;
	session->record.nr_spans = 1;
	session->record.flags = 0;
	session__begin(state.sessions, session, STAGE_SYS_SOCKET, frame);
	session__open_outermost(session);
	return session;
}

static struct wire_span *enter(enum stage stage, u64 frame)
{
	struct session *session;
	struct wire_span *span;

	return session__enter(state.sessions, stage, frame, &session, &span) ? span : NULL;
}

static struct wire_span *leave(enum stage stage, u64 frame)
{
	struct session *session;
	struct wire_span *span;

	if (stage != STAGE_SYS_SOCKET)
		return session__leave(state.sessions, stage, frame, &session, &span) ? span : NULL;
	switch (session__leave_outermost_fast(state.sessions, stage, frame, &session, &span)) {
	case SESSION_FAST:
		return span;
	case SESSION_SLOW:
		return session__leave_slow(stage, frame, &session, &span) ? span : NULL;
	default:
		return NULL;
	}
}

static void close_session(struct session *session, u64 frame)
{
	assert_ptr_equal(leave(STAGE_SYS_SOCKET, frame), session->record.spans);
	assert_int_equal(session->innermost, 0);
	session__release(session);
}

static u64 lost(enum lost_reason reason)
{
	return state.accounts[0].lost[reason];
}

static void expect_counts(u64 foreign, u64 cut, u64 unopened, u64 truncated)
{
	assert_int_equal(state.accounts[0].foreign, foreign);
	assert_int_equal(lost(LOST_SPAN_WITHOUT_EXIT), cut);
	assert_int_equal(lost(LOST_EXIT_WITHOUT_ENTRY), unopened);
	assert_int_equal(lost(LOST_SPAN_ARRAY_FULL), truncated);
}

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

#define TEST(function) cmocka_unit_test_setup(function, begin)

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
		TEST(calls_within_calls),
		TEST(a_jump_in_place_of_a_call),
		TEST(a_stage_within_itself),
		TEST(returns_that_were_missed),
		TEST(entries_that_were_missed),
		TEST(calls_of_others),
		TEST(calls_while_a_session_opens),
		TEST(a_large_stack),
		TEST(stacks_that_collide),
		TEST(pools_of_stacks_that_collide),
		TEST(more_levels_than_there_is_room_for),
		TEST(more_spans_than_there_is_room_for),
		TEST(a_table_that_is_full),
		TEST(a_reserve_that_is_full),
	};

	return cmocka_run_group_tests_name("session_spans", tests, NULL, NULL);
}
