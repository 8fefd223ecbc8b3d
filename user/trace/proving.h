/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Proves while a trace runs that its probes fire, by probe/proof.h: before it begins, from time to
 * time, and at its end. What the kernel did not run meanwhile is in no count, so the times are
 * noted: see creation/blindness.h.
 */
#ifndef TRACE_PROVING_H
#define TRACE_PROVING_H

#include "creation/blindness.h"
#include "probe/proof.h"
#include "trace/observation.h"

/* What is known of one way of observing. Times are of CLOCK_BOOTTIME, in ns. */
struct proving_way {
	bool needed;	 /* it is in use */
	bool blind;	 /* its probes do not fire */
	int spell;	 /* the index of that in the blindness, or -1 */
	int failures;	 /* attempts in a row that have failed */
	__u64 fired_ns;	 /* when its probes fired last */
	__u64 failed_ns; /* when the first of those attempts failed */
};

struct proving {
	struct observation *observation;
	struct blindness *blindness;
	struct proofs proofs;
	struct proving_way ways[NR_PROOFS];
	bool begun;   /* the trace has begun */
	__u64 due_ns; /* when to try next */
};

/*
 * Prove each way that is in use, before anything is recorded. proving is all zeroes, and the gate
 * is closed. observation and blindness must outlive it. Return -1 after printing an error if
 * something picked is not observed although it is attached.
 */
int proving__begin(struct proving *proving, struct observation *observation,
		   struct blindness *blindness);

/* To be called every 50 ms or later: try again if it is time to. */
void proving__tick(struct proving *proving, __u64 now_ns);

/* Try once more, at the end of what is recorded. */
void proving__finish(struct proving *proving);

/* Detach what was attached for it. This must precede observation__end(). */
void proving__end(struct proving *proving);

#endif /* TRACE_PROVING_H */
