/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ways of observing, of each of which the front end proves again and again that its probes
 * fire: see user/probe/proof.h.
 */
#ifndef PROOF_H
#define PROOF_H

enum proof {
	PROOF_FENTRY,
	PROOF_KPROBE_SESSION,
	PROOF_KPROBE_MULTI,
	PROOF_KPROBE,
	NR_PROOFS,
};

/*
 * The kernel function that is observed for it. BPF_PROG_TEST_RUN of a program for raw tracepoints
 * calls it, on every kernel and architecture, and nobody else does.
 */
#define PROOF_FUNCTION "bpf_prog_test_run_raw_tp"

#endif /* PROOF_H */
