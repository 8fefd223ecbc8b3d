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

/* Most records have no more spans than that, and no details. */
#define FEW_SPANS 12

struct wire_record_of_few_spans {
	char header[WIRE_HEADER_SIZE];
	struct wire_span spans[FEW_SPANS];
};

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

/* By which system call, where that is not the usual one for the outermost stage. */
static __always_inline void creation__note_system_call(struct wire_record *record)
{
	struct task_struct *task = current_task();

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

/* What is asked for; all else that can be told at the end is left to it: see below. */
static __always_inline void creation__begin_record(struct wire_record *record, enum via via,
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
	record->netns = 0;
	record->pid = pid_tid >> 32;
	record->tid = pid_tid;
	record->family = call->family;
	record->type = call->type;
	record->protocol = call->protocol;
	record->accept_flags = call->accept_flags;
}

/* Who has created the socket: after the outermost return, where no span's duration has it in it. */
static __always_inline void creation__end_record(struct wire_record *record, s32 ret)
{
	record->ret = ret;
	creation__note_system_call(record);
	record->cgroup_id = bpf_get_current_cgroup_id();
	record->ppid = task__current_parent_pid();
	if (config.identify_process)
		task__identify_process(&record->process_start_ns, &record->exec_id);
	record->uid = task__current_uid();
	task__current_comm(record->comm);
	if (unlikely(ret == -EMFILE))
		details__capture_descriptor_limit(record);
}

/*
 * Puts a record of few spans into the ring buffer. Loads and stores, a word each, take a fraction
 * of what bpf_ringbuf_output() does, but the size must be constant.
 */
static __always_inline long creation__output_few(const struct wire_record *record, u64 flags)
{
	struct wire_record_of_few_spans *copy = bpf_ringbuf_reserve(&records, sizeof(*copy), 0);
	u32 i;

	if (!copy)
		return -1;
	__builtin_memcpy(copy->header, record, WIRE_HEADER_SIZE);
#pragma unroll
	for (i = 0; i < FEW_SPANS; i++) {
		if (i >= record->nr_spans)
			break;
		copy->spans[i] = record->spans[i];
	}
	bpf_ringbuf_submit(copy, flags);
	return 0;
}

/* Puts any record into the ring buffer. */
static __noinline long creation__output_any(struct wire_record *record, u64 flags)
{
	u64 spans = record->nr_spans;
	u64 size;

	if (spans > WIRE_MAX_SPANS)
		spans = WIRE_MAX_SPANS;
	size = details__pack_all(record, WIRE_HEADER_SIZE + spans * sizeof(struct wire_span));
	if (size > sizeof(*record))
		size = sizeof(*record);
	return bpf_ringbuf_output(&records, record, size, flags);
}

static __always_inline void creation__submit(struct session *session, s32 ret)
{
	struct wire_record *record = &session->record;
	u32 cpu = bpf_get_smp_processor_id() & (NR_ACCOUNTS - 1);
	struct account *account = &state.accounts[cpu];
	u64 flags;
	long error;

	creation__end_record(record, ret);
	record->cpu = cpu;
	record->sequence = account__next_sequence(account);
	if (config.state)
		snapshots__submit(session);
	flags = creation__wakeup_flag(record->sequence);
	if (likely(record->nr_spans <= FEW_SPANS &&
		   !(record->nr_modules | record->nr_kernel_frames | record->nr_user_frames)))
		error = creation__output_few(record, flags);
	else
		error = creation__output_any(record, flags);
	if (error)
		account__count(account, lost[LOST_RING_BUFFER_FULL]);
}

/*
 * The function of an outermost stage is called. That of an accept() does not count as filtered yet:
 * it may end without a connection. Returns the session that begins, or NULL if none does.
 */
static __always_inline struct session *creation__enter(void *ctx, struct state *memory, u64 frame,
						       enum stage stage, enum via via,
						       const struct call *call, bool is_accept)
{
	struct session *session;
	struct wire_span *span;

	if (memory->gate == GATE_CLOSED)
		return NULL;
	session = session__find(memory, frame);
	if (unlikely(session)) {
		/* The last one's return was missed: its functions can't be open at this place. */
		session->innermost = 0;
		account__lost(LOST_ENTRY_WITHOUT_EXIT);
		session__release(session);
	}
	if (!filter__accepts_entry(call->family, call->type, call->protocol)) {
		if (!is_accept)
			account__count(account__this_cpu(), filtered);
		return NULL;
	}
	session = is_accept ? session__claim_accept(frame) : session__claim(memory, frame);
	if (unlikely(!session)) {
		account__lost(LOST_SESSION_TABLE_FULL);
		return NULL;
	}
	creation__begin_record(&session->record, via, call);
	details__capture_stacks(ctx, &session->record);
	if (config.state)
		snapshots__reset(session);
	session->nr_described = 0;
	session->waited_spans = 0;
	session->user_fds = call->user_fds;
	session->family = socket_family(call->family, call->type);
	span = session__append(memory, session, 0, session->open, stage, frame, WIRE_NO_PARENT);
	span->start = bpf_ktime_get_boot_ns();
	return session;
}

/* The outermost span is closed: submit the record, or not, and give the session back. */
static __always_inline void creation__finish(struct session *session, s32 ret)
{
	struct wire_record *record = &session->record;

	if (!record->netns)
		record->netns = task__current_netns();
	if (filter__accepts_exit(ret,
				 record->spans[0].end - record->spans[0].start - record->waited))
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
