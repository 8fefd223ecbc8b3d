/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Push and pop the spans of a session.
 *
 * Only its own task changes a session, and only on the stack on which the session was opened. An
 * interrupt on top of the task runs on another stack, or below the open spans.
 */
#ifndef SESSION_BPF_H
#define SESSION_BPF_H

#include "session_table.bpf.h"

/* The number of open spans. */
static __always_inline u32 session__depth(const struct session *session)
{
	return session->innermost / sizeof(struct open_span);
}

static __always_inline void session__set_depth(struct session *session, u32 depth)
{
	session->innermost = depth * sizeof(struct open_span);
}

/*
 * The open span at a level: level 1 is the outermost one, and the depth is the level of the
 * innermost one.
 */
static __always_inline struct open_span *session__open(struct session *session, u32 level)
{
	return &session->open[bounded(level, MAX_DEPTH + 1)];
}

/* Limit an earlier value of session->innermost in a way that the verifier follows. */
static __always_inline u64 session__bound(u32 innermost)
{
	return innermost & (MAX_DEPTH * sizeof(struct open_span));
}

static __always_inline u64 session__offset(const struct session *session)
{
	return session__bound(session->innermost);
}

/* The open span at an offset. Element 0, at offset 0, is a span that no call lies within. */
static __always_inline struct open_span *session__open_at(struct session *session, u64 offset)
{
	struct open_span *open = (void *)session + offset;

	keep_in_register(open);
	return (void *)open + __builtin_offsetof(struct session, open);
}

static __always_inline struct open_span *session__innermost(struct session *session)
{
	return session__open_at(session, session__offset(session));
}

/* A span of the record, by its index. */
static __always_inline struct wire_span *session__span(struct session *session, u32 index)
{
	u64 offset = (u64)bounded(index, WIRE_MAX_SPANS) * sizeof(struct wire_span);

	return at_offset(session, offset) + __builtin_offsetof(struct session, record.spans);
}

/* The span of the record that belongs to an open span. */
static __always_inline struct wire_span *session__span_of(struct session *session,
							  const struct open_span *open)
{
	return session__span(session, open->index);
}

static __always_inline enum stage session__stage_of(struct session *session,
						    const struct open_span *open)
{
	return session__span_of(session, open)->stage;
}

/* Set the members behind the result in one store instead of four: flags and family become 0. */
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
 * Append a span to the record and open it within open, which is the innermost open span and lies at
 * offset. The caller has checked that there is room, and sets the start of the span. The other
 * members are set when the span is closed.
 */
static __always_inline struct wire_span *session__append(struct session *table,
							 struct session *session, u64 offset,
							 struct open_span *open, enum stage stage,
							 u64 frame)
{
	u32 index = session->record.nr_spans;
	struct wire_span *span;

	open[1].frame = frame;
	open[1].children = state_of(table)->children[stage];
	open[1].index = index;
	session->record.nr_spans = index + 1;
	/* In this order the values needed at a time fit into the registers. */
	barrier();
	span = session__span(session, index);
	session__begin_span(span, stage, open->index);
	/* An interrupt that comes in between must find either the old depth or a whole span. */
	barrier();
	session->innermost = offset + sizeof(struct open_span);
	return span;
}

/*
 * Prepare the outermost span. It is the first one of the record, which counts it already. Otherwise
 * as session__append(), but the span is not open until session__open_outermost().
 */
static __always_inline struct wire_span *session__begin(struct session *table,
							struct session *session, enum stage stage,
							u64 frame)
{
	struct wire_span *span = &session->record.spans[0];

	session->open[1].frame = frame;
	session->open[1].children = state_of(table)->children[stage];
	session->open[1].index = 0;
	session__begin_span(span, stage, WIRE_NO_PARENT);
	return span;
}

/*
 * Open the outermost span, after its start was set. An interrupt that comes in between must find
 * either no span or a whole one, and so must the front end: the start tells it one creation on this
 * stack from the next.
 */
