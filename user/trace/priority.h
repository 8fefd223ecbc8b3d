/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The priority of the tool itself. What is traced may use all processors; then the reader gets no
 * more than its fair share of them, and that is not enough.
 */
#ifndef TRACE_PRIORITY_H
#define TRACE_PRIORITY_H

#include <stdbool.h>

struct priority {
	bool raised;
	int before; /* the nice value that the tool was given */
};

/* Raises it as far as that goes. Where it may not be, it stays as it is, and -v says so. */
void priority__raise(struct priority *priority);

/* Gives back what the tool was given: at the end, or in a child that becomes another program. */
void priority__restore(const struct priority *priority);

#endif /* TRACE_PRIORITY_H */
