/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets that io_uring makes by IORING_OP_SOCKET. A request can fail before and after its socket
 * is made: when it is submitted, for lack of a descriptor, and for lack of a slot for a direct
 * descriptor. So what counts is what the request gets.
 *
 * Of what io_uring's own structs look like, only what is read is described here.
 */
#ifndef REQUEST_BPF_H
#define REQUEST_BPF_H

#include "creation.bpf.h"

#define EAGAIN 11

struct io_cqe___of_request {
	s32 res;
} __attribute__((preserve_access_index));

struct io_kiocb___of_request {
	struct file *file;
	struct io_cqe___of_request cqe;
} __attribute__((preserve_access_index));

/* What follows file in a request is the operation's own; it begins with file, too. */
struct io_socket {
	s32 domain;
	s32 type;
	s32 protocol;
	u32 file_slot;
} __attribute__((preserve_access_index));

/* A submission as user space has written it: include/uapi/linux/io_uring.h */
struct io_uring_sqe {
	u8 opcode;
	u8 flags;
	u16 ioprio;
	s32 fd;
	u64 off;
	u64 addr;
	u32 len;
	u32 rw_flags;
	u64 user_data;
	u16 buf_index;
	u16 personality;
	u32 file_index;
};

/* What an outermost function of io_uring is called for. */
struct request {
	u64 address; /* its struct io_kiocb */
	u32 slot_asked;
};

/*
 * Whether the kernel has such requests. Where it has none, a kprobe is tried all the same, because
 * its BTF need not have all functions; the program is not to be refused for what it never reads.
 */
static __always_inline bool request__is_known(void)
{
	return bpf_core_type_exists(struct io_socket);
}

/* io_socket(req, issue_flags) */
#define capture_request(ctx, call, request)                                  \
	do {                                                                 \
		struct io_socket *of = (struct io_socket *)ARGUMENT(ctx, 0); \
                                                                             \
		if (!request__is_known())                                    \
			break;                                               \
		(call)->family = BPF_CORE_READ(of, domain);                  \
		(call)->type = BPF_CORE_READ(of, type);                      \
		(call)->protocol = BPF_CORE_READ(of, protocol);              \
		(request)->slot_asked = BPF_CORE_READ(of, file_slot);        \
		(request)->address = (u64)of;                                \
	} while (0)

/* io_socket_prep(req, sqe), which fills in the request if it does not refuse it. */
#define capture_submission(ctx, call, request)                                              \
	do {                                                                                \
		struct io_uring_sqe sqe = {};                                               \
                                                                                            \
		bpf_probe_read_kernel(&sqe, sizeof(sqe), (void *)UNTYPED_ARGUMENT(ctx, 1)); \
		(call)->family = sqe.fd;                                                    \
		(call)->type = sqe.off;                                                     \
		(call)->protocol = sqe.len;                                                 \
		(request)->slot_asked = sqe.file_index;                                     \
		(request)->address = ARGUMENT(ctx, 0);                                      \
	} while (0)

/* Note which request a session that begins is for. */
static __always_inline void request__begin(struct session *session, const struct request *request)
{
	session->request = request->address;
	session->slot_asked = request->slot_asked;
	session->installed = NOT_INSTALLED;
	session->file = 0;
	if (request->slot_asked)
		session->record.flags |= WIRE_DIRECT;
}

static __always_inline s32 request__completion(const struct session *session)
{
	struct io_kiocb___of_request *request = (void *)session->request;

	return bpf_core_field_exists(request->cqe) ? BPF_CORE_READ(request, cqe.res) : 0;
}

/*
 * Whether a request has a result when its function returns. io_uring tries it again after EAGAIN,
 * and a submission that is not refused is tried later on.
 */
static __always_inline bool request_result_exists(s32 ret)
{
	return ret != -EAGAIN;
}

static __always_inline bool submission_result_exists(s32 ret)
{
	return ret < 0;
}

/* What the request gets. An error that is returned is the result; what the request holds is stale
 * then. */
static __always_inline s32 capture_request_result(const struct session *session, s32 ret)
{
	return ret < 0 ? ret : request__completion(session);
}

static __always_inline s32 capture_submission_result(const struct session *session, s32 ret)
{
	(void)session;
	return ret;
}

/* The slot of a direct descriptor, by the result of a request that asked for one. */
static __always_inline s32 request__slot(const struct session *session, s32 ret)
{
	return session->slot_asked == ANY_SLOT ? ret : (s32)(session->slot_asked - 1);
}

/*
 * The result as the record has it, and the descriptor of the socket. The result of a request for a
 * given slot is 0.
 */
static __always_inline void request__note_result(struct session *session, s32 ret)
{
	struct wire_record *record = &session->record;

	if (ret < 0)
		return;
	capture_missing_sockets(session, 1);
	if (record->nr_sockets)
		record->sockets[0].fd =
			record->flags & WIRE_DIRECT ? request__slot(session, ret) : ret;
}

/* Finish a request whose outermost function has returned; its span has ended. */
static __always_inline void request__finish(struct session *session, s32 ret)
{
	if (state.gate >= GATE_OPEN) {
		request__note_result(session, ret);
		creation__output(session, ret);
	}
	session__release(session);
}

/*
 * Count a request whose outermost function returns without a session: a filter has rejected it at
 * its entry, the table of sessions was full, or the entry was missed. call is NULL where it is not
 * known; then a filter is taken to have rejected it.
 */
static __always_inline int request__end_unseen(const struct call *call)
{
	if (state.gate < GATE_OPEN)
		return 0;
	if (config.filter.at_entry &&
	    !(call && filter__accepts_entry(call->family, call->type, call->protocol, call->netns)))
		account__count(account__this_cpu(), filtered);
	else if (state.gate == GATE_SETTLED)
		lost__count(call && config.entries_can_be_skipped ? LOST_OUTERMOST_ENTRY_MISSED
								  : LOST_SESSION_TABLE_FULL);
	return 0;
}

/* A kretprobe program does not see the arguments, but no entry is skipped there either. */
#ifdef PROBE_KPROBE
#define REQUEST_END_UNSEEN(ctx, capture_entry) request__end_unseen(NULL)
#else
#define REQUEST_END_UNSEEN(ctx, capture_entry)                 \
	({                                                     \
		struct call call = {};                         \
		struct request request = {};                   \
                                                               \
		capture_##capture_entry(ctx, &call, &request); \
		request__end_unseen(&call);                    \
	})
#endif

#endif /* REQUEST_BPF_H */