static __always_inline void session__open_outermost(struct session *session)
{
	barrier();
	session->innermost = sizeof(struct open_span);
}

/*
 * The condition for the fast path: a stage that is called at frame lies within the innermost open
 * span, and there is room for its span.
 */
static __always_inline bool session__is_within(const struct session *session, u64 offset,
					       const struct open_span *open, enum stage stage,
					       u64 frame)
{
	return likely(frame < open->frame) && likely(open->children & STAGE_BIT(stage)) &&
	       likely(offset < MAX_DEPTH * sizeof(struct open_span)) &&
	       likely(session->record.nr_spans < WIRE_MAX_SPANS);
}

/* Drop the open spans above the level depth. Their returns were missed. */
GLOBAL int session__cut(u32 slot, u32 from, u32 depth)
{
	struct account *account = account__this_cpu();
	struct session *session = session__in(slot);
	u32 i;

	if (!session)
		return 0;
	NOT_UNROLLED
	for (i = 0; i < MAX_DEPTH && depth + i < from; i++)
		session__span_of(session, session__open(session, from - i))->flags |= WIRE_SPAN_CUT;
	__sync_fetch_and_add(&account->lost[LOST_SPAN_WITHOUT_EXIT], from - depth);
	session->record.flags |= WIRE_EXIT_MISSED;
	session__set_depth(session, depth);
	return 0;
}

/*
 * The number of open spans that lie above frame on the stack. Their frames are in order, so this is
 * a binary search. It takes four steps, where the verifier would walk through each round of a loop.
 */
static __always_inline u32 session__count_above(struct session *session, u64 frame)
{
	u32 depth = session__depth(session);
	u32 level = 0;
	u32 step;

	_Static_assert(MAX_DEPTH == 15, "the steps add up to that");
	for (step = 8; step; step /= 2) {
		u32 next = level + step;

		if (next <= depth && session__open(session, next)->frame > frame)
			level = next;
		/*
		 * Otherwise the verifier follows every path that led here to the end of the
		 * program.
		 */
		level = launder_u32(&session->scratch, level);
	}
	return level;
}

/*
 * The compiler turns the last call of a function into a jump where it can. kprobes then see both
 * functions at the same frame, so several open spans can have one frame. More of them in a row are
 * not expected.
 */
#define MAX_JUMPS 3

/*
 * The number of open spans that can still be open when a stage is called at frame, below the
 * outermost one. That are the spans above frame, and of those at frame the ones that may jump to
 * the stage.
 */
GLOBAL u32 session__find_caller(u32 slot, enum stage stage, u64 frame)
{
	struct session *session = session__in(slot);
	u32 depth, above, caller, i;

	if (!session)
		return 0;
	depth = session__depth(session);
	if (!depth)
		return 0;
	above = session__count_above(session, frame);
	caller = above ? above : 1;
	for (i = 1; i <= MAX_JUMPS && above + i <= depth; i++) {
		const struct open_span *open = session__open(session, above + i);

		if (open->frame == frame && open->children & STAGE_BIT(bounded(stage, 64)))
			caller = above + i;
	}
	return caller;
}

/*
 * Cut off the open spans that have ended unseen, because a function above them on the stack is
 * being called. Return the new depth, or 0 if the call does not lie within the outermost span.
 */
static __always_inline u32 session__unwind(struct session *session, enum stage stage, u64 frame)
{
	u32 old_depth = session__depth(session);
	u32 depth;

	if (frame > session__open(session, 1)->frame)
		return 0;
	depth = session__find_caller(session->slot, stage, frame);
	if (depth != old_depth)
		session__cut(session->slot, old_depth, depth);
	return depth;
}

static __noinline int session__count_foreign(void)
{
	account__count(account__this_cpu(), foreign);
	return -1;
}

static __noinline int session__count_truncated(struct session *session)
{
	account__lost(LOST_SPAN_ARRAY_FULL);
	session->record.flags |= WIRE_SPANS_TRUNCATED;
	return -1;
}

