/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The life of a session. The entry of an outermost stage opens it, and the return submits and
 * closes it.
 */
#ifndef CREATION_BPF_H
#define CREATION_BPF_H

#include "capture.bpf.h"
#include "details.bpf.h"
#include "filter.bpf.h"
#include "lost.bpf.h"
#include "system_call.bpf.h"

/* The number of submissions between two checks of how full the ring buffer is; a power of two. */
#define WAKEUP_CHECK_INTERVAL 16

/*
 * Most records have at most this many spans, and no details. So many are always copied, because
 * testing for each span takes longer.
 */
#define SMALL_RECORD_SPANS	 9
#define SMALL_RECORD_FIRST_SPANS 6

#define SMALL_RECORD_SIZE (WIRE_HEADER_SIZE + SMALL_RECORD_SPANS * sizeof(struct wire_span))

/*
 * The reader drains the ring buffer on a timer. It is woken only when much is waiting, because a
 * wake-up costs the traced program more than the record does.
 */
static __always_inline u64 creation__wakeup_flag(u64 sequence)
{
	if (sequence & (WAKEUP_CHECK_INTERVAL - 1))
		return BPF_RB_NO_WAKEUP;
	if (bpf_ringbuf_query(&records, BPF_RB_AVAIL_DATA) < config.wakeup_bytes)
		return BPF_RB_NO_WAKEUP;
	return BPF_RB_FORCE_WAKEUP;
}

/* Note the system call, where it is not the one that the outermost stage stands for. */
static __always_inline void creation__note_system_call(struct wire_record *record,
						       struct task_struct *task)
{
	if (likely(!system_call__is_compat(task)))
		return;
	record->flags |= WIRE_COMPAT;
	if (WAYS_BY_SOCKETCALL & 1 << record->via && system_call__is_socketcall(task))
		record->via = VIA_SOCKETCALL;
}

/* Set members that lie side by side in one store. */
static __always_inline void creation__begin_record(struct wire_record *record, enum via via,
						   u64 pid_tid)
{
	_Static_assert(__builtin_offsetof(struct wire_record, via) == 2 &&
			       __builtin_offsetof(struct wire_record, nr_spans) == 3,
		       "the version is followed by these");
	*(u64 *)&record->tid = pid_tid;
	/* The outermost span counts from the beginning. */
	*(u64 *)&record->version = WIRE_VERSION | (u64)via << 16 | 1 << 24;
	*(u64 *)&record->nr_modules = 0;
	record->waited = 0;
}

static __always_inline void creation__note_call(struct wire_record *record, const struct call *call)
{
	record->family = call->family;
	record->type = call->type;
	record->protocol = call->protocol;
	record->accept_flags = call->accept_flags;
}

/*
 * Note who has created the socket, and the result. This runs after the outermost return, so that no
 * span's duration includes it. The record may be in the ring buffer already.
 */
static __always_inline void creation__end_record(struct wire_record *record, u32 cpu, u64 sequence,
						 s32 ret)
{
	struct task_struct *task;

	record->ret = ret;
	record->cpu = cpu;
	record->sequence = sequence;
	record->descriptor_limit = 0;
	record->cgroup_id = bpf_get_current_cgroup_id();
	task = current_task();
	creation__note_system_call(record, task);
	if (config.identify_process)
		task__identify_process(task, &record->process_start_ns, &record->exec_id);
	record->ppid = task__parent_pid(task);
	record->uid = task__uid(task);
	compat__task_comm(task, record->comm);
	if (config.process_names)
		compat__process_comm(task, record->process_comm);
}

/* Copy what is known before the outermost return, except for the spans. */
static __always_inline void creation__copy_begin(struct wire_record *copy,
						 const struct wire_record *record)
{
	const u64 first_only = __builtin_offsetof(struct wire_record, sockets[1]);

	_Static_assert(WIRE_MAX_SOCKETS == 2, "one socket is more than most have");
	__builtin_memcpy(copy, record, first_only);
	if (unlikely(record->nr_sockets > 1 || WITH_ACCEPT))
		copy->sockets[1] = record->sockets[1];
}

static __always_inline void creation__copy_spans(struct wire_record *copy,
						 const struct wire_record *record)
{
	__builtin_memcpy(copy->spans, record->spans,
			 SMALL_RECORD_FIRST_SPANS * sizeof(struct wire_span));
	if (record->nr_spans > SMALL_RECORD_FIRST_SPANS)
		__builtin_memcpy(copy->spans + SMALL_RECORD_FIRST_SPANS,
				 record->spans + SMALL_RECORD_FIRST_SPANS,
				 (SMALL_RECORD_SPANS - SMALL_RECORD_FIRST_SPANS) *
					 sizeof(struct wire_span));
}

/* Whether creation__output_small() can submit the record. */
static __always_inline bool creation__is_small(const struct wire_record *record, s32 ret)
{
	_Static_assert(__builtin_offsetof(struct wire_record, netns) ==
			       __builtin_offsetof(struct wire_record, nr_modules) + sizeof(u32),
		       "the numbers of details are a word");
	return record->nr_spans <= SMALL_RECORD_SPANS && ret != -EMFILE &&
	       !*(u32 *)&record->nr_modules;
}

