/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sessions: finding, opening and releasing them, and pushing and popping their spans.
 *
 * A session lives in the slot that its stack's address names, so the look-up is a compare, and
 * takes no call of the kernel. Where that slot is taken it is displaced to one of the next
 * MAX_PROBES slots, and as long as one session is displaced anywhere, look-ups that miss search
 * there too.
 *
 * That of an accept(), which may wait for long, is in the map accepts instead.
 *
 * Only its own task changes a session, on the stack that the session was opened on: an interrupt
 * on top of it has another stack, or lies below the open spans.
 */
#ifndef SESSION_BPF_H
#define SESSION_BPF_H

#include "account.bpf.h"

#define likely(condition)   __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

/* Keeps the compiler from moving accesses to memory across it. */
#define barrier() asm volatile("" ::: "memory")

/* The stack that a frame is on, by its lowest address. */
static __always_inline u64 session__stack(u64 frame)
{
	return frame & state.stack_mask;
}

static __always_inline struct session *session__at(u32 slot)
{
	return &state.sessions[slot & (NR_SESSIONS - 1)];
}

static __noinline struct session *session__find_displaced(u64 stack)
{
	u32 slot = session__own_slot(stack);
	u32 i;

	for (i = 1; i < MAX_PROBES; i++) {
		struct session *session = session__at(slot + i);

		if (session->stack == stack)
			return session;
	}
	return NULL;
}

/* An interrupt on top of a task finds that task's, but is on another stack or below its spans. */
static __noinline struct session *session__find_accept(u64 stack)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct session *session = bpf_map_lookup_elem(&accepts, &tid);

	if (!session)
		return NULL;
	if (session->stack == stack)
		return session;
	account__count(account__this_cpu(), foreign);
	return NULL;
}

/* The session of the stack that a frame is on, or NULL. */
static __always_inline struct session *session__find(u64 frame)
{
	u64 stack = session__stack(frame);
	struct session *session = session__at(session__own_slot(stack));

	if (likely(session->stack == stack))
		return session;
	if (unlikely(state.displaced)) {
		session = session__find_displaced(stack);
		if (session)
			return session;
	}
	return config.accept ? session__find_accept(stack) : NULL;
}

static __always_inline bool session__try_claim(struct session *session, u32 slot, u64 stack)
{
	slot &= NR_SESSIONS - 1;
#ifdef HAVE_ATOMICS
	if (__sync_val_compare_and_swap(&session->stack, 0, stack) != 0)
		return false;
#else
	if (session->stack || bpf_map_update_elem(&claims, &slot, &slot, BPF_NOEXIST))
		return false;
	session->stack = stack;
#endif
	session->slot = slot;
	return true;
}

static __noinline struct session *session__claim_displaced(u64 stack)
{
	u32 slot = session__own_slot(stack);
	u32 i;

	for (i = 1; i < MAX_PROBES; i++) {
		struct session *session = session__at(slot + i);

		if (session->stack || !session__try_claim(session, slot + i, stack))
			continue;
		__sync_fetch_and_add(&state.displaced, 1);
		return session;
	}
	return NULL;
}

/* A free slot made the own one of the stack that a frame is on, or NULL. Its depth is 0. */
static __always_inline struct session *session__claim(u64 frame)
{
	u64 stack = session__stack(frame);
	u32 slot = session__own_slot(stack);
	struct session *session = session__at(slot);

	if (likely(session__try_claim(session, slot, stack)))
		return session;
	return session__claim_displaced(stack);
}

/* The same for an accept(). */
static __always_inline struct session *session__claim_accept(u64 frame)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct session *session;

	if (bpf_map_update_elem(&accepts, &tid, &state.blank_session, BPF_NOEXIST))
		return NULL;
	session = bpf_map_lookup_elem(&accepts, &tid);
	if (!session)
		return NULL;
	session->slot = NR_SESSIONS;
	session->stack = session__stack(frame);
	return session;
}

/* Gives the slot back, or the place in accepts; its depth must be 0 already. */
static __always_inline void session__release(struct session *session)
{
	u32 slot = session->slot;

	if (config.accept && slot == NR_SESSIONS) {
		u32 tid = bpf_get_current_pid_tgid();

		bpf_map_delete_elem(&accepts, &tid);
		return;
	}
	if (unlikely(slot != session__own_slot(session->stack)))
		__sync_fetch_and_add(&state.displaced, -1);
#ifdef HAVE_ATOMICS
	/* An exchange orders what was read from the slot before what its next owner writes. */
	__sync_lock_test_and_set(&session->stack, 0);
#else
	session->stack = 0;
	bpf_map_delete_elem(&claims, &slot);
#endif
}

/* The open span at a level: 1 is the outermost one's, session->depth the innermost one's. */
static __always_inline struct open_span *session__open(struct session *session, u32 level)
{
	return &session->open[level & MAX_DEPTH];
}

/* Where it stands in the record. */
static __always_inline struct wire_span *session__open_span(struct session *session, u32 level)
{
	return &session->record.spans[session__open(session, level)->index & (WIRE_MAX_SPANS - 1)];
}

/* Forgets the open spans above level depth: their returns were missed. */
static __always_inline void session__cut(struct session *session, u32 from, u32 depth)
{
	struct account *account = account__this_cpu();

	__sync_fetch_and_add(&account->lost[LOST_SPAN_WITHOUT_EXIT], from - depth);
	session->record.flags |= WIRE_EXIT_MISSED;
	session->depth = depth;
}