/*
 * Open a span of a stage that is called at frame. This is the slow path, which handles every case.
 * Return the session's slot, or -1 if there is no session, if the call is not part of it (counted
 * as foreign), or if there is no room (counted as lost).
 */
GLOBAL int session__push(enum stage stage, u64 frame)
{
	struct session *session = session__find(state.sessions, frame);
	struct open_span *open;
	u32 depth;

	if (!session || stage >= NR_STAGES)
		return -1;
	depth = session__depth(session);
	if (frame >= session__innermost(session)->frame)
		depth = session__unwind(session, stage, frame);
	open = session__open(session, depth);
	if (!(open->children & STAGE_BIT(bounded(stage, 64))))
		return session__count_foreign();
	if (depth >= MAX_DEPTH || session->record.nr_spans >= WIRE_MAX_SPANS)
		return session__count_truncated(session);
	session__append(state.sessions, session, session__offset(session),
			session__innermost(session), stage, frame);
	return session->slot;
}

static __noinline struct session *session__find_slow(u64 frame)
{
	return session__find(state.sessions, frame);
}

/* What a program finds when a stage is called or returns. */
enum session_finding {
	SESSION_NONE, /* there is no session */
	SESSION_FAST, /* the session is in its own slot, and the fast path has done its work */
	SESSION_SLOW, /* anything else: session__enter_slow() or session__leave_slow() finds out */
};

/*
 * Turn the result of session__push() or session__pop() into pointers: the session, and the span
 * that is levels above the innermost open one. Return false if slot is -1.
 */
static __always_inline bool session__span_after(int slot, u32 levels, struct session **session,
						struct wire_span **span)
{
	if (slot < 0)
		return false;
	*session = session__in(slot);
	if (!*session)
		return false;
	*span = session__span_of(*session, session__innermost(*session) + levels);
	return true;
}

/*
 * The fast path of opening a span of a stage that is called at frame, in the session that its stack
 * has in the own slot. Set *span if it returns SESSION_FAST. The caller sets the start of the span.
 */
static __always_inline enum session_finding session__enter_own(struct session *table,
							       struct session *own,
							       enum stage stage, u64 frame,
							       struct wire_span **span)
{
	u64 offset = session__offset(own);
	struct open_span *open = session__open_at(own, offset);

	if (unlikely(!session__is_within(own, offset, open, stage, frame)))
		return SESSION_SLOW;
	*span = session__append(table, own, offset, open, stage, frame);
	return SESSION_FAST;
}

/* Whether a stack has its session in the own slot. */
static __always_inline bool session__is_own(const struct session *own, u64 frame)
{
	return likely((frame ^ own->stack) < STACK_SIZE);
}

/* The same wherever the session is. Set *session, too, if it returns SESSION_FAST. */
static __always_inline enum session_finding session__enter_fast(struct session *table,
								enum stage stage, u64 frame,
								struct session **session,
								struct wire_span **span)
{
	struct session *own = session__own(table, frame);

	if (!session__is_own(own, frame))
		return unlikely(session__may_be_displaced(table, frame)) ? SESSION_SLOW
									 : SESSION_NONE;
	*session = own;
	return session__enter_own(table, own, stage, frame, span);
}

/* The slow path of the same. Return false if session__push() opens no span. */
static __always_inline bool session__enter_slow(enum stage stage, u64 frame,
						struct session **session, struct wire_span **span)
{
	return session__span_after(session__push(stage, frame), 0, session, span);
}

/* The level of the open span of a stage that returns at frame, or 0 if there is none. */
GLOBAL u32 session__level_of(u32 slot, enum stage stage, u64 frame)
{
	struct session *session = session__in(slot);
	u32 depth, above, level = 0, i;

	if (!session)
		return 0;
	depth = session__depth(session);
	above = session__count_above(session, frame);
	for (i = 1; i <= MAX_JUMPS && above + i <= depth; i++) {
		const struct open_span *open = session__open(session, above + i);

		if (open->frame == frame && session__stage_of(session, open) == stage)
			level = above + i;
	}
	return level;
}