/*
 * Submit a record of few spans. Copying it by loads and stores takes a fraction of the time of
 * bpf_ringbuf_output(), but needs a constant size.
 */
static __always_inline void creation__output_small(const struct wire_record *record, s32 ret)
{
	struct wire_record *copy = bpf_ringbuf_reserve(&records, SMALL_RECORD_SIZE, 0);
	u32 cpu = bounded(bpf_get_smp_processor_id(), NR_ACCOUNTS);
	struct account *account = &state.accounts[cpu];
	u64 sequence = account__next_sequence(account);

	if (unlikely(!copy)) {
		lost__count(LOST_RING_BUFFER_FULL);
		return;
	}
	creation__copy_begin(copy, record);
	creation__end_record(copy, cpu, sequence, ret);
	creation__copy_spans(copy, record);
	bpf_ringbuf_submit(copy, creation__wakeup_flag(sequence));
}

/* Submit any record, after its snapshots. */
GLOBAL int creation__output_slow(u32 slot, s32 ret)
{
	struct session *session = session__in(slot);
	u32 cpu = bounded(bpf_get_smp_processor_id(), NR_ACCOUNTS);
	struct account *account = &state.accounts[cpu];
	u64 sequence = account__next_sequence(account);
	struct wire_record *record;
	u64 spans, size;

	if (!session)
		return 0;
	record = &session->record;
	spans = record->nr_spans;
	if (WITH_STATE)
		snapshots__submit(session, cpu, sequence);
	creation__end_record(record, cpu, sequence, ret);
	if (ret == -EMFILE)
		details__capture_descriptor_limit(record);
	if (spans > WIRE_MAX_SPANS)
		spans = WIRE_MAX_SPANS;
	size = details__pack_all(record, WIRE_HEADER_SIZE + spans * sizeof(struct wire_span));
	if (size > sizeof(*record))
		size = sizeof(*record);
	if (bpf_ringbuf_output(&records, record, size, creation__wakeup_flag(sequence)))
		lost__count(LOST_RING_BUFFER_FULL);
	return 0;
}

static __always_inline void creation__submit(struct session *session, s32 ret)
{
	if (likely(creation__is_small(&session->record, ret)))
		creation__output_small(&session->record, ret);
	else
		creation__output_slow(session->slot, ret);
}

/*
 * Whether nothing is recorded on a stack yet. The calibration of the front end is recorded before
 * anything else is. This is a function of its own, because the compiler would otherwise duplicate
 * what follows on the fast path.
 */
static __noinline bool creation__is_too_early(u64 frame)
{
	return state.gate < GATE_CALIBRATION || session__stack(frame) != state.calibrated_stack;
}

/* Drop a creation under way, and count it as lost. */
static __noinline int creation__drop(struct session *session, enum lost_reason reason)
{
	session->innermost = 0;
	account__lost(reason);
	session__release(session);
	return 0;
}

/* Whether creations that begin on the stack of a frame are recorded now. */
static __always_inline bool creation__is_recorded(const struct session *table, u64 frame)
{
	return likely(state_of(table)->gate >= GATE_OPEN) || !creation__is_too_early(frame);
}

/*
 * Drop what is left of an earlier creation on the same stack. The function of an outermost stage is
 * being called, so the return of the earlier one was missed. own is session__own().
 */
static __always_inline void creation__drop_stale(struct session *table, struct session *own,
						 u64 frame)
{
	struct session *session = session__find_from(table, own, frame);

	if (unlikely(session))
		creation__drop(session, LOST_ENTRY_WITHOUT_EXIT);
}

/* What is known at the entry of an outermost stage. */
enum creation_kind {
	CREATION_CERTAIN,
	CREATION_UNCERTAIN, /* its return tells whether it was an attempt to make a socket */
	CREATION_ACCEPT,    /* the same, and it may wait for a connection before */
	CREATION_REFUSED,   /* certain, and over; the caller captures the stacks */
};

/*
 * Evaluate the filters on a call, and count it if they reject it. Return whether it passes. What
 * may turn out to be no attempt to make a socket is not counted yet.
 */
static __always_inline bool creation__filter(const struct session *table, const struct call *call,
					     enum creation_kind kind)
{
	if (filter__accepts_entry(call->family, call->type, call->protocol, call->netns) ||
	    state_of(table)->gate == GATE_CALIBRATION)
		return true;
	if (kind == CREATION_CERTAIN || kind == CREATION_REFUSED)
		account__count(account__this_cpu(), filtered);
	return false;
}

/* Do what few users ask for: what makes config.extras true. */
static __always_inline void creation__begin_extras(void *ctx, struct session *session, enum via via,
						   enum creation_kind kind)
{
	if (config.pid_namespace_level)
		*(u64 *)&session->record.tid = task__current_pid_tid();
	if (kind != CREATION_REFUSED && (WITH_STACKS || via == VIA_KERNEL))
		details__capture_stacks(ctx, session);
	if (WITH_STATE)
		snapshots__reset(session);
	session->is_accept = kind == CREATION_ACCEPT;
}

