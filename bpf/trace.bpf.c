// SPDX-License-Identifier: GPL-2.0
/*
 * Expand the table of stages into programs: enter_<id> and exit_<id> for each. This file is built
 * five times: for fentry and for kprobe (PROBE_KPROBE), each with and without atomic operations
 * that return a value (HAVE_ATOMICS, see compat.bpf.h), and for kprobe.session, where a few
 * programs observe all stages (PROBE_KPROBE_SESSION as well, see kprobe_session.bpf.h). Each of
 * these is also built without what few users ask for (LEAN, see maps.bpf.h).
 */
#include "vmlinux.h"

#include "accept.bpf.h"
#ifndef PROBE_KPROBE
#include "command.bpf.h"
#include "exec.bpf.h"
#include "seccomp.bpf.h"
#endif

char LICENSE[] SEC("license") = "GPL";

/* What a return value is recorded as, by enum stage_returns. */
static __always_inline s32 recorded_result(enum stage_returns returns, u64 value)
{
	if (returns == RETURNS_VOID)
		return 0;
	if (returns != RETURNS_POINTER || value >= (u64)-4095)
		return (s32)value;
	return value ? POINTER_VALID : POINTER_NULL;
}

static __always_inline bool has_failed(enum stage_returns returns, s32 ret)
{
	return returns == RETURNS_POINTER ? ret != POINTER_VALID : ret < 0;
}

