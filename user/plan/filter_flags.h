/* SPDX-License-Identifier: GPL-2.0 */
/* Computes which filters the BPF programs have to test: the flags of struct filter. */
#ifndef PLAN_FILTER_FLAGS_H
#define PLAN_FILTER_FLAGS_H

#include "shared/config.h"

/* Set at_entry, by_call and at_return from the values of all other members. */
void filter_flags__set(struct filter *filter);

#endif /* PLAN_FILTER_FLAGS_H */
