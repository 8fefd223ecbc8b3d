/* SPDX-License-Identifier: GPL-2.0 */
/* The summary of a trace, for people: what was seen, and what is missing and why. */
#ifndef CREATION_ACCOUNT_H
#define CREATION_ACCOUNT_H

#include <stdbool.h>
#include <stdio.h>

#include "creation/blindness.h"
#include "shared/state.h"

/* Counts of what became of all creations by the end of the trace. */
struct trace_account {
	__u64 shown;	    /* records handed to the outputs */
	__u64 failed;	    /* those of the shown ones that have a negative result */
	__u64 filtered;	    /* rejected by a filter */
	__u64 not_shown;    /* recorded, but the trace ended first (-n) */
	__u64 in_flight;    /* not finished when the trace ended */
	__u64 foreign;	    /* calls of stages seen on top of a creation that are not part of it */
	__u64 probe_missed; /* runs of BPF programs that the kernel skipped */
	__u64 unfollowed;   /* processes of the COMMAND whose sockets are not seen */
	__u64 lost[NR_LOST_REASONS];
	/* The processes that have lost creations, as far as is known; those that lost most first.
	 */
	struct lost_process lost_processes[NR_LOST_PROCESSES];
	int nr_lost_processes;
	struct blindness blindness; /* when the probes did not fire */
	__u64 seccomp_gap_ns; /* how long processes had seccomp filters that were not watched yet */
	const char *seccomp_unwatched; /* why they were never watched; NULL if there were none */
	const char *seccomp_unknown;   /* why it is not known if there were any; NULL if it is */
};

/*
 * Print one line with the sums, and one line for each thing that is missing or incomplete, with
 * what helps against it. The caller checks file for write errors.
 */
void account__print(FILE *file, const struct trace_account *account);

/* Return how many creations are known to have ended: shown, not shown, filtered and lost ones. */
__u64 account__seen(const struct trace_account *account);

/* Add the loss of a process. When there is no room, further ones are left out. */
void account__add_lost_process(struct trace_account *account, const struct lost_process *process);

/*
 * Move creations from shown to not shown, after an output failed to write them. failed of them have
 * a negative result.
 */
void account__subtract_shown(struct trace_account *account, __u64 creations, __u64 failed);

/* Return whether anything is missing or incomplete in what was shown. */
bool account__has_losses(const struct trace_account *account);

#endif /* CREATION_ACCOUNT_H */