/*
 * Whether an open span can't be open any more when a stage is called at frame. It can't if it lies
 * below frame. One at frame itself can only be what jumps to the stage instead of calling it, as
 * compilers have it for a function's last call: then kprobes see both at one place.
 */
static __always_inline bool session__is_over(const struct open_span *open, enum stage stage,
					     u64 frame)
{
	if (open->frame != frame)
		return open->frame < frame;
	return !(state.parents[stage] & open->stage);
}

/*
 * Cuts off open spans that cannot be open any more, since a function above them on the stack is
 * being called. Returns the new depth, 0 if the call does not lie within the outermost one. From
 * the innermost on, so that the verifier has one path a round to follow: it does so anew for each
 * entry program, and that is most of their loading time.
 */
static __noinline u32 session__unwind(struct session *session, enum stage stage, u64 frame)
{
	u32 old_depth = session->depth;
	u32 i, depth = old_depth;

	if (frame > session__open(session, 1)->frame)
		return 0;
	for (i = 1; i < MAX_DEPTH; i++) {
		if (depth <= 1 || !session__is_over(session__open(session, depth), stage, frame))
			break;
		depth--;
	}
	if (depth != old_depth)
		session__cut(session, old_depth, depth);
	return depth;
}

static __noinline struct wire_span *session__count_foreign(void)
{
	account__count(account__this_cpu(), foreign);
	return NULL;
}

static __noinline struct wire_span *session__count_truncated(struct session *session)
{
	account__lost(LOST_SPAN_ARRAY_FULL);
	session->record.flags |= WIRE_SPANS_TRUNCATED;
	return NULL;
}

/* A span's members behind the result in one store, not four: flags and family are 0. */
static __always_inline void session__begin_span(struct wire_span *span, enum stage stage,
						u32 parent)
{
	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ &&
			       __builtin_offsetof(struct wire_span, stage) % 4 == 0 &&
			       __builtin_offsetof(struct wire_span, parent) % 4 == 1,
		       "stage and parent are the low bytes of a word");
	*(u32 *)&span->stage = (u32)stage | parent << 8;
}

/*
 * Puts a span behind the others and opens it as the innermost one. There must be room. The caller
 * sets its start; its duration is set when it is closed.
 */
static __always_inline struct wire_span *session__append(struct session *session, u32 depth,
							 enum stage stage, u64 frame, u32 parent)
{
	u32 index = session->record.nr_spans;
	struct wire_span *span = &session->record.spans[index & (WIRE_MAX_SPANS - 1)];
	struct open_span *open = session__open(session, depth + 1);

	session__begin_span(span, stage, parent);
	open->frame = frame;
	open->stage = STAGE_BIT(stage);
	open->index = index;
	session->record.nr_spans = index + 1;
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
	const struct open_span *innermost = session__open(session, depth);

	if (unlikely(frame >= innermost->frame)) {
		depth = session__unwind(session, stage, frame);
		innermost = session__open(session, depth);
	}
	if (unlikely(!(state.parents[stage] & innermost->stage)))
		return session__count_foreign();
	if (unlikely(depth >= MAX_DEPTH || session->record.nr_spans >= WIRE_MAX_SPANS))
		return session__count_truncated(session);
	return session__append(session, depth, stage, frame, innermost->index);
}

/*
 * The slow half of session__pop(): the returning call is not the innermost open span. Returns its
 * level with the spans above it cut off, or 0 if it is not open at all.
 */
static __noinline u32 session__find_open(struct session *session, enum stage stage, u64 frame)
{
	u32 depth = session->depth;
	u32 i;

	if (frame > session__open(session, 1)->frame || !depth) {
		session__count_foreign();
		return 0;
	}
	for (i = 0; i < MAX_DEPTH && i < depth; i++) {
		const struct open_span *open = session__open(session, depth - i);

		if (open->frame != frame || open->stage != STAGE_BIT(stage))
			continue;
		if (i)
			session__cut(session, depth, depth - i);
		return depth - i;
	}
	if (!(state.parents[stage] & session__open(session, depth)->stage)) {
		session__count_foreign();
	} else if (!(session->record.flags & WIRE_SPANS_TRUNCATED)) {
		account__lost(LOST_EXIT_WITHOUT_ENTRY);
		session->record.flags |= WIRE_ENTRY_MISSED;
	}
	return 0;
}

/* Closes the span of a stage that returns at frame, at time now, or returns NULL (counted). */
static __always_inline struct wire_span *session__pop(struct session *session, enum stage stage,
						      u64 frame, u64 now)
{
	u32 level = session->depth;
	const struct open_span *open = session__open(session, level);
	struct wire_span *span;

	if (unlikely(open->frame != frame || open->stage != STAGE_BIT(stage))) {
		level = session__find_open(session, stage, frame);
		if (!level)
			return NULL;
	}
	span = session__open_span(session, level);
	span->duration = now - session->record.ts - span->start;
	if (config.accept)
		span->flags |= WIRE_SPAN_CLOSED;
	else
		span->flags = WIRE_SPAN_CLOSED;
	session->depth = level - 1;
	return span;
}

#endif /* SESSION_BPF_H */
