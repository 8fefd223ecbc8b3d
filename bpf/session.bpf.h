/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sessions: finding, opening and releasing them, and pushing and popping their spans.
 *
 * A session lives in the slot that its task's tid names (tid modulo NR_SESSIONS), so the look-up
 * is a compare. Where that slot is taken it is displaced to one of the next MAX_PROBES slots, and
 * as long as one session is displaced anywhere, look-ups that miss search there too.
 *
 * That of an accept(), which may wait for long, is in the map accepts instead.
 *
 * Only the owner changes a session, and only on the stack that the session was opened on: an
 * interrupt on top of the owner finds the session too, but its frames lie elsewhere.
 */
#ifndef SESSION_BPF_H
#define SESSION_BPF_H

#include "account.bpf.h"

#define likely(condition)   __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

/* Keeps the compiler from moving accesses to memory across it. */
#define barrier() asm volatile("" ::: "memory")

static __always_inline struct session *session__at(u32 slot)
{
	return &state.sessions[slot & (NR_SESSIONS - 1)];
}

static __noinline struct session *session__find_displaced(u32 tid)
{
	u32 i;

	for (i = 1; i < MAX_PROBES; i++) {
		struct session *session = session__at(tid + i);

		if (session->owner == tid)
			return session;
	}
	return NULL;
}

/* The session of the task with this tid, or NULL. */
static __always_inline struct session *session__find(u32 tid)
{
	struct session *session = session__at(tid);

	if (session->owner == tid)
		return session;
	if (unlikely(state.displaced)) {
		session = session__find_displaced(tid);
		if (session)
			return session;
	}
	return config.accept ? bpf_map_lookup_elem(&accepts, &tid) : NULL;
}

static __always_inline bool session__try_claim(struct session *session, u32 slot, u32 tid)
{
	slot &= NR_SESSIONS - 1;
#ifdef HAVE_ATOMICS
	if (__sync_val_compare_and_swap(&session->owner, 0, tid) != 0)
		return false;
#else
	if (session->owner || bpf_map_update_elem(&claims, &slot, &tid, BPF_NOEXIST))
		return false;
	session->owner = tid;
#endif
	session->slot = slot;
	return true;
}

static __noinline struct session *session__claim_displaced(u32 tid)
{
	u32 i;

	for (i = 1; i < MAX_PROBES; i++) {
		struct session *session = session__at(tid + i);

		if (session->owner || !session__try_claim(session, tid + i, tid))
			continue;
		__sync_fetch_and_add(&state.displaced, 1);
		return session;
	}
	return NULL;
}

/* A free slot made the task's own, or NULL if there is none. Its depth is 0. */
static __always_inline struct session *session__claim(u32 tid)
{
	struct session *session = session__at(tid);

	if (likely(session__try_claim(session, tid, tid)))
		return session;
	return session__claim_displaced(tid);
}

/* The same for an accept(). */
static __always_inline struct session *session__claim_accept(u32 tid)
{
	struct session *session;

	if (bpf_map_update_elem(&accepts, &tid, &state.blank_session, BPF_NOEXIST))
		return NULL;
	session = bpf_map_lookup_elem(&accepts, &tid);
	if (!session)
		return NULL;
	session->slot = NR_SESSIONS;
	session->owner = tid;
	return session;
}

/* Gives the slot back; its depth must be 0 already. */
static __always_inline void session__release(struct session *session)
{
	u32 slot = session->slot;

	if (config.accept && slot == NR_SESSIONS) {
		u32 tid = session->owner;

		bpf_map_delete_elem(&accepts, &tid);
		return;
	}
	if (unlikely(slot != (session->owner & (NR_SESSIONS - 1))))
		__sync_fetch_and_add(&state.displaced, -1);
#ifdef HAVE_ATOMICS
	/* An exchange orders what was read from the slot before what its next owner writes. */
	__sync_lock_test_and_set(&session->owner, 0);
#else
	session->owner = 0;
	bpf_map_delete_elem(&claims, &slot);
#endif
}

/*
 * Whether a frame is on the session's stack, at or below its outermost span. A frame can be a
 * pointer to a context, which the verifier lets be compared and stored, but not calculated with.
 */
static __always_inline bool session__on_stack(const struct session *session, u64 frame)
{
	u64 top = session->frames[0];

	return frame <= top && frame > top - config.stack_size;
}

static __always_inline struct wire_span *session__open_span(struct session *session, u32 level)
{
	u32 index = session->open[level & (MAX_DEPTH - 1)];

	return &session->record.spans[index & (WIRE_MAX_SPANS - 1)];
}

/* Whether a stage may be called by the innermost open span's stage. */
static __always_inline bool session__may_call(struct session *session, u32 depth, enum stage stage)
{
	struct wire_span *top = session__open_span(session, depth - 1);

	return state.parents[stage] & STAGE_BIT(top->stage & 63);
}

/* Forgets the open spans from level depth on: their returns were missed. */
static __always_inline void session__cut(struct session *session, u32 from, u32 depth)
{
	struct account *account = account__this_cpu();

	__sync_fetch_and_add(&account->lost[LOST_SPAN_WITHOUT_EXIT], from - depth);
	session->record.flags |= WIRE_EXIT_MISSED;
	session->depth = depth;
}

