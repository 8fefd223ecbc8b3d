/* SPDX-License-Identifier: GPL-2.0 */
/* What users want to be observed: all of the command line that the tracer itself looks at. */
#ifndef PLAN_SELECTION_H
#define PLAN_SELECTION_H

#include <stdbool.h>
#include <linux/types.h>

#include "plan/plan.h"
#include "shared/config.h"

struct selection {
	/*
	 * As the BPF programs take it, but for command and for what filter_flags__set() sets, which
	 * stay 0. Numbers, names and paths of namespaces are resolved; comms are cut to the 15
	 * bytes that the kernel keeps, and padded with NUL.
	 */
	struct filter filter;
	const char *cgroups[FILTER_MAX_VALUES]; /* paths of filter.nr_cgroups; owned */

	__u64 picked; /* STAGE_BIT()s of the stages to observe */
	enum attach_choice attach;
	bool state;		 /* take snapshots of what each stage sets */
	bool accept;		 /* observe accept(), too: picked has its stages */
	bool kernel_stack;	 /* record the kernel stack of every creation */
	bool user_stack;	 /* record the stack of the process */
	bool identify_processes; /* record what tells a process from a later one of its pid */
	bool command;		 /* only the processes of a COMMAND that is yet to start */
	bool follow_children;	 /* of the COMMAND */
	bool raw_latency;	 /* do not measure what the probes cost */
	unsigned int buffer_mib; /* size of the ring buffer in MiB: a power of two */
	const char *btf;	 /* a BTF file in place of the kernel's own, or NULL */
};

#endif /* PLAN_SELECTION_H */
