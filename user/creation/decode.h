/* SPDX-License-Identifier: GPL-2.0 */
/* Checks that bytes are a record, whatever their source, before anything else looks at them. */
#ifndef CREATION_DECODE_H
#define CREATION_DECODE_H

#include <stddef.h>

#include "shared/state.h"

/*
 * Return the record at data, of size bytes, or NULL if it is damaged; *reason is then a static
 * clause that says why. In a checked record the version is known, all spans are within size, span 0
 * is the only one without a parent and every other span has an earlier one as its parent, and
 * stages and counts are in range. If it was refused by seccomp,
 * span 0 is the only one. comm is terminated by NUL only if the kernel has done so. data
 * must be aligned to 8 bytes. The record points into data.
 */
const struct wire_record *decode__record(const void *data, size_t size, const char **reason);

/*
 * Numbers the records of all processors in one sequence, with gaps where records are missing.
 * Begins as zeroes.
 */
struct sequencer {
	__u64 next;			/* number of the next record of all processors */
	__u64 next_of_cpu[NR_ACCOUNTS]; /* expected number of each processor's next record */
};

/* Return the number of this record in the sequence. */
__u64 sequencer__number(struct sequencer *sequencer, const struct wire_record *record);

#endif /* CREATION_DECODE_H */
