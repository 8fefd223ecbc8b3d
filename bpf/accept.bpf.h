/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets that come from accept(). Their sessions begin and end as others do. What is different
 * follows from accept() waiting for a connection, perhaps for ever:
 *
 * - The sessions of calls that wait are in a map of their own, where they take no slot of other
 * creations.
 *
 * - The time that the task waits is counted apart: from when the scheduler takes the processor from
 * the task to when it gives it back. All protocols wait in a sleep that signals can interrupt.
 * Other sleeps, as for a lock or for memory, can't be interrupted: they are part of the work.
 *
 * - A call that ends without a connection was no attempt to make a socket, and is dropped.
 *
 * The programs on tracepoints, at the end of this file, are loaded only where accept() is observed.
 */
#ifndef ACCEPT_BPF_H
#define ACCEPT_BPF_H

#include "request.bpf.h"

#define S_IFMT	 0170000
#define S_IFSOCK 0140000

#define EINTR	    4
#define ERESTARTSYS 512 /* never seen by user space: EINTR, or the call is made again */

#define PF_IO_WORKER 0x00000010 /* include/linux/sched.h */

/* include/linux/sched.h, the same on every kernel */
#define TASK_INTERRUPTIBLE 0x0001
#define TASK_WAKING	   0x0200

/* The file behind a descriptor of the current task, or NULL. */
static __always_inline struct file *accept__file(u32 fd)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd);
	struct file *file = NULL;

	if (fd < BPF_CORE_READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), files + fd);
	return file;
}

/* The socket behind a file, or NULL if there is none. */
static __always_inline struct socket *accept__socket(struct file *file)
{
	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	return BPF_CORE_READ(file, private_data);
}

/* The network namespace of a socket, which one that it accepts has, too; 0 if there are none. */
static __always_inline u32 accept__netns(struct socket *socket)
{
	struct sock *sock = BPF_CORE_READ(socket, sk);

	if (bpf_core_field_exists(sock->__sk_common.skc_net.net))
		return BPF_CORE_READ(sock, __sk_common.skc_net.net, ns.inum);
	return 0;
}

/* Describe what accept() asks for: a socket like the listening one, which goes into listener. */
static __noinline void accept__describe(struct file *file, s32 fd, u32 flags, struct call *call,
					struct wire_socket *listener)
{
	struct socket *socket = accept__socket(file);

	if (socket) {
		capture_socket(listener, socket);
		call->netns = accept__netns(socket);
	}
	listener->fd = fd;
	call->family = listener->family;
	call->type = listener->type;
	call->protocol = listener->protocol;
	call->accept_flags = flags;
}

/* __sys_accept4(fd, upeer_sockaddr, upeer_addrlen, flags) */
#define accept__describe_call(ctx, call, listener)                                                 \
	accept__describe(accept__file(ARGUMENT(ctx, 0)), ARGUMENT(ctx, 0), ARGUMENT(ctx, 3), call, \
			 listener)

/* do_accept(file, file_flags or arg, upeer_sockaddr, upeer_addrlen, flags) */
#define accept__describe_request(ctx, call, listener) \
	accept__describe((struct file *)ARGUMENT(ctx, 0), -1, ARGUMENT(ctx, 4), call, listener)

/*
 * Whether io_uring has called do_accept(), which has no session of __sys_accept4() above it. If
 * not, the filters have rejected the system call, or it has no session for another reason. io_uring
 * calls it in a worker, or anywhere but inside a system call that accepts.
 */
static __always_inline bool accept__is_io_uring(void)
{
	struct task_struct *task = current_task();

	return TASK_READ(task, flags) & PF_IO_WORKER || !system_call__is_accepting(task);
}

/* The same where do_accept() would be outermost: where io_accept(), which calls it, is not
 * observed. */
static __always_inline bool accept__is_way_in(void)
{
	return !(state.observed & STAGE_BIT(STAGE_IO_ACCEPT)) && accept__is_io_uring();
}

/* Note the listening socket, in whose network namespace the new one will be. */
static __always_inline void accept__note_listener(struct session *session, const struct call *call,
						  const struct wire_socket *listener)
{
	session->record.sockets[WIRE_LISTENER] = *listener;
	session->record.netns = call->netns;
	details__note_task_netns(&session->record);
}

/* Return the session that begins, or NULL if none does. */
static __always_inline struct session *accept__enter(void *ctx, struct session *table, u64 frame,
						     enum stage stage, enum via via,
						     const struct call *call,
						     const struct wire_socket *listener)
{
	struct session *session =
		creation__enter(ctx, table, frame, stage, via, call, CREATION_ACCEPT);

	if (!session)
		return NULL;
	accept__note_listener(session, call, listener);
	return session;
}

/*
 * Note the socket that was made, by its file. Nobody can have closed it as long as it has no
 * descriptor.
 */
static __always_inline void accept__take_file(struct session *session, struct file *file)
{
	struct wire_record *record = &session->record;
	struct socket *socket = accept__socket(file);

	if (!socket)
		return;
	capture_socket(&record->sockets[0], socket);
	record->sockets[0].fd = -1;
	record->nr_sockets = 1;
}

/* Note what do_accept() returns. What the request of io_uring gets is known later. */
static __always_inline void accept__take_request(struct session *session, s32 ret, u64 value)
{
	if (ret != POINTER_VALID)
		return;
	accept__take_file(session, (struct file *)value);
	if (session->record.spans[0].stage == STAGE_IO_ACCEPT)
		session->file = value;
}

/* Note what __sys_accept4() returns. Without FEATURE_DO_ACCEPT nothing is known of the file yet. */
static __always_inline void accept__take_call(struct session *session, s32 ret, u64 value)
{
	(void)value;
	if (ret < 0)
		return;
	if (!session->record.nr_sockets)
		accept__take_file(session, accept__file(ret));
	session->record.sockets[0].fd = ret;
}