/* The number of arguments of a stage's function, from the table's column. */
#define NR_ARGUMENTS(id, number) \
	((number) == ARGUMENTS_VARY ? config.arguments[STAGE_##id] : (number))

/* The verifier refuses to load the return value of a void function. */
#define RESULT_RETURNS_VOID(ctx, arguments)	0
#define RESULT_RETURNS_ERRNO(ctx, arguments)	RETURN_VALUE(ctx, arguments)
#define RESULT_RETURNS_FD(ctx, arguments)	RETURN_VALUE(ctx, arguments)
#define RESULT_RETURNS_PROTOCOL(ctx, arguments) RETURN_VALUE(ctx, arguments)
#define RESULT_RETURNS_POINTER(ctx, arguments)	RETURN_VALUE(ctx, arguments)

/* Every program begins with these: the table of sessions, and the frame of the call. */
#define ENTRY_PLACE(ctx)                         \
	struct session *table = session_table(); \
	u64 frame = ENTRY_FRAME(ctx, table)
#define EXIT_PLACE(ctx)                          \
	struct session *table = session_table(); \
	u64 frame = EXIT_FRAME(ctx, table)

/*
 * What an entry does with the span that it has opened. It reads the clock last, so that its own
 * work is not in the duration.
 */
#define BEGIN_SPAN(ctx, session, span, capture_entry)        \
	do {                                                 \
		(void)(ctx);                                 \
		capture_##capture_entry(ctx, session, span); \
		span->start = bpf_ktime_get_boot_ns();       \
	} while (0)

/* What a return does with the span that it has closed. It sets value and ret to the result. */
#define END_SPAN(id, ctx, session, span, value, ret, returns, arguments, capture_exit) \
	do {                                                                           \
		(void)(ctx);                                                           \
		(span)->end = bpf_ktime_get_boot_ns();                                 \
		(value) = RESULT_##returns(ctx, NR_ARGUMENTS(id, arguments));          \
		(ret) = recorded_result(returns, value);                               \
		(span)->ret = (ret);                                                   \
		capture_##capture_exit(ctx, session, ret);                             \
	} while (0)

/* Whether the creation ends here. finish is creation__finish() or creation__finish_slow(). */
#define NO_FINISH(finish, session, of, ret) ((void)0)
#define FINISH(finish, session, of, ret)    finish(of, ret)
/* This is rare, so the fast path is not worth the time that it takes to verify. */
#define FINISH_IF_OUTERMOST(finish, session, of, ret)                \
	do {                                                         \
		if (!(session)->innermost)                           \
			creation__finish_slow((session)->slot, ret); \
	} while (0)

/*
 * What an outermost return does if there is no session. Elsewhere the filters have rejected the
 * creation, or it began before the trace; where the kernel can skip an entry, this counts it. A
 * kretprobe program does not see the arguments, but its entry can't be skipped either.
 */
#ifdef PROBE_KPROBE
#define EXIT_WITHOUT_SESSION(id, ctx, frame, capture_entry) ((void)0)
#define NOTE_FULL()					    ((void)0)
#else
#define NOTE_FULL() creation__note_full()
#define EXIT_WITHOUT_SESSION(id, ctx, frame, capture_entry)                      \
	do {                                                                     \
		struct call call = {};                                           \
                                                                                 \
		if (!config.entries_can_be_skipped || session__find_slow(frame)) \
			break;                                                   \
		capture_##capture_entry(ctx, &call, STAGE_##id);                 \
		creation__exit_without_session(&call);                           \
	} while (0)
#endif

/* The entry of a stage. otherwise is what it does where it lies within no session. */
#define ENTRY_PROGRAM(name, id, function, capture_entry, otherwise)                       \
	static __noinline int enter_##name##_slow(ENTRY_CONTEXT *ctx, u64 frame)          \
	{                                                                                 \
		struct session *session;                                                  \
		struct wire_span *span;                                                   \
                                                                                          \
		if (session__enter_slow(STAGE_##id, frame, &session, &span)) {            \
			if (WITH_STATE)                                                   \
				snapshots__entry(frame);                                  \
			BEGIN_SPAN(ctx, session, span, capture_entry);                    \
		} else {                                                                  \
			otherwise;                                                        \
		}                                                                         \
		return 0;                                                                 \
	}                                                                                 \
	ENTRY_SECTION(function)                                                           \
	int enter_##name(ENTRY_CONTEXT *ctx)                                              \
	{                                                                                 \
		ENTRY_PLACE(ctx);                                                         \
		struct session *session;                                                  \
		struct wire_span *span;                                                   \
                                                                                          \
		switch (session__enter_fast(table, STAGE_##id, frame, &session, &span)) { \
		case SESSION_FAST:                                                        \
			BEGIN_SPAN(ctx, session, span, capture_entry);                    \
			break;                                                            \
		case SESSION_SLOW:                                                        \
			enter_##name##_slow(ctx, frame);                                  \
			break;                                                            \
		case SESSION_NONE:                                                        \
			otherwise;                                                        \
		}                                                                         \
		return 0;                                                                 \
	}

/*
 * The return of a stage. leave is session__leave_fast() or session__leave_outermost_fast(), and
 * finish is one of the macros above. otherwise is what it does where its span is not open. The fast
 * path takes no snapshots: see STATE_EXIT_PROGRAM().
 */
#define EXIT_PROGRAM(name, id, function, returns, arguments, capture_exit, leave, finish,       \
		     otherwise)                                                                 \
	static __noinline int exit_##name##_slow(EXIT_CONTEXT *ctx, u64 frame)                  \
	{                                                                                       \
		struct session *session;                                                        \
		struct wire_span *span;                                                         \
		u64 value;                                                                      \
		s32 ret;                                                                        \
                                                                                                \
		if (!session__leave_slow(STAGE_##id, frame, &session, &span)) {                 \
			otherwise;                                                              \
			return 0;                                                               \
		}                                                                               \
		END_SPAN(id, ctx, session, span, value, ret, returns, arguments, capture_exit); \
		if (WITH_STATE)                                                                 \
			snapshots__exit(frame, STAGE_##id, has_failed(returns, ret),            \
					returns == RETURNS_POINTER ? value : 0, ret);           \
		finish(creation__finish_slow, session, session->slot, ret);                     \
		return 0;                                                                       \
	}                                                                                       \
	EXIT_SECTION(function)                                                                  \
	int exit_##name(EXIT_CONTEXT *ctx)                                                      \
	{                                                                                       \
		EXIT_PLACE(ctx);                                                                \
		struct session *session;                                                        \
		struct wire_span *span;                                                         \
		u64 value;                                                                      \
		s32 ret;                                                                        \
                                                                                                \
		switch (leave(table, STAGE_##id, frame, &session, &span)) {                     \
		case SESSION_FAST:                                                              \
			END_SPAN(id, ctx, session, span, value, ret, returns, arguments,        \
				 capture_exit);                                                 \
			finish(creation__finish, session, session, ret);                        \
			break;                                                                  \
		case SESSION_SLOW:                                                              \
			exit_##name##_slow(ctx, frame);                                         \
			break;                                                                  \
		case SESSION_NONE:                                                              \
			otherwise;                                                              \
		}                                                                               \
		return 0;                                                                       \
	}

/*
 * The same with --state, loaded in place of enter_<id> and exit_<id>. Every call takes the slow
 * path, which takes a snapshot, so the fast path need not ask whether to take one.
 */
#define STATE_ENTRY_PROGRAM(id, function)             \
	ENTRY_SECTION(function)                       \
	int look_##id(ENTRY_CONTEXT *ctx)             \
	{                                             \
		ENTRY_PLACE(ctx);                     \
                                                      \
		(void)table;                          \
		return enter_##id##_slow(ctx, frame); \
	}

#define STATE_EXIT_PROGRAM(id, function)             \
	EXIT_SECTION(function)                       \
	int snap_##id(EXIT_CONTEXT *ctx)             \
	{                                            \
		EXIT_PLACE(ctx);                     \
                                                     \
		(void)table;                         \
		return exit_##id##_slow(ctx, frame); \
	}

/*
 * An outermost stage. Its arguments are read where they are needed, twice if need be: keeping them
 * across helper calls takes more instructions.
 */
#define WAY_IN(id, function, other_name, via, returns, arguments, parents, fallback, detail, \
	       capture_entry, capture_exit, phrase)                                          \
	ENTRY_SECTION(function)                                                              \
	int enter_##id(ENTRY_CONTEXT *ctx)                                                   \
	{                                                                                    \
		ENTRY_PLACE(ctx);                                                            \
		struct session *own = session__own(table, frame);                            \
		struct session *session;                                                     \
		struct call call = {};                                                       \
                                                                                             \
		if (!creation__is_recorded(table, frame))                                    \
			return 0;                                                            \
		creation__drop_stale(table, own, frame);                                     \
		if (config.filter.at_entry) {                                                \
			capture_##capture_entry(ctx, &call, STAGE_##id);                     \
			if (!creation__filter(table, &call, CREATION_CERTAIN))               \
				return 0;                                                    \
		}                                                                            \
		session = creation__open(ctx, table, own, frame, via, CREATION_CERTAIN);     \
		if (!session) {                                                              \
			NOTE_FULL();                                                         \
			return 0;                                                            \
		}                                                                            \
		capture_##capture_entry(ctx, &call, STAGE_##id);                             \
		creation__begin(table, session, STAGE_##id, frame, &call);                   \
		return 0;                                                                    \
	}                                                                                    \
	EXIT_PROGRAM(id, id, function, returns, arguments, capture_exit,                     \
		     session__leave_outermost_fast, FINISH,                                  \
		     EXIT_WITHOUT_SESSION(id, ctx, frame, capture_entry))                    \
	STATE_EXIT_PROGRAM(id, function)

/*
 * A stage that is outermost in some calls, which is_way_in tells, and inner otherwise. describe is
 * capture_<describe>(). The former is rare, so it is a function of its own, for which the program
 * keeps nothing in registers.
 */
#define INNER_OR_WAY_IN(id, function, via, returns, arguments, capture_entry, capture_exit,   \
			is_way_in, describe)                                                  \
	static __noinline int enter_##id##_as_way_in(ENTRY_CONTEXT *ctx, u64 frame)           \
	{                                                                                     \
		struct session *table = session_table();                                      \
		struct session *session;                                                      \
		struct call call = {};                                                        \
                                                                                              \
		if (session__find_slow(frame))                                                \
			return 0;                                                             \
		capture_##describe(ctx, &call, STAGE_##id);                                   \
		session = creation__enter(ctx, table, frame, STAGE_##id, via, &call,          \
					  CREATION_CERTAIN);                                  \
		if (!session)                                                                 \
			return 0;                                                             \
		session->record.netns = call.netns;                                           \
		capture_##capture_entry(ctx, session, session->record.spans);                 \
		details__note_task_netns(&session->record);                                   \
		return 0;                                                                     \
	}                                                                                     \
	ENTRY_PROGRAM(id, id, function, capture_entry,                                        \
		      if (is_way_in) enter_##id##_as_way_in(ctx, frame))                      \
	EXIT_PROGRAM(id, id, function, returns, arguments, capture_exit, session__leave_fast, \
		     FINISH_IF_OUTERMOST, (void)0)                                            \
	STATE_ENTRY_PROGRAM(id, function)                                                     \
	STATE_EXIT_PROGRAM(id, function)

/* It is outermost where the kernel makes a socket for itself. */
#define KERNEL_WAY_IN(id, function, other_name, via, returns, arguments, parents, fallback, \
		      detail, capture_entry, capture_exit, phrase)                          \
	INNER_OR_WAY_IN(id, function, via, returns, arguments, capture_entry, capture_exit, \
			capture_is_for_kernel(ctx), kernel_arguments)

/* It is outermost on kernels where io_socket(), which calls it, can't be observed. */
#define REQUEST_FILE_WAY_IN(id, function, other_name, via, returns, arguments, parents, fallback, \
			    detail, capture_entry, capture_exit, phrase)                          \
	INNER_OR_WAY_IN(id, function, via, returns, arguments, capture_entry, capture_exit,       \
			!(state.observed & STAGE_BIT(STAGE_IO_SOCKET)), call_arguments)

#include "way_in_programs.bpf.h"

/* An inner stage. */
#define INNER_STAGE(id, function, other_name, via, returns, arguments, parents, fallback, detail, \
		    capture_entry, capture_exit, phrase)                                          \
	ENTRY_PROGRAM(id, id, function, capture_entry, (void)0)                                   \
	EXIT_PROGRAM(id, id, function, returns, arguments, capture_exit, session__leave_fast,     \
		     NO_FINISH, (void)0)                                                          \
	STATE_ENTRY_PROGRAM(id, function)                                                         \
	STATE_EXIT_PROGRAM(id, function)

/* A fentry program can't be attached to a variadic function: see below. */
#ifndef PROBE_KPROBE
#define VARIADIC_STAGE(...)
#endif

/* All inner stages are observed by one program: see kprobe_session.bpf.h. */
#ifdef PROBE_KPROBE_SESSION
#define STAGE(...)
#else
#define STAGE INNER_STAGE
#endif

#include "shared/stages.def"

#ifdef PROBE_KPROBE_SESSION
#undef STAGE
#include "kprobe_session.bpf.h"
#else
#include "calibration.bpf.h"
#endif
#include "proof.bpf.h"

#ifndef PROBE_KPROBE
/*
 * Store the address of the sessions, what time it is and when the front end started. That runs this
 * before any other program: see context_address() for the one and boot_clock.h for the others.
 */
SEC("raw_tracepoint")
int begin_state(const u64 *ctx)
{
#ifdef HAVE_ATOMICS
	struct task_struct *task = bpf_get_current_task_btf();
#else
	struct task_struct *task = current_task();
#endif

	(void)ctx;
	state.table_address = (u64)state.sessions;
	state.boot_ns = bpf_ktime_get_boot_ns();
	state.front_end_start_ns = TASK_READ(task, group_leader, start_boottime);
	return 0;
}

/*
 * Find the inodes of the files of --exe, which the front end has opened. Processes that execute one
 * of them have the same inode, also where stat() shows other numbers than the kernel has.
 */
SEC("raw_tracepoint")
int find_exe_files(const u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct file **files = BPF_CORE_READ(task, files, fdt, fd);
	u32 i;

	(void)ctx;
	NOT_UNROLLED
	for (i = 0; i < MAX_EXE_FILES && i < state.exe_files.nr; i++) {
		struct file *file = NULL;

		bpf_probe_read_kernel(&file, sizeof(file), files + (u32)state.exe_files.fds[i]);
		state.exe_files.inodes[i] = (u64)BPF_CORE_READ(file, f_inode);
	}
	state.exe_files.nr_inodes = i;
	return 0;
}

/*
 * The tracepoint within __request_module(), which is a stage: only the tracepoint tells the
 * module's name.
 */
SEC("raw_tracepoint/module_request")
int module_request(const u64 *ctx)
{
	struct session *session =
		session__find(state.sessions, context_address(ctx, state.sessions));

	if (session)
		details__capture_module(session, (const char *)ctx[0]);
	return 0;
}

/*
 * Count changes of modules. Addresses are named later than they are recorded, and by then another
 * module may lie there.
 */
SEC("raw_tracepoint/module_load")
int module_load(const u64 *ctx)
{
	(void)ctx;
	__sync_fetch_and_add(&state.module_changes, 1);
	return 0;
}

SEC("raw_tracepoint/module_free")
int module_free(const u64 *ctx)
{
	(void)ctx;
	state.module_freed_ns = bpf_ktime_get_boot_ns();
	__sync_fetch_and_add(&state.module_changes, 1);
	return 0;
}

/*
 * Variadic functions are observed by kprobes, and by default no other function of the kernel's
 * image is. So the programs for them are in this object as well: to load another object takes long.
 */
#include "probe_kprobe.bpf.h"

#define VARIADIC_STAGE INNER_STAGE
#undef STAGE
#define STAGE(...)
#include "shared/stages.def"
#endif
