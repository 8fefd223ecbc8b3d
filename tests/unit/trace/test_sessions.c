// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "trace/sessions.h"

#define STACK	 0xffffc90000abc000ULL
#define GONE	 4711 /* Simulates an event between looking at a session and freeing its slot. */
#define BEGUN_NS 1000
#define LATER_NS 2000

static struct state *memory;
/* This replaces kill() of the C library, and knows which tasks exist. */
static void (*meanwhile)(struct session *session);

/* The slots that were released. */
int kill(pid_t pid, int number)
{
	assert_int_equal(number, 0);
	if (meanwhile)
		meanwhile(&memory->sessions[session__own_slot(STACK)]);
	if (pid != GONE)
		return 0;
	errno = ESRCH;
	return -1;
}

/* This replaces that of user/symbols/task_call.c. */
static enum task_call_place place;

enum task_call_place task_call__find(const char *proc, __u32 tid,
				     const struct task_call_arguments *arguments)
{
	(void)proc;
	(void)arguments;
	assert_true(tid != 0);
	return place;
}

static struct session *open_session(__u32 slot, __u32 tid)
{
	struct session *session = &memory->sessions[slot % NR_SLOTS];

	session->slot = slot % NR_SLOTS;
	session->stack = STACK;
	session->innermost = sizeof(struct open_span);
	session->record.tid = tid;
	session->record.spans[0].start = BEGUN_NS;
	return session;
}

static __u64 lost(void)
{
	return memory->accounts[0].lost[LOST_ENTRY_WITHOUT_EXIT];
}

/* its task exists */
static __u32 released[NR_SLOTS];
static int nr_released;

static void release_claim(void *context, __u32 slot)
{
	assert_ptr_equal(context, memory);
	released[nr_released++] = slot;
}

static void reclaim(void)
{
	nr_released = 0;
	sessions__reclaim(memory, LATER_NS, release_claim, memory);
}

static int begin(void **state)
{
	(void)state;
	memory = calloc(1, sizeof(*memory));
	meanwhile = NULL;
	place = TASK_CALL_UNKNOWN;
	return !memory;
}

static int end(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

static void a_task_that_is_gone(void **state)
{
	struct session *session = open_session(session__own_slot(STACK), GONE);

	(void)state;
	assert_int_equal(sessions__count_open(memory), 1);
	reclaim();
	assert_int_equal(sessions__count_open(memory), 0);
	assert_int_equal(session->innermost, 0);
	assert_int_equal(lost(), 1);
	assert_int_equal(memory->nr_displaced, 0);
	assert_int_equal(nr_released, 1);
	assert_int_equal(released[0], session__own_slot(STACK));
}

static void a_task_that_is_elsewhere(void **state)
{
	struct session *session = open_session(session__own_slot(STACK), GONE + 1);

	(void)state;
	place = TASK_CALL_INSIDE;
	reclaim();
	assert_int_equal(lost(), 0);
	/* In any system call the kernel may make a socket for itself. */
	place = TASK_CALL_OUTSIDE;
	session->record.via = VIA_KERNEL;
	reclaim();
	assert_int_equal(lost(), 0);
	session->record.via = VIA_SOCKET;
	reclaim();
	assert_int_equal(lost(), 1);
	assert_int_equal(sessions__count_open(memory), 0);
}

static void a_displaced_one(void **state)
{
	(void)state;
	memory->nr_displaced = 2;
	memory->displaced_by_hash[session__hash(STACK)] = 1;
	open_session(session__own_slot(STACK) + 5, GONE);
	reclaim();
	assert_int_equal(sessions__count_open(memory), 0);
	assert_int_equal(memory->nr_displaced, 1);
	assert_int_equal(memory->displaced_by_hash[session__hash(STACK)], 0);
}

static void a_reserved_one(void **state)
{
	struct session *session = open_session(NR_SESSIONS + 9, GONE);

	(void)state;
	session->owner = 5;
	memory->nr_displaced = memory->displaced_by_hash[session__hash(STACK)] = 1;
	memory->nr_reserved = 3;
	memory->reserved_by_owner[5] = 2;
	reclaim();
	assert_int_equal(sessions__count_open(memory), 0);
	assert_int_equal(memory->nr_displaced, 0);
	assert_int_equal(memory->nr_reserved, 2);
	assert_int_equal(memory->reserved_by_owner[5], 1);
}

static void what_is_left_alone(void **state)
{
	__u32 slot = session__own_slot(STACK);

	(void)state;
	open_session(slot, GONE + 1);		     /* its task is not visible here */
	open_session(slot + 1, 0);		     /* its task is not seen from here */
	open_session(slot + 2, GONE)->innermost = 0; /* the session is being opened or closed */
	open_session(slot + 3, GONE)->record.spans[0].start = LATER_NS;
	reclaim();
	assert_int_equal(sessions__count_open(memory), 4);
	assert_int_equal(nr_released, 0);
	assert_int_equal(lost(), 0);
}

static void begin_another(struct session *session)
{
	session->record.spans[0].start = LATER_NS;
}

static void be_closed(struct session *session)
{
	session->innermost = 0;
}

static void be_released(struct session *session)
{
	session->innermost = 0;
	session->stack = 0;
}

/* Meanwhile the stack belongs to another task. */
static void a_stack_that_is_used_again(void **state)
{
	static void (*const events[])(struct session *) = { begin_another, be_closed };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct session *session = open_session(session__own_slot(STACK), GONE);

		meanwhile = events[i];
		reclaim();
		assert_int_equal(session->stack, STACK);
		assert_int_equal(nr_released, 0);
		assert_int_equal(lost(), 0);
	}
}