/* Whether the call got a connection, or would have got one but for an error. */
static __always_inline bool accept__was_attempt(s32 ret)
{
	return ret != -EAGAIN && ret != -EINTR && ret != -ERESTARTSYS;
}

/*
 * Finish an accept() whose outermost function has returned. Calls that the end of the trace cuts
 * off are not recorded.
 */
static __always_inline void accept__finish(struct session *session, s32 ret)
{
	if (state.gate < GATE_OPEN || !accept__was_attempt(ret)) {
		session__release(session);
		return;
	}
	if (session->record.via == VIA_ACCEPT4 && system_call__is_accept(current_task()))
		session->record.via = VIA_ACCEPT;
	creation__finish(session, ret);
}

/* The inode of no network namespace. */
#define NO_NETNS (~0U)

/*
 * Whether there was no room for the call on the stack of a frame, neither at its entry nor when it
 * began to wait. Stacks with the same hash are not told apart.
 */
static __always_inline bool accept__had_no_room(u64 frame)
{
	return state.roomless_accepts[session__hash(frame)] > 0;
}

/* The outermost function of such a call returns. */
static __always_inline int accept__forget_no_room(u64 frame)
{
	if (accept__had_no_room(frame))
		__sync_fetch_and_add(&state.roomless_accepts[session__hash(frame)], -1);
	return 0;
}

/*
 * Count an accept() that returns without a session: only now it is known whether it was an attempt
 * to make a socket. file is what came of it, or NULL. If there was room for it and it passes the
 * filters, it began before the trace.
 */
static __noinline int accept__finish_without_session(u64 frame, s32 ret, struct file *file)
{
	struct socket *socket = accept__socket(file);
	struct wire_socket made = {};
	u32 netns = NO_NETNS;

	if (state.gate < GATE_OPEN || !accept__was_attempt(ret))
		return 0;
	if (accept__had_no_room(frame))
		return lost__count(LOST_SESSION_TABLE_FULL);
	if (socket) {
		capture_socket(&made, socket);
		netns = accept__netns(socket);
	}
	if (!filter__accepts_entry(made.family, made.type, made.protocol, netns))
		account__count(account__this_cpu(), filtered);
	return 0;
}

static __always_inline int accept__end_unseen_call(u64 frame, s32 ret, u64 value)
{
	(void)value;
	accept__finish_without_session(frame, ret, ret >= 0 ? accept__file(ret) : NULL);
	return accept__forget_no_room(frame);
}

/* do_accept() has returned. Where io_accept() has called it and is observed, that may go on. */
static __always_inline int accept__end_unseen_request(u64 frame, s32 ret, u64 value)
{
	if (!accept__is_io_uring())
		return 0;
	accept__finish_without_session(frame, ret,
				       ret == POINTER_VALID ? (struct file *)value : NULL);
	if (state.observed & STAGE_BIT(STAGE_IO_ACCEPT))
		return 0;
	return accept__forget_no_room(frame);
}

#ifndef PROBE_KPROBE

/* The current task gives up the processor until it is woken. frame is on its stack. */
static __always_inline void accept__begin_wait(struct task_struct *task, u64 frame)
{
	struct session *session = session__find(session_table(), frame);

	if (!session || !session->is_accept || !session->innermost)
		return;
	/* Another processor may be waking it at the same time, which changes the state at once. */
	if (!(compat__task_state(task) & (TASK_INTERRUPTIBLE | TASK_WAKING)))
		return;
	if (session->slot != IN_ACCEPTS) {
		struct session *moved = session__move_to_accepts(session);

		if (!moved) {
			creation__note_no_room(session->stack, CREATION_ACCEPT);
			session->innermost = 0;
			session__release(session);
			return;
		}
		session = moved;
	}
	session__span_of(session, session__innermost(session))->flags |= WIRE_SPAN_WAITED;
	session->wait_began = bpf_ktime_get_boot_ns();
}

/* A task gets the processor back. */
static __always_inline void accept__end_wait(struct task_struct *task)
{
	u32 tid = BPF_CORE_READ(task, pid);
	struct session *session = bpf_map_lookup_elem(&accepts, &tid);

	if (!session || !session->wait_began)
		return;
	session->record.waited += bpf_ktime_get_boot_ns() - session->wait_began;
	session->wait_began = 0;
}

/* TP_PROTO(bool preempt, struct task_struct *prev, struct task_struct *next, …) */
SEC("raw_tp/sched_switch")
int accept_switch(u64 *ctx)
{
	if (!ctx[0])
		accept__begin_wait((struct task_struct *)ctx[1],
				   context_address(ctx, session_table()));
	accept__end_wait((struct task_struct *)ctx[2]);
	return 0;
}

/*
 * A task exits. If it still has a session, its return was missed: no signal kills a task within the
 * call.
 */
static __always_inline int accept__exited(struct task_struct *task)
{
	if (session__remove_accept(BPF_CORE_READ(task, pid)))
		account__lost(LOST_ENTRY_WITHOUT_EXIT);
	return 0;
}

/* TP_PROTO(struct task_struct *task, …) */
SEC("raw_tp/sched_process_exit")
int accept_exit(u64 *ctx)
{
	return accept__exited((struct task_struct *)ctx[0]);
}

/* The same for kernels where the program above may be skipped: see command.bpf.h. */
SEC("kprobe/exit_files")
int accept_exit_kprobe(struct pt_regs *ctx)
{
	return accept__exited((struct task_struct *)PT_REGS_PARM1(ctx));
}

#endif /* PROBE_KPROBE */

#endif /* ACCEPT_BPF_H */
