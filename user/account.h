/* SPDX-License-Identifier: GPL-2.0 */
/* The account of a trace, for people: what was seen, and what is missing and why. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <stdio.h>

#include "out.h"

/*
 * Prints one line with the sums, and one for each thing that is missing or incomplete, with what
 * helps against it. A write error is left to be found in file.
 */
void account__print(FILE *file, const struct trace_account *account);

/* The creations that the trace knows to have ended: shown or not, filtered, and lost. */
__u64 account__seen(const struct trace_account *account);

/* Whether anything is missing from what was shown, or incomplete in it. */
bool account__has_losses(const struct trace_account *account);

#endif /* ACCOUNT_H */
