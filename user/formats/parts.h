/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which creations are in the output that has gathered and is not written yet, and where each ends
 * in it. A part is what one call of a format has appended: mostly a creation. Where a format
 * appends nothing for a creation, that is in the part which comes next.
 */
#ifndef FORMATS_PARTS_H
#define FORMATS_PARTS_H

#include <stdbool.h>

#include "text/buffer.h"

struct creation_count {
	__u64 creations;
	__u64 failed; /* of these, those that failed to make a socket */
};

/* All zero at first. */
struct parts {
	struct buffer ends;	       /* of each part its struct part, in their order */
	struct creation_count open;    /* whose part has not ended yet */
	struct creation_count pending; /* all that are not written, the open ones included */
};

/* Adds a creation to the part that ends next. */
void parts__add_creation(struct parts *parts, bool failed);

/* A part ends at the end of what has gathered, unless nothing was appended to that. */
void parts__end(struct parts *parts, size_t gathered);

/* Of the first size bytes of what has gathered, those that are whole parts. */
size_t parts__whole(const struct parts *parts, size_t size);

/*
 * So many bytes of what has gathered are written, and the rest is forgotten. What is pending then
 * is not in them, or not whole.
 */
void parts__written(struct parts *parts, size_t size);

void parts__free(struct parts *parts);

#endif /* FORMATS_PARTS_H */
