/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of sessions: finding, claiming and releasing a slot.
 *
 * The address of a stack names the slot of its session, so a look-up is one comparison and calls no
 * helper. If another session has that slot, the session is displaced to one of a few other slots,
 * or, where these are taken as well, to a reserved one, of which no user can have all.
 * The session of an accept() moves to the map accepts when the call begins to wait. A look-up that
 * misses its own slot searches further only while a displaced session has the same hash.
 */
#ifndef SESSION_TABLE_BPF_H
#define SESSION_TABLE_BPF_H

#include "account.bpf.h"
#include "compat.bpf.h"
#include "verifier.bpf.h"

/* The session in a slot, or NULL if there is no such slot. */
static __always_inline struct session *session__at(struct session *table, u32 slot)
{
	hide_from_compiler(slot);
	if (slot >= NR_SLOTS)
		return NULL;
	return at_offset(table, (u64)slot * sizeof(struct session));
}

/* The own slot of the stack that a frame lies on. It may hold the session of another stack. */
static __always_inline struct session *session__own(struct session *table, u64 frame)
{
	return at_offset(table, (u64)session__own_slot(frame) * sizeof(struct session));
}

/* Whether the session of a frame's stack may be anywhere but in its own slot. */
static __always_inline bool session__may_be_displaced(const struct session *table, u64 frame)
{
	if (likely(!state_of(table)->nr_displaced))
		return false;
	/*
	 * Otherwise the compiler keeps in registers what the slot was calculated from, even where
	 * it is not needed.
	 */
	keep_in_register(frame);
	return state.displaced_by_hash[session__hash(frame)];
}

/* Count one more (or, with -1, one fewer) session of a stack that is not in its own slot. */
static __always_inline void session__count_displaced(u64 stack, s32 more)
{
	__sync_fetch_and_add(&state.displaced_by_hash[session__hash(stack)], more);
	__sync_fetch_and_add(&state.nr_displaced, more);
}

/*
 * The slot to try in the i-th place for a stack: from MAX_PROBES on a reserved one. The stacks of a
 * thread pool lie side by side, so the places are far apart: sessions that are displaced from
 * neighbouring slots get neighbouring slots again.
 */
static __always_inline u32 session__slot_tried(u64 stack, u32 i)
{
	u32 place = session__own_slot(stack) + i * PROBE_STEP;

	return i < MAX_PROBES ? bounded(place, NR_SESSIONS)
			      : NR_SESSIONS + bounded(place, NR_RESERVED);
}

