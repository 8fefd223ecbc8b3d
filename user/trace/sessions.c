// SPDX-License-Identifier: GPL-2.0
#include "trace/sessions.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

/* Not the address of any stack. It keeps others away from a slot that is being freed. */
#define SLOT_TAKEN 1

void sessions__settle(struct state *state)
{
	__u32 gate = GATE_OPEN;

	__atomic_compare_exchange_n(&state->gate, &gate, GATE_SETTLED, false, __ATOMIC_RELEASE,
				    __ATOMIC_RELAXED);
}

__u64 sessions__count_open(const struct state *state)
{
	__u64 open = 0;
	int i;

	for (i = 0; i < NR_SLOTS; i++)
		open += __atomic_load_n(&state->sessions[i].stack, __ATOMIC_ACQUIRE) != 0;
	return open;
}

enum task_call_place sessions__find_task(const struct wire_record *record)
{
	const struct task_call_arguments arguments = { (__u32)record->family, (__u32)record->type,
						       (__u32)record->protocol };

	/* Any system call, and threads of the kernel, can have it make a socket for itself. */
	if (!record->tid || record->via == VIA_KERNEL)
		return TASK_CALL_UNKNOWN;
	return task_call__find("/proc", record->tid, &arguments);
}

/* Whether the task has left the creation without being seen. */
static bool task_has_left(const struct wire_record *record)
{
	if (record->tid && kill(record->tid, 0) && errno == ESRCH)
		return true;
	return sessions__find_task(record) == TASK_CALL_OUTSIDE;
}

/*
 * Free the slot of a session that began at start, unless it was freed meanwhile. Stacks are reused,
 * so the slot may belong to a new session of the same stack by now, which must be left alone.
 * Return whether the slot was freed.
 */
static bool free_slot(struct state *state, struct session *session, __u64 stack, __u64 start)
{
	__u64 taken = SLOT_TAKEN;

	if (!__atomic_compare_exchange_n(&session->stack, &stack, SLOT_TAKEN, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		return false;
	if (!__atomic_load_n(&session->innermost, __ATOMIC_ACQUIRE) ||
	    session->record.spans[0].start != start) {
		/* Give the slot back, unless its owner has released it meanwhile. */
		__atomic_compare_exchange_n(&session->stack, &taken, stack, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED);
		return false;
	}
	session->innermost = 0;
	if (session->slot != session__own_slot(stack)) {
		__atomic_sub_fetch(&state->displaced_by_hash[session__hash(stack)], 1,
				   __ATOMIC_RELAXED);
		__atomic_sub_fetch(&state->nr_displaced, 1, __ATOMIC_RELAXED);
	}
	if (session->slot >= NR_SESSIONS) {
		__atomic_sub_fetch(&state->reserved_by_owner[session->owner & (NR_OWNERS - 1)], 1,
				   __ATOMIC_RELAXED);
		__atomic_sub_fetch(&state->nr_reserved, 1, __ATOMIC_RELAXED);
	}
	__atomic_add_fetch(&state->accounts[0].lost[LOST_ENTRY_WITHOUT_EXIT], 1, __ATOMIC_RELAXED);
	__atomic_store_n(&session->stack, 0, __ATOMIC_RELEASE);
	return true;
}

void sessions__reclaim(struct state *state, __u64 before_ns,
		       void (*release_claim)(void *context, __u32 slot), void *context)
{
	int i;

	for (i = 0; i < NR_SLOTS; i++) {
		struct session *session = &state->sessions[i];
		__u64 stack = __atomic_load_n(&session->stack, __ATOMIC_ACQUIRE);
		__u32 slot = session->slot;
		__u64 start;

		/*
		 * A session without an open span is just being opened, and the rest of it is still
		 * that of the slot's previous owner.
		 */
		if (!stack || !__atomic_load_n(&session->innermost, __ATOMIC_ACQUIRE))
			continue;
		start = session->record.spans[0].start;
		if (start < before_ns && task_has_left(&session->record) &&
		    free_slot(state, session, stack, start))
			release_claim(context, slot);
	}
}

/* What tells one state of a session from any other: nothing else changes without these. */
struct session_mark {
	__u64 stack;
	__u64 start;
	__u32 innermost;
};

static struct session_mark read_mark(const struct session *session)
{
	struct session_mark mark = {
		.stack = __atomic_load_n(&session->stack, __ATOMIC_ACQUIRE),
		.innermost = __atomic_load_n(&session->innermost, __ATOMIC_ACQUIRE),
		.start = __atomic_load_n(&session->record.spans[0].start, __ATOMIC_ACQUIRE),
	};

	return mark;
}

static bool is_open(const struct session_mark *mark)
{
	return mark->stack > SLOT_TAKEN && mark->innermost;
}

__u64 sessions__start(const struct state *state, __u32 slot)
{
	struct session_mark mark = read_mark(&state->sessions[slot]);

	return is_open(&mark) ? mark.start : 0;
}

bool sessions__copy(const struct state *state, __u32 slot, struct session *copy)
{
	const struct session *session = &state->sessions[slot];
	struct session_mark before = read_mark(session), after;

	if (!is_open(&before))
		return false;
	memcpy(copy, session, sizeof(*copy));
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	after = read_mark(session);
	return before.stack == after.stack && before.start == after.start &&
	       before.innermost == after.innermost;
}

bool sessions__is_waiting(const struct session *copy)
{
	return copy->is_accept && (copy->wait_began || copy->record.waited);
}