/*
 * Whether the span at a level can't be open any more when a stage is called at frame. It can't if
 * it lies below frame. One at frame itself can only be what jumps to the stage instead of calling
 * it, as compilers have it for a function's last call: then kprobes see both at one place.
 */
static __always_inline bool session__is_over(struct session *session, u32 level, enum stage stage,
					     u64 frame)
{
	if (session->frames[level] != frame)
		return session->frames[level] < frame;
	return !(state.parents[stage] & STAGE_BIT(session__open_span(session, level)->stage & 63));
}

/*
 * Cuts off open spans that cannot be open any more, since a function above them on the stack is
 * being called. Returns the new depth. From the innermost on, so that the verifier has one path a
 * round to follow: it does so anew for each entry program, and that is most of their loading time.
 */
static __noinline u32 session__unwind(struct session *session, enum stage stage, u64 frame)
{
	u32 old_depth = session->depth;
	u32 i, depth = old_depth;

	for (i = 1; i < MAX_DEPTH; i++) {
		u32 level = (depth - 1) & (MAX_DEPTH - 1);

		if (!level || !session__is_over(session, level, stage, frame))
			break;
		depth = level;
	}
	if (depth != old_depth)
		session__cut(session, old_depth, depth);
	return depth;
}

/* The idle task, whose tid is 0, finds free slots for its own: there nothing was on top of. */
static __always_inline struct wire_span *session__count_foreign(const struct session *session)
{
	if (session->owner)
		account__count(account__this_cpu(), foreign);
	return NULL;
}

static __noinline struct wire_span *session__count_truncated(struct session *session)
{
	account__lost(LOST_SPAN_ARRAY_FULL);
	session->record.flags |= WIRE_SPANS_TRUNCATED;
	return NULL;
}

/* Puts a span behind the others and opens it. There must be room. The caller sets its start. */
static __always_inline struct wire_span *session__append(struct session *session, u32 depth,
							 enum stage stage, u64 frame, u32 parent)
{
	u32 index = session->record.nr_spans;
	struct wire_span *span = &session->record.spans[index & (WIRE_MAX_SPANS - 1)];

	span->duration = 0;
	span->ret = 0;
	span->stage = stage;
	span->parent = parent;
	span->flags = 0;
	span->family = 0;
	session->record.nr_spans = index + 1;
	session->frames[depth & (MAX_DEPTH - 1)] = frame;
	session->open[depth & (MAX_DEPTH - 1)] = index;
	/* An interrupt that comes in between must find the old depth or the whole span. */
	barrier();
	session->depth = depth + 1;
	return span;
}

/*
 * Opens a span of a stage called at frame. Returns it with its start yet to be set, or NULL if the
 * call is not part of the session (counted as foreign) or there is no room (counted as lost).
 */
static __always_inline struct wire_span *session__push(struct session *session, enum stage stage,
						       u64 frame)
{
	u32 depth = session->depth;

	if (!depth || !session__on_stack(session, frame))
		return session__count_foreign(session);
	if (unlikely(frame >= session->frames[(depth - 1) & (MAX_DEPTH - 1)]))
		depth = session__unwind(session, stage, frame);
	if (!session__may_call(session, depth, stage))
		return session__count_foreign(session);
	if (unlikely(depth >= MAX_DEPTH || session->record.nr_spans >= WIRE_MAX_SPANS))
		return session__count_truncated(session);
	return session__append(session, depth, stage, frame,
			       session->open[(depth - 1) & (MAX_DEPTH - 1)]);
}

/*
 * The slow half of session__pop(): the returning call is not the innermost open span. Returns its
 * level with the spans above it cut off, or a negative number if it is not open at all.
 */
static __noinline int session__find_open(struct session *session, enum stage stage, u64 frame)
{
	u32 depth = session->depth;
	u32 i;

	if (!depth || depth > MAX_DEPTH || !session__on_stack(session, frame)) {
		session__count_foreign(session);
		return -1;
	}
	for (i = 1; i <= MAX_DEPTH; i++) {
		u32 level = (depth - i) & (MAX_DEPTH - 1);

		if (i > depth)
			break;
		if (session->frames[level] != frame ||
		    session__open_span(session, level)->stage != stage)
			continue;
		if (i > 1)
			session__cut(session, depth, level + 1);
		return level;
	}
	if (!session__may_call(session, depth, stage)) {
		session__count_foreign(session);
	} else if (!(session->record.flags & WIRE_SPANS_TRUNCATED)) {
		account__lost(LOST_EXIT_WITHOUT_ENTRY);
		session->record.flags |= WIRE_ENTRY_MISSED;
	}
	return -1;
}

/* Closes the span of a stage that returns at frame, at time now, or returns NULL (counted). */
static __always_inline struct wire_span *session__pop(struct session *session, enum stage stage,
						      u64 frame, u64 now)
{
	u32 level = session->depth - 1;
	struct wire_span *span;

	if (unlikely(level >= MAX_DEPTH || session->frames[level & (MAX_DEPTH - 1)] != frame ||
		     session__open_span(session, level)->stage != stage)) {
		int found = session__find_open(session, stage, frame);

		if (found < 0)
			return NULL;
		level = found;
	}
	span = session__open_span(session, level);
	span->duration = now - session->record.ts - span->start;
	span->flags |= WIRE_SPAN_CLOSED;
	session->depth = level;
	return span;
}

#endif /* SESSION_BPF_H */
