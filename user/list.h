/* SPDX-License-Identifier: GPL-2.0 */
/* The table that --list-stages prints. */
#ifndef LIST_H
#define LIST_H

#include <stdio.h>

#include "plan.h"

/*
 * Prints for every stage how the plan observes it and why, and whether it is among the picked ones
 * (STAGE_BIT()s): those that a trace with the same options would observe. With costs it also says
 * what each call costs that is observed: in its own duration as measured, and in its caller's.
 */
void list__stages(FILE *file, const struct plan *plan, __u64 picked, bool costs);

#endif /* LIST_H */
