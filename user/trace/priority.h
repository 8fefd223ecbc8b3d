/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The priority of the tool itself. Traced programs may use all processors. The reader then gets
 * only its fair share of them, which is not enough to keep up.
 */
#ifndef TRACE_PRIORITY_H
#define TRACE_PRIORITY_H

#include <stdbool.h>

struct priority {
	bool raised;
	int before; /* the nice value that the tool was given */
};

/*
 * Raise the priority to the maximum. If that is not permitted, it stays unchanged, and -v says so.
 */
void priority__raise(struct priority *priority);

/*
 * Restore the priority that the tool was given: at the end, or in a child that executes another
 * program.
 */
void priority__restore(const struct priority *priority);

#endif /* TRACE_PRIORITY_H */
