/* SPDX-License-Identifier: GPL-2.0 */
/* Makes text of the frames of a user's stack. */
#ifndef CREATION_USER_STACK_H
#define CREATION_USER_STACK_H

#include "shared/wire.h"
#include "symbols/named_files.h"
#include "symbols/user_symbols.h"
#include "text/buffer.h"

/* What names frames. */
struct user_stack_names {
	struct user_symbols *symbols;
	struct named_files *files;
	const struct process_id *process; /* that of the record */
};

/* Offsets of the frames' texts in a buffer. */
struct user_stack {
	int nr_frames;
	int nr_unplaced; /* frames of which the file should be known and is not */
	size_t frames[WIRE_MAX_USER_FRAMES];
};

/*
 * Append the frames of a record to the buffer, each terminated by NUL, and set stack. What the
 * kernel has said of a frame comes first, and /proc only where it could not say anything.
 */
void user_stack__add(struct user_stack *stack, struct buffer *buffer,
		     const struct user_stack_names *names, const struct wire_record *record);

#endif /* CREATION_USER_STACK_H */
