/* SPDX-License-Identifier: GPL-2.0 */
/*
 * System calls that seccomp refuses. It decides before the kernel's function is called, so no stage
 * runs. What is recorded is a creation with one span that did not run (enum wire_refusal).
 *
 * __seccomp_filter() is called for every system call of a task that has a filter, and for no other
 * task. Whatever the filter says, it returns 0 if the system call is to run, and otherwise sets
 * what user space gets. So the program at its return has next to nothing to do for a system call
 * that runs. Where a filter kills the task, it may not return: audit_seccomp(), which is called
 * before, tells.
 *
 * These programs are loaded only where refusals may be watched, and attached only while they are:
 * see user/trace/seccomp_watch.h.
 */
#ifndef SECCOMP_BPF_H
#define SECCOMP_BPF_H

#include "accept.bpf.h"

#define SIGKILL		   9
#define SIGSYS		   31
#define SIGNAL_BIT(number) (1UL << ((number)-1))

#define SECCOMP_MODE_DEAD	3	  /* kernel/seccomp.c: it has killed the task */
#define SECCOMP_RET_KILL_THREAD 0	  /* include/uapi/linux/seccomp.h */
#define PT_TRACE_SECCOMP	(1 << 10) /* include/linux/ptrace.h: PT_EVENT_FLAG() of that event */

/* include/linux/errno.h: from ERESTARTSYS on, of calls that a signal has interrupted */
#define ERESTART_BLOCK 516

#define MAX_NESTED_FILTERS 64 /* looked at; the kernel has a limit in instructions only */

/* Whether one of the task's filters may have a notifier: one that is looked at, or of the others.
 */
static __noinline bool seccomp__has_notifier(struct task_struct *task)
{
	struct seccomp_filter *filter = BPF_CORE_READ(task, seccomp.filter);
	int i;

	NOT_UNROLLED
	for (i = 0; i < MAX_NESTED_FILTERS && filter; i++) {
		if (BPF_CORE_READ(filter, notif))
			return true;
		filter = BPF_CORE_READ(filter, prev);
	}
	return filter;
}

static __always_inline bool seccomp__is_pending(struct task_struct *task, int signal)
{
	return BPF_CORE_READ(task, pending.signal.sig[0]) & SIGNAL_BIT(signal);
}

/* By SIG_DFL it ends the process. The kernel has set that where SIGSYS was blocked or ignored. */
static __always_inline bool seccomp__handles_sigsys(struct task_struct *task)
{
	return BPF_CORE_READ(task, sighand, action[SIGSYS - 1].sa.sa_handler) != NULL;
}

/* Tell what has refused a system call of the task, from what it has left behind. */
static __noinline enum wire_refusal seccomp__find_refusal(struct task_struct *task)
{
	bool traced = BPF_CORE_READ(task, ptrace) & PT_TRACE_SECCOMP;

	if (BPF_CORE_READ(task, seccomp.mode) == SECCOMP_MODE_DEAD)
		return REFUSAL_KILL_PROCESS;
	if (system_call__is_rolled_back(task) && seccomp__is_pending(task, SIGSYS))
		return seccomp__handles_sigsys(task) ? REFUSAL_TRAP : REFUSAL_FATAL_TRAP;
	if (seccomp__has_notifier(task))
		return traced ? REFUSAL_NOTIFIER_OR_TRACER : REFUSAL_NOTIFIER;
	return traced ? REFUSAL_TRACER : REFUSAL_FILTER;
}

/*
 * Whether nobody has answered: a signal has interrupted the wait for a notifier or a tracer. The
 * system call will be made again, or ends with EINTR, or the task is being killed.
 */
static __noinline bool seccomp__is_interrupted(struct task_struct *task, enum wire_refusal refusal,
					       s32 result)
{
	switch (refusal) {
	case REFUSAL_NOTIFIER:
	case REFUSAL_TRACER:
	case REFUSAL_NOTIFIER_OR_TRACER:
		return seccomp__is_pending(task, SIGKILL) ||
		       (result <= -ERESTARTSYS && result >= -ERESTART_BLOCK);
	default:
		return false;
	}
}

static __always_inline enum stage seccomp__stage(enum via via)
{
	switch (via) {
	case VIA_SOCKET:
		return STAGE_SYS_SOCKET;
	case VIA_SOCKETPAIR:
		return STAGE_SYS_SOCKETPAIR;
	default:
		return STAGE_SYS_ACCEPT4;
	}
}

/*
 * Note a creation that has ended before it began. The filters are evaluated as for any other: as
 * those of a call that took no time. Return the slot of its session, or -1 if there is none.
 */
static __always_inline int seccomp__record(void *ctx, u64 frame, enum via via,
					   const struct call *call,
					   const struct wire_socket *listener,
					   enum wire_refusal refusal)
{
	struct session *session = creation__enter(ctx, session_table(), frame, seccomp__stage(via),
						  via, call, CREATION_REFUSED);
	struct wire_span *span;

	if (!session)
		return -1;
	span = &session->record.spans[0];
	span->end = span->start;
	span->ret = 0;
	session->record.refusal = refusal;
	if (seccomp__stage(via) == STAGE_SYS_ACCEPT4)
		accept__note_listener(session, call, listener);
	session->innermost = 0;
	return session->slot;
}

