/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bpf/session.bpf.h, compiled for this machine, and what the tests of it share. WITHOUT_ATOMICS
 * chooses the code for kernels whose BPF has no atomic operations that return values.
 */
#ifndef TEST_SESSION_FIXTURE_H
#define TEST_SESSION_FIXTURE_H

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

#define TEST(function) cmocka_unit_test_setup(function, begin)

#endif /* TEST_SESSION_FIXTURE_H */