/*
 * Note that there is no room for the creation that begins on the stack of a frame. What is
 * uncertain is counted at its return, which accept() must be able to tell from that of a call that
 * a filter has rejected.
 */
static __always_inline void creation__note_no_room(u64 frame, enum creation_kind kind)
{
	if (kind == CREATION_ACCEPT)
		__sync_fetch_and_add(&state.roomless_accepts[session__hash(frame)], 1);
	else if (kind != CREATION_UNCERTAIN)
		lost__count(LOST_SESSION_TABLE_FULL);
}

/*
 * Claim a session for a creation that begins. Nothing is noted of the call yet. Return NULL if no
 * slot is free.
 */
static __always_inline struct session *creation__open(void *ctx, struct session *table,
						      struct session *own, u64 frame, enum via via,
						      enum creation_kind kind)
{
	u64 pid_tid = bpf_get_current_pid_tgid();
	u32 extras = config.extras;
	struct session *session = session__claim(table, own, frame);

	if (unlikely(!session)) {
		creation__note_no_room(frame, kind);
		return NULL;
	}
	creation__begin_record(&session->record, via, pid_tid);
	/* A creation by the kernel itself begins with that __sock_create(). */
	session->outer_offset = via == VIA_KERNEL ? 0 : sizeof(struct open_span);
	session->nr_described = 0;
	if (extras || via == VIA_KERNEL)
		creation__begin_extras(ctx, session, via, kind);
	return session;
}

/* Open the outermost span, as the last step of the entry. */
static __always_inline void creation__begin(struct session *table, struct session *session,
					    enum stage stage, u64 frame, const struct call *call)
{
	struct wire_span *span;

	creation__note_call(&session->record, call);
	/*
	 * Only socketpair() has an array for descriptors. For the other calls the compiler removes
	 * this.
	 */
	if (call->user_fds)
		session->user_fds = call->user_fds;
	session->family = call->family;
	span = session__begin(table, session, stage, frame);
	span->start = bpf_ktime_get_boot_ns();
	session__open_outermost(session);
}

/* All the steps of an entry. Return the session that begins, or NULL if none does. */
static __always_inline struct session *creation__enter(void *ctx, struct session *table, u64 frame,
						       enum stage stage, enum via via,
						       const struct call *call,
						       enum creation_kind kind)
{
	struct session *own = session__own(table, frame);
	struct session *session;

	if (!creation__is_recorded(table, frame))
		return NULL;
	creation__drop_stale(table, own, frame);
	if (config.filter.at_entry && !creation__filter(table, call, kind))
		return NULL;
	session = creation__open(ctx, table, own, frame, via, kind);
	if (session)
		creation__begin(table, session, stage, frame, call);
	return session;
}

/*
 * Complete the record, after the outermost span has been closed, and evaluate the filters on the
 * result. Return whether to submit it.
 */
static __always_inline bool creation__complete(struct wire_record *record, s32 ret)
{
	if (!record->netns)
		record->netns = task__current_netns();
	if (!config.filter.at_return ||
	    filter__accepts_exit(ret,
				 record->spans[0].end - record->spans[0].start - record->waited))
		return true;
	account__count(account__this_cpu(), filtered);
	return false;
}

/*
 * Submit the record if it passes the filters, and release the session. The outermost span has been
 * closed.
 */
static __always_inline void creation__finish(struct session *session, s32 ret)
{
	if (likely(creation__complete(&session->record, ret)))
		creation__submit(session, ret);
	session__release(session);
}

/* The slow path of the same, which costs the verifier least. */
GLOBAL int creation__finish_slow(u32 slot, s32 ret)
{
	struct session *session = session__in(slot);

	if (!session)
		return 0;
	if (creation__complete(&session->record, ret))
		creation__output_slow(slot, ret);
	session__release(session);
	return 0;
}

/*
 * Submit what has become of a request of io_uring up to now, without releasing the session. The
 * outermost span has ended.
 */
static __always_inline void creation__output(struct session *session, s32 ret)
{
	session->record.spans[0].ret = ret;
	if (creation__complete(&session->record, ret))
		creation__output_slow(session->slot, ret);
}

/*
 * Note that there was no slot for a creation, whose return creation__exit_without_session() will
 * count once more.
 */
static __always_inline void creation__note_full(void)
{
	if (config.entries_can_be_skipped && state.gate == GATE_SETTLED)
		account__count(account__this_cpu(), full_and_missed);
}

/*
 * Count an outermost return without a session. Either the filters rejected the creation at its
 * entry, or the entry was missed and the creation is lost, which shows only here: the kernel skips
 * a program while another task is preempted inside it on the same processor.
 */
static __always_inline int creation__exit_without_session(const struct call *call)
{
	if (state.gate == GATE_SETTLED &&
	    filter__accepts_entry(call->family, call->type, call->protocol, call->netns))
		account__lost(LOST_OUTERMOST_ENTRY_MISSED);
	return 0;
}

#endif /* CREATION_BPF_H */
