/* SPDX-License-Identifier: GPL-2.0 */
/* Which filters the BPF programs must ask for: the flags of struct filter. */
#ifndef PLAN_FILTER_FLAGS_H
#define PLAN_FILTER_FLAGS_H

#include "shared/config.h"

/* Sets at_entry, by_call and at_return by what all other members hold. */
void filter_flags__set(struct filter *filter);

#endif /* PLAN_FILTER_FLAGS_H */
