/* SPDX-License-Identifier: GPL-2.0 */
/* Making a tree of a record. Pure: no input or output, no clock, no state. */
#ifndef ASSEMBLE_H
#define ASSEMBLE_H

#include "tree.h"

/*
 * Fills tree from a decoded record: links the spans, puts in those that the plan reconstructs and
 * moves the calls that they made below them, computes self times. tree->record is set to record;
 * tree->sequence is left alone.
 */
void assemble__tree(struct tree *tree, const struct wire_record *record, const struct plan *plan);

/* The same with no other span than the outermost: for formats that show no more. */
void assemble__outermost(struct tree *tree, const struct wire_record *record,
			 const struct plan *plan);

#endif /* ASSEMBLE_H */