/* The slot to which a stack's session has been displaced, or -1. */
GLOBAL int session__find_displaced(u64 stack)
{
	u32 i;

	NOT_UNROLLED
	for (i = 1; i < 2 * MAX_PROBES; i++) {
		u32 slot = session__slot_tried(stack, i);
		const struct session *session = session__at(state.sessions, slot);

		if (session && session->stack == stack)
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

/*
 * An interrupt on top of a task finds the task's session, but runs on another stack or below its
 * spans.
 */
static __noinline struct session *session__find_accept(u64 stack)
{
	struct session *session = session__in_accepts();

	return session && session->stack == stack ? session : NULL;
}

/*
 * The session in a slot. IN_ACCEPTS stands for the map accepts, and gives NULL if the current task
 * has no session there.
 */
static __always_inline struct session *session__in(u32 slot)
{
	if (WITH_ACCEPT) {
		/*
		 * Otherwise the compiler tests the slot first, which doubles the verifier's work.
		 */
		barrier();
		if (slot == IN_ACCEPTS)
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
	if (WITH_ACCEPT) {
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
	if (!compat__claim_slot(session, &slot, stack))
		return false;
	session->slot = slot;
	return true;
}

/*
 * Claim one of the slots that are tried for a stack from place first up to, but not including, end.
 * Return the slot, or -1 if none is free.
 */
static __always_inline int session__claim_one_of(u64 stack, u32 first, u32 end)
{
	u32 i;

	NOT_UNROLLED
	for (i = first; i < end; i++) {
		u32 slot = session__slot_tried(stack, i);
		struct session *session = session__at(state.sessions, slot);

		if (!session || session->stack || !session__try_claim(session, slot, stack))
			continue;
		session__count_displaced(stack, 1);
		return slot;
	}
	return -1;
}

/* Claim a slot for a displaced session of a stack. Return the slot, or -1 if none is free. */
GLOBAL int session__claim_displaced(u64 stack)
{
	return session__claim_one_of(stack, 1, MAX_PROBES);
}

/* Count one more (or, with -1, one fewer) reserved slot that an owner has. */
static __always_inline void session__count_reserved(u32 owner, s32 more)
{
	__sync_fetch_and_add(&state.reserved_by_owner[bounded(owner, NR_OWNERS)], more);
	__sync_fetch_and_add(&state.nr_reserved, more);
}

/*
 * Whether a user leaves more reserved slots to others than it has. So the first one that needs many
 * gets half of them, the next one half of the rest, and no user gets the last one. Processors that
 * ask at one time can exceed this by one each.
 */
static __always_inline bool session__may_reserve(u32 owner)
{
	return state.reserved_by_owner[bounded(owner, NR_OWNERS)] + state.nr_reserved < NR_RESERVED;
}

/* Claim a reserved slot for a stack of the current user. Return the slot, or -1 if it gets none. */
GLOBAL int session__claim_reserved(u64 stack)
{
	u32 owner = session__owner(bpf_get_current_uid_gid());
	struct session *session;
	int slot;

	if (!session__may_reserve(owner))
		return -1;
	session__count_reserved(owner, 1);
	slot = session__claim_one_of(stack, MAX_PROBES, 2 * MAX_PROBES);
	session = slot < 0 ? NULL : session__at(state.sessions, slot);
	if (!session) {
		session__count_reserved(owner, -1);
		return -1;
	}
	session->owner = owner;
	return slot;
}

/* Claim a slot that is not the stack's own. Return NULL if none is free. */
static __always_inline struct session *session__claim_other(struct session *table, u64 frame)
{
	u64 stack = session__stack(frame);
	int slot = session__claim_displaced(stack);

	if (slot < 0)
		slot = session__claim_reserved(stack);
	return slot < 0 ? NULL : session__at(table, slot);
}

/*
 * Claim a slot for the stack that a frame lies on. own is session__own(). Return a session without
 * open spans, or NULL if no slot is free.
 */
static __always_inline struct session *session__claim(struct session *table, struct session *own,
						      u64 frame)
{
	if (likely(session__try_claim(own, session__own_slot(frame), session__stack(frame))))
		return own;
	return session__claim_other(table, frame);
}

/* Remove a task's session from accepts. Return false if it has none there. */
static __noinline bool session__remove_accept(u32 tid)
{
	struct session *session = bpf_map_lookup_elem(&accepts, &tid);

	if (!session)
		return false;
	session__count_displaced(session->stack, -1);
	bpf_map_delete_elem(&accepts, &tid);
	return true;
}

/* Release a session's slot, or its element of accepts. No span must be open in it. */
static __always_inline void session__release(struct session *session)
{
	/* If no session is displaced, this one is not either. */
	if (unlikely(state.nr_displaced)) {
		if (WITH_ACCEPT && session->slot == IN_ACCEPTS) {
			session__remove_accept(bpf_get_current_pid_tgid());
			return;
		}
		if (session->slot != session__own_slot(session->stack))
			session__count_displaced(session->stack, -1);
		if (session->slot >= NR_SESSIONS)
			session__count_reserved(session->owner, -1);
	}
	compat__release_slot(session);
}

/*
 * Move the current task's session from its slot to accepts. Return its new place, or NULL if there
 * is no room; then it stays where it was. No program of the session must be running.
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
	moved->slot = IN_ACCEPTS;
	session__count_displaced(moved->stack, 1);
	session->innermost = 0;
	session__release(session);
	return moved;
}

#endif /* SESSION_TABLE_BPF_H */
