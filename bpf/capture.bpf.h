/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a stage reads in addition to time and return value. The stages that name it in stages.def
 * call capture_<name>(): at the entry with the context, at the return with the return value.
 */
#ifndef CAPTURE_BPF_H
#define CAPTURE_BPF_H

#include "details.bpf.h"
#include "session.bpf.h"
#include "snapshot.bpf.h"
#include "task.bpf.h"

/* What an outermost stage has been asked for. */
struct call {
	s32 family;
	s32 type;
	s32 protocol;
	u32 accept_flags;
	u32 netns; /* inode of the socket's network namespace; 0 if that is the task's */
	u64 user_fds;
};

#define capture_nothing(...) ((void)0)

/*
 * Read the first three arguments of socket() and socketpair(), and the address of the array that
 * socketpair() puts the descriptors into.
 */
#define capture_call_arguments(ctx, call, stage)                     \
	do {                                                         \
		(call)->family = ARGUMENT(ctx, 0);                   \
		(call)->type = ARGUMENT(ctx, 1);                     \
		(call)->protocol = ARGUMENT(ctx, 2);                 \
		if ((stage) == STAGE_SYS_SOCKETPAIR)                 \
			(call)->user_fds = UNTYPED_ARGUMENT(ctx, 3); \
	} while (0)

/* Whether the innermost open span is that of the __sock_create() that makes the socket asked for.
 */
static __always_inline bool capture_is_asked_for(const struct session *session)
{
	return session->innermost == session->outer_offset + sizeof(struct open_span);
}

/*
 * Read the arguments of __sock_create(net, family, type, protocol, res, kern). Some protocols make
 * a socket of the kernel's own while the requested one is being made (MPTCP its first subflow, SMC
 * its TCP socket). Such a socket has no descriptor, so only the outer call, right below the
 * outermost span, tells where the requested socket will be. Unless the kernel makes it for itself,
 * net is the task's: creation__complete() reads that, at less cost than a kprobe reads net.
 */
#define capture_socket_arguments(ctx, session, span)                         \
	do {                                                                 \
		struct net *net;                                             \
                                                                             \
		(session)->family = ARGUMENT(ctx, 1);                        \
		if (WITH_STATE)                                              \
			snapshots__begin_socket(session);                    \
		if (!capture_is_asked_for(session))                          \
			break;                                               \
		net = (struct net *)ARGUMENT(ctx, 0);                        \
		if (EXIT_HAS_ARGUMENTS)                                      \
			(session)->record.netns = KERNEL_READ(net, ns.inum); \
		else                                                         \
			(session)->protocol = ARGUMENT(ctx, 3);              \
		if (!EXIT_HAS_ARGUMENTS || WITH_STATE)                       \
			(session)->socket_result = UNTYPED_ARGUMENT(ctx, 4); \
	} while (0)

/* Note the family of a family's create function. It is not among the arguments. */
#define capture_family(ctx, session, span) ((span)->family = (session)->family)

/* Read the arguments of __sock_create() as those of the call, where it is the outermost stage. */
#define capture_kernel_arguments(ctx, call, stage)         \
	do {                                               \
		struct net *net;                           \
                                                           \
		(call)->family = ARGUMENT(ctx, 1);         \
		(call)->type = ARGUMENT(ctx, 2);           \
		(call)->protocol = ARGUMENT(ctx, 3);       \
		net = (struct net *)ARGUMENT(ctx, 0);      \
		(call)->netns = KERNEL_READ(net, ns.inum); \
	} while (0)

/* Whether the socket is to be the kernel's own. */
#define capture_is_for_kernel(ctx) ((s32)ARGUMENT(ctx, 5))

/* Describe a socket as it is now, without its descriptor. */
static __always_inline void capture_socket(struct wire_socket *made, struct socket *socket)
{
	struct sock *sock = UNTYPED_READ(socket, sk);

	made->inode = UNTYPED_READ((struct socket_alloc *)socket, vfs_inode.i_ino);
	made->cookie = UNTYPED_READ(sock, __sk_common.skc_cookie.counter);
	made->family = UNTYPED_READ(sock, __sk_common.skc_family);
	made->type = UNTYPED_READ(sock, sk_type);
	made->protocol = UNTYPED_READ(sock, sk_protocol);
}

/*
 * Describe the socket when a family's create function (net, socket, protocol, kern) returns. It has
 * filled in the socket. The verifier knows the type of its argument, so reading it here takes a
 * fraction of the instructions that it takes when __sock_create() returns. __sock_create() counts
 * the socket, if it succeeds.
 */
