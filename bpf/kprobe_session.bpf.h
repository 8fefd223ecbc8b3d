/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The programs that observe all stages by kprobe.session: each one runs at the entry and at the
 * return of several functions. So what they have in common is verified once, and one link attaches
 * them to all these functions.
 *
 * The kernel runs them at a return only if it has run them at the entry of the same call, and not
 * if that has returned SKIP_RETURN.
 *
 * trace.bpf.c includes this after its macros.
 */
#ifndef KPROBE_SESSION_BPF_H
#define KPROBE_SESSION_BPF_H

#include "target.bpf.h"

/* The stages of which a column of the table has a value, as STAGE_BIT()s. */
#define IS(one, other) (u64) !__builtin_strcmp(one, other)

static const u64 returning_nothing = 0
#define STAGE(id, function, other_name, via, returns, ...) \
	| IS(#returns, "RETURNS_VOID") << STAGE_##id
#include "shared/stages.def"
#undef STAGE
	;

static const u64 returning_pointers = 0
#define STAGE(id, function, other_name, via, returns, ...) \
	| IS(#returns, "RETURNS_POINTER") << STAGE_##id
#include "shared/stages.def"
#undef STAGE
	;

/* What an inner stage captures: see stages.def. */
static const u64 capturing_family = 0
#define STAGE(id, function, other_name, via, returns, arguments, parents, fallback, detail, \
	      capture_entry, capture_exit, phrase)                                          \
	| IS(#capture_entry, "family") << STAGE_##id
#include "shared/stages.def"
#undef STAGE
	;

static const u64 capturing_installed = 0
#define STAGE(id, function, other_name, via, returns, arguments, parents, fallback, detail, \
	      capture_entry, capture_exit, phrase)                                          \
	| IS(#capture_exit, "installed") << STAGE_##id
#include "shared/stages.def"
#undef STAGE
	;

static __always_inline enum stage_returns inner__returns(enum stage stage)
{
	if (STAGE_BIT(stage) & returning_nothing)
		return RETURNS_VOID;
	return STAGE_BIT(stage) & returning_pointers ? RETURNS_POINTER : RETURNS_ERRNO;
}

/* capture_entry of a stage that is known only when the program runs. */
#define capture_of_inner(ctx, session, span)                \
	do {                                                \
		if (STAGE_BIT(stage) & capturing_family)    \
			capture_family(ctx, session, span); \
	} while (0)

static __noinline int inner__enter_slow(struct pt_regs *ctx, u64 frame, enum stage stage)
{
	struct session *session;
	struct wire_span *span;

	if (!session__enter_slow(stage, frame, &session, &span))
		return SKIP_RETURN;
	if (WITH_STATE)
		snapshots__entry(frame);
	BEGIN_SPAN(ctx, session, span, of_inner);
	return 0;
}

static __always_inline int inner__enter(struct pt_regs *ctx)
{
	ENTRY_PLACE(ctx);
	struct session *own = session__own(table, frame);
	struct wire_span *span;
	enum stage stage;

	if (!session__is_own(own, frame)) {
		if (likely(!session__may_be_displaced(table, frame)))
			return SKIP_RETURN;
		return inner__enter_slow(ctx, frame, target__called(ctx, table));
	}
	stage = target__called(ctx, table);
	if (WITH_STATE || session__enter_own(table, own, stage, frame, &span) != SESSION_FAST)
		return inner__enter_slow(ctx, frame, stage);
	BEGIN_SPAN(ctx, own, span, of_inner);
	return 0;
}

/* Set what the span of a stage that has been closed has of the return. */
static __always_inline s32 inner__end_span(struct pt_regs *ctx, struct session *session,
					   struct wire_span *span, enum stage stage)
{
	span->end = bpf_ktime_get_boot_ns();
	span->ret = recorded_result(inner__returns(stage), RETURN_VALUE(ctx, 0));
	if (STAGE_BIT(stage) & capturing_installed)
		capture_installed(ctx, session, span->ret);
	return span->ret;
}

static __noinline int inner__leave_slow(struct pt_regs *ctx, u64 frame)
{
	enum stage stage = target__returned(ctx);
	enum stage_returns returns = inner__returns(stage);
	struct session *session;
	struct wire_span *span;
	s32 ret;

	if (!session__leave_slow(stage, frame, &session, &span))
		return 0;
	ret = inner__end_span(ctx, session, span, stage);
	if (WITH_STATE)
		snapshots__exit(frame, stage, has_failed(returns, ret),
				returns == RETURNS_POINTER ? RETURN_VALUE(ctx, 0) : 0, ret);
	return 0;
}

/*
 * The fast path does not ask for the stage: the innermost open span begins at the frame, so it is
 * that of the call that returns.
 */
static __always_inline int inner__leave(struct pt_regs *ctx)
{
	EXIT_PLACE(ctx);
	struct session *own = session__own(table, frame);
	u32 innermost = own->innermost;
	struct open_span *open;
	struct wire_span *span;
	u64 offset;

	if (!innermost && likely(!session__may_be_displaced(table, frame)))
		return 0;
	offset = session__bound(innermost);
	open = session__open_at(own, offset);
	if (WITH_STATE || unlikely(open->frame != frame))
		return inner__leave_slow(ctx, frame);
	span = session__span_of(own, open);
	own->innermost = offset - sizeof(struct open_span);
	inner__end_span(ctx, own, span, bounded(span->stage, 64));
	return 0;
}

SEC("kprobe.session")
int observe_inner(struct pt_regs *ctx)
{
	return bpf_session_is_return(ctx) ? inner__leave(ctx) : inner__enter(ctx);
}

/* A stage whose row of the table makes functions of its own, without and with --state. */
#define CASE(id, call)   \
	case STAGE_##id: \
		return call(ctx);
#define CASE_WITH_STATE(id, call, call_with_state) \
	case STAGE_##id:                           \
		return WITH_STATE ? call_with_state(ctx) : call(ctx);

static __always_inline int way_in__enter(struct pt_regs *ctx, enum stage stage)
{
	switch (stage) {
#define STAGE(...)
#define WAY_IN(id, ...)		     CASE(id, enter_##id)
#define REQUEST_WAY_IN(id, ...)	     CASE(id, enter_##id)
#define REQUEST_FILE_WAY_IN(id, ...) CASE_WITH_STATE(id, enter_##id, look_##id)
#define KERNEL_WAY_IN(...)
#define ACCEPT_WAY_IN(...)
#define ACCEPT_REQUEST_WAY_IN(...)
#define ACCEPT_FILE_WAY_IN(...)
#include "shared/stages.def"
	default:
		return SKIP_RETURN;
	}
}

static __always_inline int way_in__leave(struct pt_regs *ctx, enum stage stage)
{
	switch (stage) {
#define WAY_IN(id, ...)		     CASE_WITH_STATE(id, exit_##id, snap_##id)
#define REQUEST_WAY_IN(id, ...)	     CASE(id, exit_##id)
#define REQUEST_FILE_WAY_IN(id, ...) CASE_WITH_STATE(id, exit_##id, snap_##id)
#define KERNEL_WAY_IN(...)
#define ACCEPT_WAY_IN(...)
#define ACCEPT_REQUEST_WAY_IN(...)
#define ACCEPT_FILE_WAY_IN(...)
#include "shared/stages.def"
	default:
		return 0;
	}
}

/* If only the outermost span of a session is open, its stage is the one that returns. */
static __always_inline enum stage way_in__returned(struct pt_regs *ctx)
{
	EXIT_PLACE(ctx);
	struct session *own = session__own(table, frame);

	if (likely(own->innermost == sizeof(struct open_span) && own->open[1].frame == frame))
		return bounded(own->record.spans[0].stage, 64);
	return target__returned(ctx);
}

SEC("kprobe.session")
int observe_ways_in(struct pt_regs *ctx)
{
	if (bpf_session_is_return(ctx))
		return way_in__leave(ctx, way_in__returned(ctx));
	return way_in__enter(ctx, target__called(ctx, session_table()));
}

/*
 * The stage of which each creation has a call, and which is a way in of the kernel's own. It has a
 * program for itself, which need not ask for the stage.
 */
SEC("kprobe.session")
int observe_creation(struct pt_regs *ctx)
{
#define WAY_IN(...)
#define REQUEST_WAY_IN(...)
#define REQUEST_FILE_WAY_IN(...)
#define ACCEPT_WAY_IN(...)
#define ACCEPT_REQUEST_WAY_IN(...)
#define ACCEPT_FILE_WAY_IN(...)
#define KERNEL_WAY_IN(id, ...)                                       \
	if (bpf_session_is_return(ctx))                              \
		return WITH_STATE ? snap_##id(ctx) : exit_##id(ctx); \
	return WITH_STATE ? look_##id(ctx) : enter_##id(ctx);
#include "shared/stages.def"
}

static __always_inline int accept__enter_stage(struct pt_regs *ctx, enum stage stage)
{
	switch (stage) {
#define WAY_IN(...)
#define REQUEST_WAY_IN(...)
#define REQUEST_FILE_WAY_IN(...)
#define KERNEL_WAY_IN(...)
#define ACCEPT_WAY_IN(id, ...)	       CASE(id, enter_##id)
#define ACCEPT_REQUEST_WAY_IN(id, ...) CASE(id, enter_##id)
#define ACCEPT_FILE_WAY_IN(id, ...)    CASE(id, enter_##id)
#include "shared/stages.def"
	default:
		return SKIP_RETURN;
	}
}

static __always_inline int accept__leave_stage(struct pt_regs *ctx, enum stage stage)
{
	switch (stage) {
#define WAY_IN(...)
#define REQUEST_WAY_IN(...)
#define REQUEST_FILE_WAY_IN(...)
#define KERNEL_WAY_IN(...)
#define ACCEPT_WAY_IN(id, ...)	       CASE(id, exit_##id)
#define ACCEPT_REQUEST_WAY_IN(id, ...) CASE(id, exit_##id)
#define ACCEPT_FILE_WAY_IN(id, ...)    CASE(id, exit_##id)
#include "shared/stages.def"
	default:
		return 0;
	}
}

SEC("kprobe.session")
int observe_accept(struct pt_regs *ctx)
{
	if (bpf_session_is_return(ctx))
		return accept__leave_stage(ctx, target__returned(ctx));
	return accept__enter_stage(ctx, target__called(ctx, session_table()));
}

#endif /* KPROBE_SESSION_BPF_H */
