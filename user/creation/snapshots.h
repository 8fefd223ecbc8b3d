/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The snapshots of --state on their way to the tree they belong to: they come before the record of
 * their creation, in one of their own.
 */
#ifndef CREATION_SNAPSHOTS_H
#define CREATION_SNAPSHOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/wire_snapshots.h"

/*
 * More than can wait for their record at a time: between the two, their task can only be preempted.
 * The oldest give way, those whose record was lost.
 */
#define SNAPSHOTS_MAX_WAITING 64

/* All zero at first. */
struct snapshots_store {
	struct wire_snapshots *waiting[SNAPSHOTS_MAX_WAITING]; /* owned; any may be NULL */
	unsigned int next;				       /* the place of the next one */
	struct wire_snapshots *taken;			       /* owned: the last one handed out */
};

/* Whether bytes from the ring buffer are snapshots rather than a creation's record. */
bool snapshots__is_it(const void *data, size_t size);

/*
 * Keeps a copy of the snapshots at data, of size bytes. False, and *reason a static clause, if they
 * are damaged: what is kept has no more snapshots than there are bytes for. False and NULL when out
 * of memory. data must be aligned to 8 bytes.
 */
bool snapshots__keep(struct snapshots_store *store, const void *data, size_t size,
		     const char **reason);

/* The snapshots of the record, valid until the next call, or NULL: they are lost. */
const struct wire_snapshots *snapshots__take(struct snapshots_store *store,
					     const struct wire_record *record);

void snapshots__free(struct snapshots_store *store);

#endif /* CREATION_SNAPSHOTS_H */
