/* SPDX-License-Identifier: GPL-2.0 */
/* The caller's stacks as rows for people. */
#ifndef FORMATS_STACK_ROWS_H
#define FORMATS_STACK_ROWS_H

#include "creation/origin.h"
#include "formats/format.h"

/* Appends a row for every frame of the stacks that are there; nothing for a NULL origin. */
void stack_rows__add(struct buffer *buffer, const struct origin *origin,
		     const struct out_style *style);

#endif /* FORMATS_STACK_ROWS_H */
