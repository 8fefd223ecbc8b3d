/* SPDX-License-Identifier: GPL-2.0 */
/* The life of a session: opened by an outermost entry, closed and submitted by its return. */
#ifndef CREATION_BPF_H
#define CREATION_BPF_H

#include "capture.bpf.h"
#include "details.bpf.h"
#include "filter.bpf.h"
#include "system_call.bpf.h"

/* Submissions between two looks at how full the ring buffer is; a power of two. */
#define WAKEUP_CHECK_INTERVAL 16

/*
 * The reader drains the ring buffer on a timer. It is woken only when much is waiting: waking it
 * costs the traced program more than the record does.
 */
static __always_inline u64 creation__wakeup_flag(u64 sequence)
{
	if (sequence & (WAKEUP_CHECK_INTERVAL - 1))
		return BPF_RB_NO_WAKEUP;
	if (bpf_ringbuf_query(&records, BPF_RB_AVAIL_DATA) < config.wakeup_bytes)
		return BPF_RB_NO_WAKEUP;
	return BPF_RB_FORCE_WAKEUP;
}

static __always_inline void creation__submit(struct session *session, s32 ret)
{
	struct wire_record *record = &session->record;
	struct account *account = account__this_cpu();
	u64 spans = record->nr_spans;
	u64 size;

	if (spans > WIRE_MAX_SPANS)
		spans = WIRE_MAX_SPANS;
	size = WIRE_HEADER_SIZE + spans * sizeof(struct wire_span);
	if (unlikely(ret == -EMFILE))
		details__capture_descriptor_limit(record);
	if (unlikely(record->nr_modules || record->nr_kernel_frames || record->nr_user_frames))
		size = details__pack_all(record, size);
	if (size > sizeof(*record))
		size = sizeof(*record);
	record->ret = ret;
	record->cpu = bpf_get_smp_processor_id() & (NR_ACCOUNTS - 1);
	record->sequence = account__next_sequence(account);
	if (config.state)
		snapshots__submit(session);
	if (bpf_ringbuf_output(&records, record, size, creation__wakeup_flag(record->sequence))) {
		account__count(account, lost[LOST_RING_BUFFER_FULL]);
		return;
	}
	account__count(account, submitted);
	if (ret < 0)
		account__count(account, failed);
}

/* By which system call, where that is not the usual one for the outermost stage. */
static __always_inline void creation__note_system_call(struct wire_record *record)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	if (config.accept && record->via == VIA_ACCEPT4 && system_call__is_accept(task))
		record->via = VIA_ACCEPT;
	if (likely(!system_call__is_compat(task)))
		return;
	record->flags |= WIRE_COMPAT;
	if ((record->via == VIA_SOCKET || record->via == VIA_SOCKETPAIR ||
	     record->via == VIA_ACCEPT4) &&
	    system_call__is_socketcall(task))
		record->via = VIA_SOCKETCALL;
}

/* Who creates the socket, and what is asked for. */
static __always_inline void creation__describe(struct wire_record *record, enum via via,
					       const struct call *call)
{
	u64 pid_tid = task__current_pid_tid();

	record->version = WIRE_VERSION;
	record->via = via;
	record->nr_spans = 0;
	record->nr_sockets = 0;
	record->nr_modules = 0;
	record->flags = 0;
	record->descriptor_limit = 0;
	record->waited = 0;
	creation__note_system_call(record);
	record->cgroup_id = bpf_get_current_cgroup_id();
	record->netns = 0;
	record->pid = pid_tid >> 32;
	record->tid = pid_tid;
	record->ppid = task__current_parent_pid();
	if (config.identify_process)
		task__identify_process(&record->process_start_ns, &record->exec_id);
	record->uid = bpf_get_current_uid_gid();
	record->family = call->family;
	record->type = call->type;
	record->protocol = call->protocol;
	record->accept_flags = call->accept_flags;
	/* Not all kernels write behind the name's end: nothing of an earlier one may stay. */
	__builtin_memset(record->comm, 0, sizeof(record->comm));
	bpf_get_current_comm(record->comm, sizeof(record->comm));
}

/*
 * The function of an outermost stage is called. That of an accept() does not count as filtered yet:
 * it may end without a connection. Returns the session that begins, or NULL if none does.
 */
static __always_inline struct session *creation__enter(void *ctx, enum stage stage, enum via via,
						       u64 frame, const struct call *call,
						       bool is_accept)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct session *session;
	struct wire_span *span;

	if (state.gate == GATE_CLOSED)
		return NULL;
	session = session__find(tid);
	if (unlikely(session)) {
		/* The last one's return was missed: its functions can't be open at this place. */
		session->depth = 0;
		account__lost(LOST_ENTRY_WITHOUT_EXIT);
		session__release(session);
	}
	if (!filter__accepts_entry(call->family, call->type, call->protocol)) {
		if (!is_accept)
			account__count(account__this_cpu(), filtered);
		return NULL;
	}
	session = is_accept ? session__claim_accept(tid) : session__claim(tid);
	if (unlikely(!session)) {
		account__lost(LOST_SESSION_TABLE_FULL);
		return NULL;
	}
	creation__describe(&session->record, via, call);
	details__capture_stacks(ctx, &session->record);
	if (config.state)
		snapshots__reset(session);
	session->user_fds = call->user_fds;
	session->family = socket_family(call->family, call->type);
	span = session__append(session, 0, stage, frame, WIRE_NO_PARENT);
	span->start = 0;
	session->record.ts = bpf_ktime_get_boot_ns();
	return session;
}

/* The outermost span is closed: submit the record, or not, and give the session back. */
static __always_inline void creation__finish(struct session *session, s32 ret)
{
	struct wire_record *record = &session->record;

	if (!record->netns)
		record->netns = task__current_netns();
	if (filter__accepts_exit(ret, record->spans[0].duration - record->waited))
		creation__submit(session, ret);
	else
		account__count(account__this_cpu(), filtered);
	session__release(session);
}

/*
 * The function of an outermost stage returns, and its task has no session. Either a filter turned
 * the creation away, or its entry was missed: then it is lost, and only here can that be seen. The
 * kernel skips a program while another task is preempted inside it on the same processor.
 */
static __always_inline int creation__exit_without_session(const struct call *call)
{
	if (state.gate == GATE_SETTLED &&
	    filter__accepts_entry(call->family, call->type, call->protocol))
		account__lost(LOST_OUTERMOST_ENTRY_MISSED);
	return 0;
}

#endif /* CREATION_BPF_H */
