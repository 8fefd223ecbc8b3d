/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The programs of the stages by which io_uring makes sockets, and of those of accept().
 *
 * trace.bpf.c includes this after its macros.
 */
#ifndef WAY_IN_PROGRAMS_BPF_H
#define WAY_IN_PROGRAMS_BPF_H

#include "accept_request.bpf.h"

/* Close the stage's span, where left is true: then session is its session. */
#define LEAVE(id, ctx)           \
	EXIT_PLACE(ctx);         \
	struct session *session; \
	struct wire_span *span;  \
	bool left = session__leave(table, STAGE_##id, frame, &session, &span)

/* What io_uring calls for a request to make a socket. */
#define REQUEST_WAY_IN(id, function, other_name, via, returns, arguments, parents, fallback, \
		       detail, capture_entry, capture_exit, phrase)                          \
	ENTRY_SECTION(function)                                                              \
	int enter_##id(ENTRY_CONTEXT *ctx)                                                   \
	{                                                                                    \
		ENTRY_PLACE(ctx);                                                            \
		struct session *session;                                                     \
		struct request request = {};                                                 \
		struct call call = {};                                                       \
                                                                                             \
		capture_##capture_entry(ctx, &call, &request);                               \
		session = creation__enter(ctx, table, frame, STAGE_##id, via, &call,         \
					  CREATION_UNCERTAIN);                               \
		if (session)                                                                 \
			request__begin(session, &request);                                   \
		return 0;                                                                    \
	}                                                                                    \
	EXIT_SECTION(function)                                                               \
	int exit_##id(EXIT_CONTEXT *ctx)                                                     \
	{                                                                                    \
		LEAVE(id, ctx);                                                              \
		s32 ret = RETURN_VALUE(ctx, arguments);                                      \
                                                                                             \
		if (!left && (!capture_exit##_exists(ret) || session__find_slow(frame)))     \
			return 0;                                                            \
		if (!left)                                                                   \
			return REQUEST_END_UNSEEN(ctx, capture_entry);                       \
		span->end = bpf_ktime_get_boot_ns();                                         \
		if (!capture_exit##_exists(ret)) {                                           \
			session__release(session);                                           \
			return 0;                                                            \
		}                                                                            \
		ret = capture_##capture_exit(session, ret);                                  \
		if (WITH_STATE)                                                              \
			snapshots__exit(frame, STAGE_##id, ret < 0, 0, ret);                 \
		request__finish(session, ret);                                               \
		return 0;                                                                    \
	}

/* The returns of accept(). ending is call or request, see accept.bpf.h. */
#define ACCEPT_EXIT_PROGRAM(id, function, returns, arguments, ending)                    \
	EXIT_SECTION(function)                                                           \
	int exit_##id(EXIT_CONTEXT *ctx)                                                 \
	{                                                                                \
		LEAVE(id, ctx);                                                          \
		u64 value = RESULT_##returns(ctx, NR_ARGUMENTS(id, arguments));          \
		s32 ret = recorded_result(returns, value);                               \
                                                                                         \
		if (!left)                                                               \
			return session__find_slow(frame)                                 \
				       ? 0                                               \
				       : accept__end_unseen_##ending(frame, ret, value); \
		span->end = bpf_ktime_get_boot_ns();                                     \
		span->ret = ret;                                                         \
		accept__take_##ending(session, ret, value);                              \
		if (!session->innermost)                                                 \
			accept__finish(session, ret);                                    \
		return 0;                                                                \
	}

/* The system calls accept() and accept4(). */
#define ACCEPT_WAY_IN(id, function, other_name, via, returns, arguments, parents, fallback, \
		      detail, capture_entry, capture_exit, phrase)                          \
	ENTRY_SECTION(function)                                                             \
	int enter_##id(ENTRY_CONTEXT *ctx)                                                  \
	{                                                                                   \
		ENTRY_PLACE(ctx);                                                           \
		struct wire_socket listener = {};                                           \
		struct call call = {};                                                      \
                                                                                            \
		accept__describe_call(ctx, &call, &listener);                               \
		accept__enter(ctx, table, frame, STAGE_##id, via, &call, &listener);        \
		return 0;                                                                   \
	}                                                                                   \
	ACCEPT_EXIT_PROGRAM(id, function, returns, arguments, call)

/* What io_uring calls for a request to accept. */
#define ACCEPT_REQUEST_WAY_IN(id, function, other_name, via, returns, arguments, parents,      \
			      fallback, detail, capture_entry, capture_exit, phrase)           \
	ENTRY_SECTION(function)                                                                \
	int enter_##id(ENTRY_CONTEXT *ctx)                                                     \
	{                                                                                      \
		ENTRY_PLACE(ctx);                                                              \
		struct wire_socket listener = {};                                              \
		struct request request = {};                                                   \
		struct session *session;                                                       \
		struct call call = {};                                                         \
                                                                                               \
		accept__describe_io_accept(ctx, &call, &listener, &request);                   \
		session = accept__enter(ctx, table, frame, STAGE_##id, via, &call, &listener); \
		if (session)                                                                   \
			request__begin(session, &request);                                     \
		return 0;                                                                      \
	}                                                                                      \
	EXIT_SECTION(function)                                                                 \
	int exit_##id(EXIT_CONTEXT *ctx)                                                       \
	{                                                                                      \
		LEAVE(id, ctx);                                                                \
		s32 ret = RETURN_VALUE(ctx, arguments);                                        \
                                                                                               \
		if (!left)                                                                     \
			return session__find_slow(frame)                                       \
				       ? 0                                                     \
				       : accept__end_unseen_io_accept(frame, ret);             \
		span->end = bpf_ktime_get_boot_ns();                                           \
		return accept__finish_io_accept(session->slot, ret);                           \
	}

/* A stage that is outermost where io_uring calls it, and within the system call otherwise. */
#define ACCEPT_FILE_WAY_IN(id, function, other_name, via, returns, arguments, parents, fallback, \
			   detail, capture_entry, capture_exit, phrase)                          \
	ENTRY_SECTION(function)                                                                  \
	int enter_##id(ENTRY_CONTEXT *ctx)                                                       \
	{                                                                                        \
		ENTRY_PLACE(ctx);                                                                \
		struct session *session;                                                         \
		struct wire_span *span;                                                          \
		struct wire_socket listener = {};                                                \
		struct call call = {};                                                           \
                                                                                                 \
		accept__begin_round(ctx, frame);                                                 \
		if (session__enter(table, STAGE_##id, frame, &session, &span)) {                 \
			BEGIN_SPAN(ctx, session, span, capture_entry);                           \
			return 0;                                                                \
		}                                                                                \
		if (session__find_slow(frame) || !accept__is_way_in())                           \
			return 0;                                                                \
		accept__describe_request(ctx, &call, &listener);                                 \
		accept__enter(ctx, table, frame, STAGE_##id, via, &call, &listener);             \
		return 0;                                                                        \
	}                                                                                        \
	ACCEPT_EXIT_PROGRAM(id, function, returns, arguments, request)

#endif /* WAY_IN_PROGRAMS_BPF_H */
