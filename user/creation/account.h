/* SPDX-License-Identifier: GPL-2.0 */
/* The account of a trace, for people: what was seen, and what is missing and why. */
#ifndef CREATION_ACCOUNT_H
#define CREATION_ACCOUNT_H

#include <stdbool.h>
#include <stdio.h>

#include "shared/wire.h"

/* What became of all creations, at the end. */
struct trace_account {
	__u64 shown;	    /* records handed to the output */
	__u64 failed;	    /* of the shown ones, those with a negative result */
	__u64 filtered;	    /* turned away by a filter */
	__u64 not_shown;    /* recorded, but the trace ended first (-n) */
	__u64 in_flight;    /* not finished when the trace ended */
	__u64 foreign;	    /* calls of stages seen on top of a creation that are not part of it */
	__u64 probe_missed; /* runs of BPF programs that the kernel skipped */
	__u64 unfollowed;   /* processes of the COMMAND whose sockets are not seen */
	__u64 lost[NR_LOST_REASONS];
};

/*
 * Prints one line with the sums, and one for each thing that is missing or incomplete, with what
 * helps against it. A write error is left to be found in file.
 */
void account__print(FILE *file, const struct trace_account *account);

/* The creations that the trace knows to have ended: shown or not, filtered, and lost. */
__u64 account__seen(const struct trace_account *account);

/* So many creations, of which some failed, turned out not to be shown after all. */
void account__take_off(struct trace_account *account, __u64 creations, __u64 failed);

/* Whether anything is missing from what was shown, or incomplete in it. */
bool account__has_losses(const struct trace_account *account);

#endif /* CREATION_ACCOUNT_H */
