/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets that io_uring makes by IORING_OP_ACCEPT. One call of io_accept() can accept several
 * connections (IORING_ACCEPT_MULTISHOT), each by a do_accept(), and completes the request for each.
 * So the call is taken apart into rounds, each of which is a creation: a round ends when the next
 * do_accept() begins, or when io_accept() returns.
 */
#ifndef ACCEPT_REQUEST_BPF_H
#define ACCEPT_REQUEST_BPF_H

#include "accept.bpf.h"

#define ENOMEM 12

/* What a request to accept has of its own: see struct io_socket. */
struct io_accept {
	s32 flags;
	u32 file_slot;
} __attribute__((preserve_access_index));

/* io_accept(req, issue_flags) */
#define accept__describe_io_accept(ctx, call, listener, request)                               \
	do {                                                                                   \
		struct io_kiocb___of_request *req =                                            \
			(struct io_kiocb___of_request *)ARGUMENT(ctx, 0);                      \
		struct io_accept *of = (struct io_accept *)req;                                \
                                                                                               \
		accept__describe(BPF_CORE_READ(req, file), -1, BPF_CORE_READ(of, flags), call, \
				 listener);                                                    \
		if (bpf_core_field_exists(of->file_slot))                                      \
			(request)->slot_asked = BPF_CORE_READ(of, file_slot);                  \
		(request)->address = (u64)req;                                                 \
	} while (0)

/*
 * The descriptor that io_accept() has just reserved. Another thread may have changed the table
 * since then, so accept__descriptor() looks whether it is the one.
 */
static __always_inline s32 accept__reserved(void)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	return (s32)BPF_CORE_READ(task, files, next_fd) - 1;
}

/* How many descriptors are searched for that of a file, from the one that was reserved downwards.
 */
#define MAX_RESERVED 16

/*
 * The descriptor of the file that the round has made, or -1 if it is not where it was expected.
 * Other threads may have reserved more of them at the same time.
 */
static __noinline s32 accept__descriptor(const struct session *session)
{
	u64 file = session->file;
	s32 fd = session->fd_reserved;
	u32 i;

	NOT_UNROLLED
	for (i = 0; i < MAX_RESERVED && fd >= 0; i++, fd--) {
		if ((u64)accept__file(fd) == file)
			return fd;
	}
	return -1;
}

/*
 * What the request gets of the round's connection: a descriptor, 0 or a slot where it asked for a
 * direct one, or an error. Where it is not known which descriptor that is, mark the record.
 */
static __always_inline s32 accept__judge(struct session *session)
{
	struct wire_record *record = &session->record;
	s32 ret;

	if (record->flags & WIRE_DIRECT)
		ret = session->installed;
	else
		ret = accept__descriptor(session);
	if (ret != NOT_INSTALLED && (record->flags & WIRE_DIRECT || ret >= 0))
		return ret;
	record->flags |= WIRE_NO_NUMBER;
	return 0;
}

/* Note the result of a round, and submit its record. The outermost span has ended. */
static __noinline int accept__output_round(struct session *session, s32 ret)
{
	struct wire_record *record = &session->record;

	if (state.gate < GATE_OPEN || !accept__was_attempt(ret))
		return 0;
	if (ret >= 0 && record->nr_sockets && !(record->flags & WIRE_NO_NUMBER))
		record->sockets[0].fd =
			record->flags & WIRE_DIRECT ? request__slot(session, ret) : ret;
	creation__output(session, ret);
	return 0;
}

/* Begin the next round at a time. The outermost span stays open. */
static __always_inline void accept__restart(struct session *session, u64 start)
{
	struct wire_record *record = &session->record;

	record->flags &= WIRE_DIRECT;
	record->nr_spans = 1;
	record->nr_sockets = 0;
	record->nr_modules = 0;
	record->nr_kernel_frames = 0;
	record->nr_user_frames = 0;
	record->nr_differences = 0;
	details__note_task_netns(record);
	record->waited = 0;
	record->spans[0].flags = 0;
	record->spans[0].start = start;
	session->file = 0;
	session->installed = NOT_INSTALLED;
}

/* do_accept() is called at frame. If io_accept() has called it before, this begins another round.
 */
static __noinline int accept__begin_round(void *ctx, u64 frame)
{
	struct session *session = session__find_slow(frame);
	u64 now;

	if (!session || session->record.spans[0].stage != STAGE_IO_ACCEPT)
		return 0;
	if (session->file) {
		now = bpf_ktime_get_boot_ns();
		session->record.spans[0].end = now;
		accept__output_round(session, accept__judge(session));
		accept__restart(session, now);
		if (WITH_STACKS)
			details__capture_stacks(ctx, session);
	}
	session->fd_reserved = accept__reserved();
	return 0;
}

/* The result of the last do_accept(), which has failed, or 0 if there was none. */
static __always_inline s32 accept__failure(struct session *session)
{
	u32 last = session->record.nr_spans - 1;
	s32 ret = 0;
	u32 i;

	NOT_UNROLLED
	for (i = 1; i < WIRE_MAX_SPANS && i <= last; i++) {
		const struct wire_span *span = session__span(session, i);

		if (span->stage == STAGE_DO_ACCEPT)
			ret = span->ret;
	}
	return ret < 0 ? ret : 0;
}

/* Whether io_accept() has failed to reserve a descriptor, by what it returns. */
static __always_inline bool accept__has_no_descriptor(s32 ret)
{
	return ret == -EMFILE || ret == -ENOMEM;
}

/*
 * What the request gets of its last round. io_accept() returns 0 where the request holds the
 * result.
 */
static __always_inline s32 accept__last_result(struct session *session, s32 ret)
{
	s32 failure;

	if (!ret)
		return request__completion(session);
	if (session->file)
		return accept__judge(session);
	failure = accept__failure(session);
	if (failure)
		return failure;
	return accept__has_no_descriptor(ret) ? ret : -EAGAIN;
}

/*
 * io_accept() has returned. If the last round had got its connection, an error is that of another
 * round, which found no descriptor.
 */
GLOBAL int accept__finish_io_accept(u32 slot, s32 ret)
{
	struct session *session = session__in(slot);
	u64 end;

	if (!session)
		return 0;
	end = session->record.spans[0].end;
	accept__output_round(session, accept__last_result(session, ret));
	if (session->file && accept__has_no_descriptor(ret)) {
		accept__restart(session, end);
		accept__output_round(session, ret);
	}
	session__release(session);
	return 0;
}

/*
 * The same without a session. What do_accept() has made, its own return counts
 * (accept__end_unseen_request()).
 */
static __always_inline int accept__end_unseen_io_accept(u64 frame, s32 ret)
{
	if (accept__has_no_descriptor(ret))
		accept__finish_without_session(frame, ret, NULL);
	return accept__forget_no_room(frame);
}

#endif /* ACCEPT_REQUEST_BPF_H */
