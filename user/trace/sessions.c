// SPDX-License-Identifier: GPL-2.0
#include "trace/sessions.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>

/* Not the address of any stack. It keeps others away from a slot that is being freed. */
#define SLOT_TAKEN 1

__u64 sessions__count_open(const struct state *state)
{
	__u64 open = 0;
	int i;

	for (i = 0; i < NR_SESSIONS; i++)
		open += __atomic_load_n(&state->sessions[i].stack, __ATOMIC_ACQUIRE) != 0;
	return open;
}

static bool task_is_gone(__u32 tid)
{
	return tid && kill(tid, 0) && errno == ESRCH;
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
	__atomic_add_fetch(&state->accounts[0].lost[LOST_ENTRY_WITHOUT_EXIT], 1, __ATOMIC_RELAXED);
	__atomic_store_n(&session->stack, 0, __ATOMIC_RELEASE);
	return true;
}

void sessions__reclaim(struct state *state, __u64 before_ns,
		       void (*release_claim)(void *context, __u32 slot), void *context)
{
	int i;

	for (i = 0; i < NR_SESSIONS; i++) {
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
		if (start < before_ns && task_is_gone(session->record.tid) &&
		    free_slot(state, session, stack, start))
			release_claim(context, slot);
	}
}