static void a_slot_that_is_released(void **state)
{
	(void)state;
	open_session(session__own_slot(STACK), GONE);
	meanwhile = be_released;
	reclaim();
	assert_int_equal(sessions__count_open(memory), 0);
	assert_int_equal(lost(), 0);
}

static void what_is_not_copied(void **state)
{
	struct session *session = open_session(9, GONE + 1), copy;

	(void)state;
	assert_true(sessions__copy(memory, 9, &copy));
	assert_int_equal(copy.record.tid, GONE + 1);
	assert_int_equal(sessions__start(memory, 9), BEGUN_NS);
	session->innermost = 0; /* it is being opened or closed */
	assert_false(sessions__copy(memory, 9, &copy));
	assert_int_equal(sessions__start(memory, 9), 0);
	session->innermost = sizeof(struct open_span);
	session->stack = 1; /* the slot is being freed */
	assert_false(sessions__copy(memory, 9, &copy));
	session->stack = 0;
	assert_false(sessions__copy(memory, 9, &copy));
	assert_int_equal(sessions__start(memory, 9), 0);
}

#define ROUNDS 200000

/* What a program does, as seen from another processor: one creation after the other. */
static void *create(void *context)
{
	struct session *session = context;
	__u64 round;

	for (round = 1; round <= ROUNDS; round++) {
		__atomic_store_n(&session->stack, STACK, __ATOMIC_RELEASE);
		__atomic_store_n(&session->record.tid, (__u32)round, __ATOMIC_RELEASE);
		__atomic_store_n(&session->record.protocol, (__s32)round, __ATOMIC_RELEASE);
		__atomic_store_n(&session->record.spans[0].start, round, __ATOMIC_RELEASE);
		__atomic_store_n(&session->innermost, sizeof(struct open_span), __ATOMIC_RELEASE);
		__atomic_store_n(&session->innermost, 0, __ATOMIC_RELEASE);
		__atomic_store_n(&session->stack, 0, __ATOMIC_RELEASE);
	}
	return NULL;
}

static void copies_while_it_is_written(void **state)
{
	struct session *session = &memory->sessions[9];
	struct session copy;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, create, session), 0);
	while (__atomic_load_n(&session->record.spans[0].start, __ATOMIC_ACQUIRE) < ROUNDS) {
		if (!sessions__copy(memory, 9, &copy))
			continue;
		assert_int_equal(copy.record.tid, copy.record.spans[0].start);
		assert_int_equal(copy.record.protocol, copy.record.spans[0].start);
		assert_int_equal(copy.stack, STACK);
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static void a_gate_that_is_settled(void **state)
{
	(void)state;
	memory->gate = GATE_OPEN;
	sessions__settle(memory);
	assert_int_equal(memory->gate, GATE_SETTLED);
	sessions__settle(memory);
	assert_int_equal(memory->gate, GATE_SETTLED);
}

/* A reader that blocks the output has made the trace end before. */
static void a_gate_that_was_closed(void **state)
{
	(void)state;
	memory->gate = GATE_CLOSED;
	sessions__settle(memory);
	assert_int_equal(memory->gate, GATE_CLOSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_task_that_is_gone, begin, end),
		cmocka_unit_test_setup_teardown(a_task_that_is_elsewhere, begin, end),
		cmocka_unit_test_setup_teardown(a_displaced_one, begin, end),
		cmocka_unit_test_setup_teardown(a_reserved_one, begin, end),
		cmocka_unit_test_setup_teardown(what_is_left_alone, begin, end),
		cmocka_unit_test_setup_teardown(a_stack_that_is_used_again, begin, end),
		cmocka_unit_test_setup_teardown(a_slot_that_is_released, begin, end),
		cmocka_unit_test_setup_teardown(what_is_not_copied, begin, end),
		cmocka_unit_test_setup_teardown(copies_while_it_is_written, begin, end),
		cmocka_unit_test_setup_teardown(a_gate_that_is_settled, begin, end),
		cmocka_unit_test_setup_teardown(a_gate_that_was_closed, begin, end),
	};

	return cmocka_run_group_tests_name("sessions", tests, NULL, NULL);
}
