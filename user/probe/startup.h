/* SPDX-License-Identifier: GPL-2.0 */
/* Where the time goes until a trace begins: for -v. */
#ifndef PROBE_STARTUP_H
#define PROBE_STARTUP_H

#include <linux/types.h>

enum startup_phase {
	STARTUP_TYPES,	     /* reading the kernel's BTF */
	STARTUP_FAMILIES,    /* finding the families' functions */
	STARTUP_LOADING,     /* of BPF programs: relocation and the verifier */
	STARTUP_ATTACHING,   /* of those */
	STARTUP_CALIBRATION, /* finding out what probes cost */
	NR_STARTUP_PHASES,
};

/* Begins as zeroes. */
struct startup {
	__u64 ns[NR_STARTUP_PHASES];
};

/* Adds to a phase the time since since_ns (CLOCK_BOOTTIME). */
void startup__add(struct startup *startup, enum startup_phase phase, __u64 since_ns);

/* Says with -v how long each phase took, in milliseconds. */
void startup__log(const struct startup *startup);

#endif /* PROBE_STARTUP_H */
