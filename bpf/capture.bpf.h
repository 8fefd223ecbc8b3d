/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a stage reads besides time and return value. capture_<name>() is called for the stages that
 * name it in stages.def: at entry with the context, at return with the value returned.
 */
#ifndef CAPTURE_BPF_H
#define CAPTURE_BPF_H

#include "session.bpf.h"
#include "snapshot.bpf.h"
#include "task.bpf.h"

/* What an outermost stage was asked for. */
struct call {
	s32 family;
	s32 type;
	s32 protocol;
	u32 accept_flags;
	u64 user_fds;
};

#define capture_nothing(...) ((void)0)

/* The first three arguments of socket() and socketpair(), and where the latter puts its fds. */
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
 * __sock_create(net, family, type, protocol, res, kern). Some protocols make a socket of the
 * kernel's own within the creation of the one asked for (MPTCP its first subflow, SMC its TCP
 * socket). That one has no descriptor: only the outer call, right below the outermost span, says
 * where the socket asked for will be.
 */
#define capture_socket_arguments(ctx, session, span)                         \
	do {                                                                 \
		struct net *net;                                             \
                                                                             \
		(session)->family = ARGUMENT(ctx, 1);                        \
		if (config.state)                                            \
			snapshots__begin_socket(session);                    \
		if (!capture_is_asked_for(session))                          \
			break;                                               \
		net = (struct net *)ARGUMENT(ctx, 0);                        \
		(session)->record.netns = KERNEL_READ(net, ns.inum);         \
		if (!EXIT_HAS_ARGUMENTS || config.state)                     \
			(session)->socket_result = UNTYPED_ARGUMENT(ctx, 4); \
	} while (0)

/* A family's create function: of which family is not among its arguments. */
#define capture_family(ctx, session, span) ((span)->family = (session)->family)

/* Its arguments as those of the call, where it is the outermost one. */
#define capture_kernel_arguments(ctx, call)          \
	do {                                         \
		(call)->family = ARGUMENT(ctx, 1);   \
		(call)->type = ARGUMENT(ctx, 2);     \
		(call)->protocol = ARGUMENT(ctx, 3); \
	} while (0)

/* Whether the socket is to be the kernel's own. */
#define capture_is_for_kernel(ctx) ((s32)ARGUMENT(ctx, 5))

/* A socket as it is now, but for its descriptor. */
static __always_inline void capture_socket(struct wire_socket *made, struct socket *socket)
{
	struct sock *sock = BPF_CORE_READ(socket, sk);

	made->inode = BPF_CORE_READ((struct socket_alloc *)socket, vfs_inode.i_ino);
	made->cookie = BPF_CORE_READ(sock, __sk_common.skc_cookie.counter);
	made->family = BPF_CORE_READ(sock, __sk_common.skc_family);
	made->type = BPF_CORE_READ(sock, sk_type);
	made->protocol = BPF_CORE_READ(sock, sk_protocol);
}

/*
 * A family's create function (net, socket, protocol, kern) returns. It has filled in the socket,
 * whose type the verifier knows, so reading it takes a fraction of what it takes at the return of
 * __sock_create(). That counts the socket, if it succeeds.
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
 * The __sock_create() of an outermost stage returns. *res is valid only after success; it is looked
 * at only if the family's create function was not observed, or could not be.
 */
#define capture_socket_made(ctx, session, ret)                                              \
	do {                                                                                \
		if (!capture_is_socket_made(session, ret))                                  \
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

/* Its own span is closed already. */
static __always_inline bool capture_is_socket_made(const struct session *session, s32 ret)
{
	return !ret && session->innermost == session->outer_offset &&
	       session->record.nr_sockets < WIRE_MAX_SOCKETS;
}

static __always_inline void capture_socket_result(struct session *session)
{
	u32 index = bounded(session->record.nr_sockets, WIRE_MAX_SOCKETS);
	struct socket *socket = NULL;

	bpf_probe_read_kernel(&socket, sizeof(socket), (void *)session->socket_result);
	capture_socket(&session->record.sockets[index], socket);
}

/* A call that succeeded has made sockets: if they were not seen, the kernel skipped a program. */
static __always_inline void capture_missing_sockets(struct session *session, u32 expected)
{
	if (session->record.nr_sockets < expected && state.observed & STAGE_BIT(STAGE_SOCK_CREATE))
		session->record.flags |= WIRE_ENTRY_MISSED;
}

/* The descriptor that socket() returns. */
static __always_inline void capture_result(void *ctx, struct session *session, s32 ret)
{
	(void)ctx;
	if (ret < 0)
		return;
	capture_missing_sockets(session, 1);
	if (session->record.nr_sockets)
		session->record.sockets[0].fd = ret;
}

/* The file that io_uring puts behind a descriptor, or into its table of fixed files, later on. */
static __always_inline void capture_file_result(void *ctx, struct session *session, s32 ret)
{
	(void)ctx;
	if (ret == POINTER_VALID)
		capture_missing_sockets(session, 1);
}

/* The two descriptors that socketpair() has put into the caller's array. */
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
