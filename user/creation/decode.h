/* SPDX-License-Identifier: GPL-2.0 */
/* Checking that bytes are a record, whatever their source, before anything else looks at them. */
#ifndef CREATION_DECODE_H
#define CREATION_DECODE_H

#include <stddef.h>

#include "shared/state.h"

/*
 * The record at data, of size bytes, or NULL with *reason set (a static clause) if it is damaged.
 * After this: the version is known, all spans are within size, span 0 is the outermost and of an
 * outermost stage, every other has an earlier one as parent, stages and counts are in range, and
 * comm is NUL-terminated only if the kernel made it so. data must be aligned to 8 bytes; the record
 * points into it.
 */
const struct wire_record *decode__record(const void *data, size_t size, const char **reason);

/* Gives records one sequence over all processors, with gaps where records are missing. */
struct sequencer {
	__u64 next;			/* of the whole */
	__u64 next_of_cpu[NR_ACCOUNTS]; /* the sequence number expected from each processor */
};

/* The number of this record; all zero at first. */
__u64 sequencer__number(struct sequencer *sequencer, const struct wire_record *record);

#endif /* CREATION_DECODE_H */