#ifdef PROBE_KPROBE
#define capture_socket_created(ctx, session, ret) ((void)0)
#else
#define capture_socket_created(ctx, session, ret) \
	capture_described_socket(session, (struct socket *)ARGUMENT(ctx, 1), ret)

static __always_inline void capture_described_socket(struct session *session, struct socket *socket,
						     s32 ret)
{
	u32 index = session->record.nr_sockets;
	struct wire_socket *made;
	struct sock *sock;

	if (ret || !capture_is_asked_for(session) || index >= WIRE_MAX_SOCKETS)
		return;
	made = &session->record.sockets[index];
	sock = socket->sk;
	made->inode = BPF_CORE_READ((struct socket_alloc *)socket, vfs_inode.i_ino);
	made->cookie = sock->__sk_common.skc_cookie.counter;
	made->family = sock->__sk_common.skc_family;
	made->type = sock->sk_type;
	made->protocol = sock->sk_protocol;
	session->nr_described = index + 1;
}
#endif

/*
 * Count the requested socket when its __sock_create() returns. *res is valid only after success. It
 * is read only where the family's create function is not observed.
 */
#define capture_socket_made(ctx, session, ret)                                              \
	do {                                                                                \
		if (unlikely(ret)) {                                                        \
			capture_failed(session, EXIT_HAS_ARGUMENTS ? ARGUMENT(ctx, 3)       \
								   : (session)->protocol);  \
			break;                                                              \
		}                                                                           \
		if (!capture_is_socket_made(session))                                       \
			break;                                                              \
		if ((session)->nr_described <= (session)->record.nr_sockets) {              \
			if (EXIT_HAS_ARGUMENTS)                                             \
				(session)->socket_result = UNTYPED_ARGUMENT(ctx, 4);        \
			capture_socket_result(session);                                     \
		}                                                                           \
		(session)                                                                   \
			->record                                                            \
			.sockets[bounded((session)->record.nr_sockets++, WIRE_MAX_SOCKETS)] \
			.fd = -1;                                                           \
	} while (0)

/* The span of __sock_create() has been closed already. */
static __always_inline bool capture_is_socket_made(const struct session *session)
{
	return session->innermost == session->outer_offset &&
	       session->record.nr_sockets < WIRE_MAX_SOCKETS;
}

/* Note with which protocol the requested socket could not be made. */
static __always_inline void capture_failed(struct session *session, s32 protocol)
{
	if (session->innermost == session->outer_offset)
		details__note_protocol(&session->record, protocol);
}

static __always_inline void capture_socket_result(struct session *session)
{
	u32 index = bounded(session->record.nr_sockets, WIRE_MAX_SOCKETS);
	struct socket *socket = (struct socket *)READ_POINTER(session->socket_result);

	capture_socket(&session->record.sockets[index], socket);
}

/* Mark a call that has succeeded and yet shows no socket: the kernel has skipped a program. */
static __always_inline void capture_missing_sockets(struct session *session, u32 expected)
{
	if (session->record.nr_sockets < expected && state.observed & STAGE_BIT(STAGE_SOCK_CREATE))
		session->record.flags |= WIRE_ENTRY_MISSED;
}

/* Note the descriptor that socket() returns. */
static __always_inline void capture_result(void *ctx, struct session *session, s32 ret)
{
	(void)ctx;
	if (ret < 0)
		return;
	capture_missing_sockets(session, 1);
	if (session->record.nr_sockets)
		session->record.sockets[0].fd = ret;
}

/*
 * Only the call below this one says which socket was asked for, also where io_socket() has called
 * this one.
 */
#define capture_request_file(ctx, session, span) ((session)->outer_offset = (session)->innermost)

/* Note what io_uring's table of direct descriptors has made of a file. */
#define capture_installed(ctx, session, ret) ((session)->installed = (ret))

/*
 * io_uring gets a file, and puts it behind a descriptor, or into its table of direct descriptors,
 * later on.
 */
static __always_inline void capture_file_result(void *ctx, struct session *session, s32 ret)
{
	(void)ctx;
	if (ret == POINTER_VALID)
		capture_missing_sockets(session, 1);
}

/* Note the two descriptors that socketpair() has put into the caller's array. */
static __always_inline void capture_pair_result(void *ctx, struct session *session, s32 ret)
{
	s32 fds[2];

	(void)ctx;
	if (ret)
		return;
	capture_missing_sockets(session, 2);
	if (bpf_probe_read_user(fds, sizeof(fds), (void *)session->user_fds))
		return;
	session->record.sockets[0].fd = fds[0];
	session->record.sockets[1].fd = fds[1];
}

#endif /* CAPTURE_BPF_H */