/* Note the current task's system call of that number. Return as seccomp__record(). */
static __noinline int seccomp__begin(void *ctx, u64 frame, u32 number, enum wire_refusal refusal)
{
	struct task_struct *task = current_task();
	struct wire_socket listener = {};
	struct call call = {};
	u32 arguments[NR_ARGUMENTS_READ];
	enum via via = system_call__read(task, number, arguments);

	if (via == VIA_NONE)
		return -1;
	if (seccomp__stage(via) != STAGE_SYS_ACCEPT4) {
		call.family = arguments[0];
		call.type = arguments[1];
		call.protocol = arguments[2];
	} else if (WITH_ACCEPT) {
		accept__describe(accept__file(arguments[0]), arguments[0],
				 via == VIA_ACCEPT4 ? arguments[3] : 0, &call, &listener);
	} else {
		return -1;
	}
	return seccomp__record(ctx, frame, via, &call, &listener, refusal);
}

/*
 * The current task's system call of that number will not run. result is what it gets, if any. The
 * stacks are captured here, because that takes much of BPF's own stack, and so does the rest.
 */
static __always_inline int seccomp__refused(void *ctx, u64 frame, u32 number,
					    enum wire_refusal refusal, s32 result)
{
	int slot = seccomp__begin(ctx, frame, number, refusal);
	struct session *session;

	if (slot < 0)
		return 0;
	session = session__in(slot);
	if (!session)
		return 0;
	if (WITH_STACKS)
		details__capture_stacks(ctx, session);
	return creation__finish_slow(slot, result);
}

/*
 * __seccomp_filter(this_syscall, sd, recheck_after_trace); FEATURE_SECCOMP_TWO_ARGUMENTS: without
 * sd. It calls itself to check a system call again that a tracer may have changed, and then returns
 * the same twice.
 */
static __always_inline int seccomp__returned(u64 *ctx)
{
	struct task_struct *task = current_task();
	enum wire_refusal refusal;
	s32 result;

	/* Some filters refuse other calls all the time. */
	if (!system_call__may_make_sockets(ctx[0]))
		return 0;
	if ((u8)return_value(ctx, config.seccomp_arguments - 1)) /* the last argument */
		return 0;
	refusal = seccomp__find_refusal(task);
	result = system_call__result(task);
	if (seccomp__is_interrupted(task, refusal, result))
		return 0;
	if (refusal >= REFUSAL_TRAP)
		result = WIRE_NO_RESULT;
	return seccomp__refused(ctx, context_address(ctx, session_table()), ctx[0], refusal,
				result);
}

SEC("fexit/__seccomp_filter")
int seccomp_exit(u64 *ctx)
{
	if (likely(!(s32)return_value(ctx, config.seccomp_arguments)))
		return 0;
	return seccomp__returned(ctx);
}

/* Whether __seccomp_filter() returns although the task is killed, so that seccomp_exit() sees it.
 */
static __always_inline bool seccomp__kill_returns(u32 action, u32 live)
{
	return config.seccomp_kill_returns && (action != SECCOMP_RET_KILL_THREAD || live == 1);
}

/* audit_seccomp(syscall, signr, code): signr is 0 unless the task is killed */
SEC("fentry/audit_seccomp")
int seccomp_kill(u64 *ctx)
{
	struct task_struct *task = current_task();
	u32 live = BPF_CORE_READ(task, signal, live.counter);
	enum wire_refusal refusal;

	if (!ctx[1])
		return 0;
	if (ctx[1] == SIGKILL)
		refusal = REFUSAL_STRICT;
	else if (seccomp__kill_returns(ctx[2], live))
		return 0;
	else if ((u32)ctx[2] == SECCOMP_RET_KILL_THREAD && live > 1)
		refusal = REFUSAL_KILL_THREAD;
	else
		refusal = REFUSAL_KILL_PROCESS;
	return seccomp__refused(ctx, context_address(ctx, session_table()), ctx[0], refusal,
				WIRE_NO_RESULT);
}

/*
 * Tell the front end at once that a task has got a filter, if it is one that the trace is of. The
 * kernel's function also answers questions; the first filter is what matters.
 */
static __always_inline int seccomp__installed(void)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	const struct filter_call own_netns = {};
	void *wake;

	if (state.seccomp_installed_ns || !BPF_CORE_READ(task, seccomp.mode) ||
	    !filter__has_task(&own_netns))
		return 0;
	state.seccomp_installed_ns = bpf_ktime_get_boot_ns();
	wake = bpf_ringbuf_reserve(&records, sizeof(u64), 0);
	if (wake)
		bpf_ringbuf_discard(wake, BPF_RB_FORCE_WAKEUP);
	return 0;
}

/* do_seccomp(op, flags, uargs) is behind both seccomp() and prctl(). */
SEC("kretprobe/do_seccomp")
int seccomp_install(struct pt_regs *ctx)
{
	(void)ctx;
	return seccomp__installed();
}

#endif /* SECCOMP_BPF_H */
