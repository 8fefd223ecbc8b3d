// SPDX-License-Identifier: GPL-2.0
#include "creation/snapshots.h"

#include <stdlib.h>
#include <string.h>

bool snapshots__is_record(const void *data, size_t size)
{
	const struct wire_snapshots *snapshots = data;

	return size >= sizeof(snapshots->version) && snapshots->version == WIRE_SNAPSHOTS_VERSION;
}

static const char *check(const struct wire_snapshots *snapshots, size_t size)
{
	unsigned int i;

	if (size < WIRE_SNAPSHOTS_HEADER_SIZE)
		return "too short for a header";
	if (snapshots->version != WIRE_SNAPSHOTS_VERSION)
		return "unknown version";
	if (snapshots->nr_snapshots > WIRE_MAX_SNAPSHOTS)
		return "number of snapshots out of range";
	if (size <
	    WIRE_SNAPSHOTS_HEADER_SIZE + snapshots->nr_snapshots * sizeof(struct wire_snapshot))
		return "too short for its snapshots";
	for (i = 0; i < snapshots->nr_snapshots; i++) {
		if (snapshots->snapshots[i].span >= WIRE_MAX_SPANS)
			return "a snapshot's span is out of range";
	}
	return NULL;
}

bool snapshots__keep(struct snapshots_store *store, const void *data, size_t size,
		     const char **reason)
{
	struct wire_snapshots **place = &store->waiting[store->next % SNAPSHOTS_MAX_WAITING];
	const struct wire_snapshots *snapshots = data;
	struct wire_snapshots *copy;

	*reason = check(snapshots, size);
	if (*reason)
		return false;
	size = WIRE_SNAPSHOTS_HEADER_SIZE + snapshots->nr_snapshots * sizeof(struct wire_snapshot);
	copy = malloc(size);
	if (!copy)
		return false;
	memcpy(copy, snapshots, size);
	free(*place);
	*place = copy;
	store->next++;
	return true;
}

static bool belongs_to(const struct wire_snapshots *snapshots, const struct wire_record *record)
{
	return snapshots && snapshots->cpu == record->cpu &&
	       snapshots->sequence == record->sequence && snapshots->ts == record->spans[0].start;
}

const struct wire_snapshots *snapshots__take(struct snapshots_store *store,
					     const struct wire_record *record)
{
	unsigned int i;

	free(store->taken);
	store->taken = NULL;
	/* Begin with the newest one, which nearly always is the right one. */
	for (i = 1; i <= SNAPSHOTS_MAX_WAITING && !store->taken; i++) {
		struct wire_snapshots **place =
			&store->waiting[(store->next - i) % SNAPSHOTS_MAX_WAITING];

		if (!belongs_to(*place, record))
			continue;
		store->taken = *place;
		*place = NULL;
	}
	return store->taken;
}

void snapshots__free(struct snapshots_store *store)
{
	unsigned int i;

	for (i = 0; i < SNAPSHOTS_MAX_WAITING; i++)
		free(store->waiting[i]);
	free(store->taken);
	memset(store, 0, sizeof(*store));
}
