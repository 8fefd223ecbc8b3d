/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names of frames: each is kept once and has a number. Anybody can give a thread any name, so
 * whatever would separate frames or numbers in the output is escaped.
 */
#ifndef FORMATS_FOLDED_FRAME_NAMES_H
#define FORMATS_FOLDED_FRAME_NAMES_H

#include "text/buffer.h"

#define FRAME_NAMES_MAX 2048 /* power of two */

/* All zero at first. Numbers are indexes of texts; 0 is none. */
struct frame_names {
	char *texts[FRAME_NAMES_MAX]; /* as they are written; owned */
	__u32 slots[2 * FRAME_NAMES_MAX];
	__u32 nr; /* names that there are */
};

/*
 * The number of a name, of any bytes; 0 if it is new, unless it is to be added. It is not added if
 * there is no room for it.
 */
__u32 frame_names__find(struct frame_names *names, const char *name, size_t size, bool add);

void frame_names__free(struct frame_names *names);

#endif /* FORMATS_FOLDED_FRAME_NAMES_H */
