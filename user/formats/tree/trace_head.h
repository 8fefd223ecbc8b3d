/* SPDX-License-Identifier: GPL-2.0 */
/* How the tree format begins: which tool on which kernel, and what of it is observed. */
#ifndef FORMATS_TREE_TRACE_HEAD_H
#define FORMATS_TREE_TRACE_HEAD_H

#include "formats/format.h"

/*
 * Appends one line and an empty one; nothing if style is quiet. That line also says what users
 * asked for by name and do not get. If style is verbose, lines with the reasons follow the first.
 */
void trace_head__add(struct buffer *buffer, const struct trace_header *header,
		     const struct out_style *style);

#endif /* FORMATS_TREE_TRACE_HEAD_H */
