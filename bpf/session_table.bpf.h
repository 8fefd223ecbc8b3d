/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of sessions: finding, opening and releasing them.
 *
 * A session lives in the slot that its stack's address names, so the look-up is a compare, and
 * takes no call of the kernel. Where that slot is taken it is displaced to one of a few others.
 * That of an accept() moves to the map accepts when it begins to wait, perhaps for long. Look-ups
 * that miss search there as long as a session is there whose stack has the same hash.
 */
#ifndef SESSION_TABLE_BPF_H
#define SESSION_TABLE_BPF_H

#include "account.bpf.h"
#include "compat.bpf.h"
#include "verifier.bpf.h"

static __always_inline struct session *session__at(struct session *table, u32 slot)
{
	return at_offset(table, (u64)bounded(slot, NR_SESSIONS) * sizeof(struct session));
}

/* The slot of the stack that a frame is on, whosever session is in it. */
static __always_inline struct session *session__own(struct session *table, u64 frame)
{
	return session__at(table, session__own_slot(frame));
}

/* Whether the session of the stack that a frame is on may be anywhere but in its own slot. */
static __always_inline bool session__may_be_displaced(const struct session *table, u64 frame)
{
	if (likely(!state_of(table)->nr_displaced))
		return false;
	/* Else the compiler keeps what the slot was calculated from, in any case. */
	keep_in_register(frame);
	return state.displaced_by_hash[session__hash(frame)];
}

/* Notes that one session more, or less, of a stack is not in its own slot. */
static __always_inline void session__count_displaced(u64 stack, s32 more)
{
	__sync_fetch_and_add(&state.displaced_by_hash[session__hash(stack)], more);
	__sync_fetch_and_add(&state.nr_displaced, more);
}

/*
 * The slot that is tried in the i-th place for a stack. The stacks of a pool of threads lie side by
 * side, so these are far from one another: what is displaced from side by side is side by side
 * again.
 */
static __always_inline u32 session__slot_tried(u64 stack, u32 i)
{
	return bounded(session__own_slot(stack) + i * PROBE_STEP, NR_SESSIONS);
}

/* The slot that a stack's session was displaced to, or -1. */
GLOBAL int session__find_displaced(u64 stack)
{
	u32 i;

	NOT_UNROLLED
	for (i = 1; i < MAX_PROBES; i++) {
		u32 slot = session__slot_tried(stack, i);

		if (session__at(state.sessions, slot)->stack == stack)
			return slot;
	}
	return -1;
}

/* The session of the current task in accepts, or NULL. */
static __always_inline struct session *session__in_accepts(void)
{
	u32 tid = bpf_get_current_pid_tgid();

	return bpf_map_lookup_elem(&accepts, &tid);
}

/* An interrupt on top of a task finds that task's, but is on another stack or below its spans. */
static __noinline struct session *session__find_accept(u64 stack)
{
	struct session *session = session__in_accepts();

	return session && session->stack == stack ? session : NULL;
}

/* The session in a slot, which may be NR_SESSIONS: then NULL is possible. */
static __always_inline struct session *session__in(u32 slot)
{
	if (config.accept) {
		/* Else the compiler has the slot looked at first: twice the work for the verifier.
		 */
		barrier();
		if (slot == NR_SESSIONS)
			return session__in_accepts();
	}
	return session__at(state.sessions, slot);
}

/* The session of the stack that a frame is on, or NULL. own is session__own(). */
static __always_inline struct session *session__find_from(struct session *table,
							  struct session *own, u64 frame)
{
	u64 stack = session__stack(frame);
	struct session *session;
	int slot;

	if (own->stack == stack)
		return own;
	if (likely(!session__may_be_displaced(table, frame)))
		return NULL;
	if (config.accept) {
		session = session__find_accept(stack);
		if (session)
			return session;
	}
	slot = session__find_displaced(stack);
	return slot < 0 ? NULL : session__at(table, slot);
}

static __always_inline struct session *session__find(struct session *table, u64 frame)
{
	return session__find_from(table, session__own(table, frame), frame);
}

static __always_inline bool session__try_claim(struct session *session, u32 slot, u64 stack)
{
	slot = bounded(slot, NR_SESSIONS);
	if (!compat__claim_slot(session, &slot, stack))
		return false;
	session->slot = slot;
	return true;
}

/* The slot that a stack's session is displaced to, now taken, or -1. */
GLOBAL int session__claim_displaced(u64 stack)
{
	u32 i;

	NOT_UNROLLED
	for (i = 1; i < MAX_PROBES; i++) {
		u32 slot = session__slot_tried(stack, i);
		struct session *session = session__at(state.sessions, slot);

		if (session->stack || !session__try_claim(session, slot, stack))
			continue;
		session__count_displaced(stack, 1);
		return slot;
	}
	return -1;
}

/* A free slot that is not its own made that of the stack that a frame is on, or NULL. */
static __always_inline struct session *session__claim_other(struct session *table, u64 frame)
{
	int slot = session__claim_displaced(session__stack(frame));

	return slot < 0 ? NULL : session__at(table, slot);
}

/*
 * A free slot made that of the stack that a frame is on, or NULL. No span is open in it. own is
 * session__own().
 */
static __always_inline struct session *session__claim(struct session *table, struct session *own,
						      u64 frame)
{
	if (likely(session__try_claim(own, session__own_slot(frame), session__stack(frame))))
		return own;
	return session__claim_other(table, frame);
}

/* Takes the session of a task out of accepts. False if it has none there. */
static __noinline bool session__remove_accept(u32 tid)
{
	struct session *session = bpf_map_lookup_elem(&accepts, &tid);

	if (!session)
		return false;
	session__count_displaced(session->stack, -1);
	bpf_map_delete_elem(&accepts, &tid);
	return true;
}

/* Gives the slot back, or the place in accepts; no span must be open in it. */
static __always_inline void session__release(struct session *session)
{
	/* As long as nobody is, this one is not displaced either. */
	if (unlikely(state.nr_displaced)) {
		if (config.accept && session->slot == NR_SESSIONS) {
			session__remove_accept(bpf_get_current_pid_tgid());
			return;
		}
		if (session->slot != session__own_slot(session->stack))
			session__count_displaced(session->stack, -1);
	}
	compat__release_slot(session);
}

/*
 * Moves the current task's session from its slot to accepts. Returns where it is now, or NULL if
 * there is no room: then it is where it was. No program of the session must be running.
 */
static __always_inline struct session *session__move_to_accepts(struct session *session)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct session *moved;

	if (bpf_map_update_elem(&accepts, &tid, session, BPF_ANY))
		return NULL;
	moved = session__in_accepts();
	if (!moved)
		return NULL;
	moved->slot = NR_SESSIONS;
	session__count_displaced(moved->stack, 1);
	session->innermost = 0;
	session__release(session);
	return moved;
}

#endif /* SESSION_TABLE_BPF_H */
