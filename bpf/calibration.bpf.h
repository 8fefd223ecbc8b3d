/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs by which the front end measures what observing a stage costs: see user/cost/calibrate.h.
 *
 * They are like those of any stage that captures nothing, and observe functions that the kernel has
 * for testing BPF programs (net/bpf/test_run.c), which only add their arguments. BPF_PROG_TEST_RUN
 * of a fentry program calls them one after the other: bpf_fentry_test1() with one argument,
 * bpf_fentry_test2() with two, and so on. Another program opens a session for them before, and the
 * front end reads it in memory.
 *
 * trace.bpf.c includes this after its macros.
 */
#ifndef CALIBRATION_BPF_H
#define CALIBRATION_BPF_H

#include "shared/calibration.h"

/* Kprobes may be put on other functions than the number says. */
#define CALIBRATION_OF(number, id)                                                                 \
	ENTRY_PROGRAM(calibration_##number, id, bpf_fentry_test##number, nothing, (void)0)         \
	EXIT_PROGRAM(calibration_##number, id, bpf_fentry_test##number, RETURNS_ERRNO, 1, nothing, \
		     session__leave_fast, NO_FINISH, (void)0)
#define CALIBRATION_AS(number, id) CALIBRATION_OF(number, id)
#define CALIBRATION(number)	   CALIBRATION_AS(number, CALIBRATION_STAGE)

CALIBRATION_FUNCTIONS(CALIBRATION)

#ifndef PROBE_KPROBE

/* Open a session on the stack of the task that runs this, for whatever it calls. */
SEC("raw_tracepoint")
int begin_calibration(const u64 *ctx)
{
	struct call call = {};
	struct session *table = session_table();
	u64 here = context_address(&call, table);
	struct session *session = session__claim(table, session__own(table, here), here);

	(void)ctx;
	if (!session)
		return 0;
	creation__begin_record(&session->record, VIA_NONE, 0);
	/* The outermost span is at the stack's end, above everything that is called. */
	creation__begin(table, session, STAGE_SYS_SOCKET, session__stack(here) + STACK_SIZE - 1,
			&call);
	session->open[1].children = ~0ULL;
	state.calibrated_stack = session->stack;
	state.calibrated_slot = session->slot;
	return 0;
}

SEC("raw_tracepoint")
int end_calibration(const u64 *ctx)
{
	struct call call = {};
	struct session *session =
		session__find(state.sessions, context_address(&call, state.sessions));

	(void)ctx;
	if (!session)
		return 0;
	session->innermost = 0;
	session__release(session);
	return 0;
}

#endif /* PROBE_KPROBE */

#endif /* CALIBRATION_BPF_H */
