/* SPDX-License-Identifier: GPL-2.0 */
/* What users want to be observed: the part of the command line that the tracer looks at. */
#ifndef PLAN_SELECTION_H
#define PLAN_SELECTION_H

#include <stdbool.h>
#include <linux/types.h>

#include "plan/plan.h"
#include "shared/config.h"

struct selection {
	/*
	 * The filter for the BPF programs. command, and what filter_flags__set() sets, stay 0.
	 * Numbers, names and paths of namespaces have been resolved. comms are cut to the 15 bytes
	 * that the kernel keeps, and padded with NUL.
	 */
	struct filter filter;
	const char *cgroups[FILTER_MAX_VALUES]; /* filter.nr_cgroups paths; owned */
	const char *exe_paths[FILTER_MAX_EXES]; /* the files of filter.exes; owned */
	unsigned int nr_exe_paths;

	__u64 picked; /* STAGE_BIT()s of the stages to observe */
	__u64 named;  /* of these, those that are picked by their own names */
	enum attach_choice attach;
	bool state;		 /* take snapshots of what each stage sets */
	bool accept;		 /* observe accept() too; picked then has its stages */
	bool kernel_stack;	 /* record the kernel stack of every creation */
	bool user_stack;	 /* record the stack of the calling process */
	bool process_names;	 /* record the name of the process beside that of the thread */
	bool identify_processes; /* record what tells a process from a later one with its pid */
	bool command;	      /* observe only the processes of a COMMAND that has not started yet */
	bool follow_children; /* include the children of COMMAND */
	bool seccomp;	      /* watch what seccomp refuses, for all tasks and from the start */
	bool no_seccomp;      /* never watch it; without both, where a process of the trace */
	/* has a filter */
	bool raw_latency;	 /* do not measure what the probes cost */
	unsigned int buffer_mib; /* size of the ring buffer in MiB, a power of two */
	const char *btf;	 /* a BTF file that replaces the kernel's own, or NULL */
};

/* Return whether the trace is of certain processes, whose seccomp filters can be looked for. */
static inline bool selection__is_of_processes(const struct selection *selection)
{
	return selection->command || selection->filter.pids.nr || selection->filter.tids.nr ||
	       selection->filter.nr_cgroups;
}

/* Return whether what seccomp refuses may be watched in the course of the trace. */
static inline bool selection__may_watch_seccomp(const struct selection *selection)
{
	return !selection->no_seccomp &&
	       (selection->seccomp || selection__is_of_processes(selection));
}

#endif /* PLAN_SELECTION_H */
