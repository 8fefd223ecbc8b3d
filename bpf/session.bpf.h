/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pushing and popping the spans of a session.
 *
 * Only its own task changes a session, on the stack that the session was opened on: an interrupt
 * on top of it has another stack, or lies below the open spans.
 */
#ifndef SESSION_BPF_H
#define SESSION_BPF_H

#include "session_table.bpf.h"

/* How many spans are open. */
static __always_inline u32 session__depth(const struct session *session)
{
	return session->innermost / sizeof(struct open_span);
}

static __always_inline void session__set_depth(struct session *session, u32 depth)
{
	session->innermost = depth * sizeof(struct open_span);
}

/* The open span at a level: 1 is the outermost one's, the depth the innermost one's. */
static __always_inline struct open_span *session__open(struct session *session, u32 level)
{
	return &session->open[bounded(level, MAX_DEPTH + 1)];
}

/* What session->innermost was, such that the verifier knows its bounds. */
static __always_inline u64 session__bound(u32 innermost)
{
	return innermost & (MAX_DEPTH * sizeof(struct open_span));
}

static __always_inline u64 session__offset(const struct session *session)
{
	return session__bound(session->innermost);
}

/* The open span at that offset; at 0 one that no call is within. */
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

/* An open span as it stands in the record. */
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
 * Puts a span behind the others and opens it within open, which is the innermost one so far and as
 * session->innermost says at offset. There must be room. The caller sets its start; what else it
 * lacks is set when it is closed.
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
	/* In this order fewer values are needed at a time than there are registers. */
	barrier();
	span = session__span(session, index);
	session__begin_span(span, stage, open->index);
	/* An interrupt that comes in between must find the old depth or the whole span. */
	barrier();
	session->innermost = offset + sizeof(struct open_span);
	return span;
}

/* Opens the outermost span, the record's first, which it counts already. As session__append(). */
static __always_inline struct wire_span *session__begin(struct session *table,
							struct session *session, enum stage stage,
							u64 frame)
{
	struct wire_span *span = &session->record.spans[0];

	session->open[1].frame = frame;
	session->open[1].children = state_of(table)->children[stage];
	session->open[1].index = 0;
	session__begin_span(span, stage, WIRE_NO_PARENT);
	/* An interrupt that comes in between must find no span or a whole one. */
	barrier();
	session->innermost = sizeof(struct open_span);
	return span;
}

/* The fast path: whether a stage that is called at frame lies within the innermost open span. */
static __always_inline bool session__is_within(const struct session *session, u64 offset,
					       const struct open_span *open, enum stage stage,
					       u64 frame)
{
	return likely(frame < open->frame) && likely(open->children & STAGE_BIT(stage)) &&
	       likely(offset < MAX_DEPTH * sizeof(struct open_span)) &&
	       likely(session->record.nr_spans < WIRE_MAX_SPANS);
}

/* Forgets the open spans above level depth: their returns were missed. */
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
 * How many of the open spans lie above frame on the stack. Their frames are in order, so four
 * comparisons tell: the verifier looks at each round of a loop.
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
		/* Else the verifier follows each of the ways that led here to the end. */
		level = launder_u32(&session->scratch, level);
	}
	return level;
}

/*
 * Spans at one frame are of functions that jump to the next instead of calling it, as compilers
 * have it for a function's last call: then kprobes see them at one place. More in a row than that
 * are not expected.
 */
#define MAX_JUMPS 3

/*
 * How many open spans of a session can still be open when a stage is called at frame, below the
 * outermost one: those that lie above frame, and of those at frame what may jump to the stage.
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
	return launder_u32(&session->scratch, caller);
}

/*
 * Cuts off open spans that cannot be open any more, since a function above them on the stack is
 * being called. Returns the new depth, 0 if the call does not lie within the outermost one.
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
 * Opens a span of a stage called at frame, in any case there is. Returns its session's slot, or -1
 * if there is no session, if the call is not part of it (counted as foreign) or if there is no room
 * (counted as lost).
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

/* What a program finds that a stage's call or return has come to. */
enum session_finding {
	SESSION_NONE, /* there is no session */
	SESSION_FAST, /* the session has been found in its own slot, all in order */
	SESSION_SLOW, /* anything else: session__enter_slow() and session__leave_slow() tell */
};

/*
 * After session__push() or session__pop(): leaves the session in *session, and the span opened or
 * closed, which is so many levels above the innermost one, in *span. False if there is none.
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
 * Opens a span of a stage called at frame, whose start is yet to be set, if that is SESSION_FAST.
 * Leaves it in *span, and its session in *session.
 */
static __always_inline enum session_finding session__enter_fast(struct session *table,
								enum stage stage, u64 frame,
								struct session **session,
								struct wire_span **span)
{
	struct session *own = session__own(table, frame);
	struct open_span *open;
	u64 offset;

	if (unlikely((frame ^ own->stack) >= STACK_SIZE))
		return unlikely(session__may_be_displaced(table, frame)) ? SESSION_SLOW
									 : SESSION_NONE;
	offset = session__offset(own);
	open = session__open_at(own, offset);
	if (unlikely(!session__is_within(own, offset, open, stage, frame)))
		return SESSION_SLOW;
	*session = own;
	*span = session__append(table, own, offset, open, stage, frame);
	return SESSION_FAST;
}

/* The same in any case there is. False where session__push() opens none. */
static __always_inline bool session__enter_slow(enum stage stage, u64 frame,
						struct session **session, struct wire_span **span)
{
	return session__span_after(session__push(stage, frame), 0, session, span);
}

/* The level of the open span of a stage that returns at frame, or 0 if it is not open. */
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
	return launder_u32(&session->scratch, level);
}

/* A stage returns whose span is not open. */
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
 * Closes the span of a stage that returns at frame, with what is still open above it cut off, in
 * any case there is. Returns its session's slot, or -1 if it is not open (counted) or there is no
 * session.
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
 * Closes the span of a stage that returns at frame, whose end is yet to be set, if that is
 * SESSION_FAST. Leaves it in *span, and its session in *session.
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
	/* No frame on another stack has this address. */
	if (unlikely(open->frame != frame))
		return SESSION_SLOW;
	*span = session__span_of(own, open);
	if (unlikely((*span)->stage != stage))
		return SESSION_SLOW;
	own->innermost = offset - sizeof(struct open_span);
	*session = own;
	return SESSION_FAST;
}

/* The same for a stage whose span is always the outermost one, and alone by then. */
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

/* Both in any case there is. False where session__pop() closes none. */
static __always_inline bool session__leave_slow(enum stage stage, u64 frame,
						struct session **session, struct wire_span **span)
{
	return session__span_after(session__pop(stage, frame), 1, session, span);
}

/* Whichever of the two it takes. */
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
