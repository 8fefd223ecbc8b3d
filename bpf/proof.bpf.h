/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs that tell the front end whether probes fire: see user/probe/proof.h. They observe only
 * the return, because each of the ways hooks into a function at its entry to see its return.
 */
#ifndef PROOF_BPF_H
#define PROOF_BPF_H

#include "maps.bpf.h"

#include "shared/proof.h"

/* Another tool may run into the same probe on another processor. */
static __always_inline int proof__count(enum proof way)
{
	__sync_fetch_and_add(&state.fired[way], 1);
	return 0;
}

#ifdef PROBE_KPROBE_SESSION

SEC("kprobe.session")
int prove_kprobe_session(void *ctx)
{
	return bpf_session_is_return(ctx) ? proof__count(PROOF_KPROBE_SESSION) : 0;
}

#elif defined(PROBE_KPROBE)

/* The kprobe object is loaded twice; only for kprobe.multi is this one loaded with it. */
SEC("kretprobe")
int prove_kprobe_multi(const void *ctx)
{
	(void)ctx;
	return proof__count(PROOF_KPROBE_MULTI);
}

#else

SEC("fexit/" PROOF_FUNCTION)
int prove_fentry(const u64 *ctx)
{
	(void)ctx;
	return proof__count(PROOF_FENTRY);
}

/* Kprobes also observe what is no stage, so this is in the object that is always loaded. */
SEC("kretprobe")
int prove_kprobe(const void *ctx)
{
	(void)ctx;
	return proof__count(PROOF_KPROBE);
}

/* To run this is to call PROOF_FUNCTION. */
SEC("raw_tracepoint")
int prove_call(const u64 *ctx)
{
	(void)ctx;
	return 0;
}

#endif /* PROBE_KPROBE */

#endif /* PROOF_BPF_H */
