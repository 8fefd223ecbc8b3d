/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Raw records as the BPF programs would make them on Debian's 6.1 with the default set of stages,
 * for measuring the user side without a kernel that can be traced.
 */
#ifndef TESTS_BENCH_SYNTHETIC_H
#define TESTS_BENCH_SYNTHETIC_H

#include <stdbool.h>
#include <stddef.h>

#include "formats/format.h"

/*
 * What the records are of. In the mix seven of ten are TCP sockets, two pairs of unix sockets, and
 * one fails: for want of a descriptor, or since there is no such protocol.
 */
enum synthetic_kind {
	SYNTHETIC_MIX,
	SYNTHETIC_TCP,
};

struct synthetic; /* a supply of records, made beforehand */

/* NULL if out of memory. */
struct synthetic *synthetic__new(enum synthetic_kind kind);

/*
 * The next record, as it would lie in the ring buffer: aligned to 8 bytes, *size of them. Its time
 * and its number go on from those of the record before. Valid until the next call but 1,000.
 */
void *synthetic__next(struct synthetic *synthetic, size_t *size);

void synthetic__free(struct synthetic *synthetic);

/* Who made it: the same text for all creations of a process. */
void synthetic__origin(const struct wire_record *record, struct origin *origin);

/* What is the same for a whole trace: as on the kernel that the records would come from. */
void synthetic__header(struct trace_header *header);

#endif /* TESTS_BENCH_SYNTHETIC_H */
