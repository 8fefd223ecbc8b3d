/* SPDX-License-Identifier: GPL-2.0 */
/* How long the phases before a trace take, for -v. */
#ifndef PROBE_STARTUP_H
#define PROBE_STARTUP_H

#include <linux/types.h>

enum startup_phase {
	STARTUP_TYPES,	     /* reading the kernel's BTF */
	STARTUP_FAMILIES,    /* finding the families' functions */
	STARTUP_LOADING,     /* loading BPF programs: relocation and the verifier */
	STARTUP_ATTACHING,   /* attaching them */
	STARTUP_CALIBRATION, /* measuring what probes cost */
	NR_STARTUP_PHASES,
};

/* Zeroes are a valid beginning. */
struct startup {
	__u64 ns[NR_STARTUP_PHASES];
};

/* Return the time of a clock that only durations are taken of. */
__u64 startup__now_ns(void);

/* Add the time since since_ns, as startup__now_ns() gave it, to a phase. */
void startup__add(struct startup *startup, enum startup_phase phase, __u64 since_ns);

/* Print with -v how long each phase took, in milliseconds. */
void startup__log(const struct startup *startup);

#endif /* PROBE_STARTUP_H */
