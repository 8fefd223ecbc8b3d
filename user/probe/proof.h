/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The proof that probes fire. The kernel attaches probes also while it is switched off that they
 * fire (kernel.ftrace_enabled, kprobes/enabled in debugfs), and keeps those attached that are
 * switched off later. So each way in which functions are observed also observes a function that
 * only this process calls, and that makes no socket.
 */
#ifndef PROBE_PROOF_H
#define PROBE_PROOF_H

#include <stdbool.h>

#include "plan/plan.h"
#include "shared/proof.h"

struct probe_link;
struct tracer;

/* What has been attached for it. Zeroes are a valid beginning. */
struct proofs {
	struct probe_link *links[NR_PROOFS];
	int errors[NR_PROOFS]; /* why there is no link, as an errno; 0 if that was not tried */
};

/* The way of the plan that a proof is for. */
enum attach_way proof__way(enum proof proof);

/* Whether functions or events are observed in a way now. */
bool proof__is_needed(const struct tracer *tracer, const struct plan *plan, enum proof proof);

/*
 * Make the proof of a way possible, unless that has been tried before. Return whether it is. If
 * not, proofs->errors says why.
 */
bool proof__prepare(struct proofs *proofs, const struct tracer *tracer, enum proof proof);

/*
 * Call the function, and tell for each way whether its probe has fired; false where there is none.
 * A way that fires may be said not to, once in a while: the kernel skips a program while another
 * task is preempted inside it. Return -1 and errno if the function can't be called.
 */
int proof__call(const struct proofs *proofs, const struct tracer *tracer, bool fired[NR_PROOFS]);

/* Detach all of it. This must precede tracer__detach(). */
void proof__end(struct proofs *proofs);

#endif /* PROBE_PROOF_H */
