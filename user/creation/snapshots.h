/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keeps the snapshots of --state until their creation's record comes. The kernel side sends them in
 * a record of their own just before that of the creation.
 */
#ifndef CREATION_SNAPSHOTS_H
#define CREATION_SNAPSHOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/wire_snapshots.h"

/*
 * This is more than can ever wait for their record: between the two records a task can only be
 * preempted. When the store is full, the oldest ones are dropped, since their record was lost.
 */
#define SNAPSHOTS_MAX_WAITING 64

/* The snapshots that wait for their record. Begins as zeroes. */
struct snapshots_store {
	struct wire_snapshots *waiting[SNAPSHOTS_MAX_WAITING]; /* owned; each may be NULL */
	unsigned int next;	      /* number of the next one; its slot is this modulo the size */
	struct wire_snapshots *taken; /* owned: the ones that were handed out last */
};

/* Return whether bytes from the ring buffer are snapshots rather than the record of a creation. */
bool snapshots__is_record(const void *data, size_t size);

/*
 * Keep a copy of the snapshots at data, of size bytes. Return false if they are damaged, with a
 * static clause in *reason that says why; also if out of memory, with NULL in *reason. What is kept
 * has as many snapshots as its header says. data must be aligned to 8 bytes.
 */
bool snapshots__keep(struct snapshots_store *store, const void *data, size_t size,
		     const char **reason);

/*
 * Return the snapshots of a record, which are valid until the next call, or NULL if they were lost.
 */
const struct wire_snapshots *snapshots__take(struct snapshots_store *store,
					     const struct wire_record *record);

void snapshots__free(struct snapshots_store *store);

#endif /* CREATION_SNAPSHOTS_H */