/* Count the return of a stage that has no open span. */
static __always_inline void session__count_unopened(struct session *session, enum stage stage,
						    u64 frame)
{
	if (frame > session__open(session, 1)->frame ||
	    !(session__innermost(session)->children & STAGE_BIT(bounded(stage, 64)))) {
		session__count_foreign();
	} else if (!(session->record.flags & WIRE_SPANS_TRUNCATED)) {
		account__lost(LOST_EXIT_WITHOUT_ENTRY);
		session->record.flags |= WIRE_ENTRY_MISSED;
	}
}

/*
 * Close the span of a stage that returns at frame, and cut off the spans that are still open above
 * it. This is the slow path, which handles every case. Return the session's slot, or -1 if there
 * is no session or no such span (which is counted).
 */
GLOBAL int session__pop(enum stage stage, u64 frame)
{
	struct session *session = session__find(state.sessions, frame);
	u32 depth, level;

	if (!session)
		return -1;
	depth = session__depth(session);
	level = session__level_of(session->slot, stage, frame);
	if (!level) {
		session__count_unopened(session, stage, frame);
		return -1;
	}
	if (level != depth)
		session__cut(session->slot, depth, level);
	session__set_depth(session, level - 1);
	return session->slot;
}

/*
 * The fast path of closing the span of a stage that returns at frame. Set *session and *span if it
 * returns SESSION_FAST. The caller sets the end of the span.
 */
static __always_inline enum session_finding session__leave_fast(struct session *table,
								enum stage stage, u64 frame,
								struct session **session,
								struct wire_span **span)
{
	struct session *own = session__own(table, frame);
	u32 innermost = own->innermost;
	struct open_span *open;
	u64 offset;

	if (!innermost && likely(!session__may_be_displaced(table, frame)))
		return SESSION_NONE;
	offset = session__bound(innermost);
	open = session__open_at(own, offset);
	/* No frame on another stack has the same address. */
	if (unlikely(open->frame != frame))
		return SESSION_SLOW;
	*span = session__span_of(own, open);
	if (unlikely((*span)->stage != stage))
		return SESSION_SLOW;
	own->innermost = offset - sizeof(struct open_span);
	*session = own;
	return SESSION_FAST;
}

/* The same for a stage whose span is always the outermost one, and the only open one by then. */
static __always_inline enum session_finding session__leave_outermost_fast(struct session *table,
									  enum stage stage,
									  u64 frame,
									  struct session **session,
									  struct wire_span **span)
{
	struct session *own = session__own(table, frame);

	if (unlikely(own->innermost != sizeof(struct open_span)))
		return own->innermost || session__may_be_displaced(table, frame) ? SESSION_SLOW
										 : SESSION_NONE;
	if (unlikely(own->open[1].frame != frame || own->record.spans[0].stage != stage))
		return SESSION_SLOW;
	own->innermost = 0;
	*session = own;
	*span = &own->record.spans[0];
	return SESSION_FAST;
}

/* The slow path of both. Return false if session__pop() closes no span. */
static __always_inline bool session__leave_slow(enum stage stage, u64 frame,
						struct session **session, struct wire_span **span)
{
	return session__span_after(session__pop(stage, frame), 1, session, span);
}

/* Take the fast path, or the slow path where that is needed. */
static __always_inline bool session__enter(struct session *table, enum stage stage, u64 frame,
					   struct session **session, struct wire_span **span)
{
	enum session_finding finding = session__enter_fast(table, stage, frame, session, span);

	return finding == SESSION_FAST ||
	       (finding == SESSION_SLOW && session__enter_slow(stage, frame, session, span));
}

static __always_inline bool session__leave(struct session *table, enum stage stage, u64 frame,
					   struct session **session, struct wire_span **span)
{
	enum session_finding finding = session__leave_fast(table, stage, frame, session, span);

	return finding == SESSION_FAST ||
	       (finding == SESSION_SLOW && session__leave_slow(stage, frame, session, span));
}

#endif /* SESSION_BPF_H */
