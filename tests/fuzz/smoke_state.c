// SPDX-License-Identifier: GPL-2.0
/*
 * A short run of fuzz_state.c without a fuzzer: many mutations of valid snapshots, the same ones
 * each time. Says in TAP how many got as far as the formats, so that a run that tests nothing
 * fails.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "creation/snapshots.h"

#define ROUNDS 5000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators". */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL;
}

static void fill(void *data, size_t size, uint64_t *random)
{
	unsigned char *byte = data;

	while (size--)
		*byte++ = next_random(random) >> 16;
}

/* Few addresses, so that there are several snapshots of one object. */
static void make_snapshots(struct wire_snapshots *snapshots, uint64_t *random)
{
	int i;

	fill(snapshots, sizeof(*snapshots), random);
	snapshots->version = WIRE_SNAPSHOTS_VERSION;
	snapshots->nr_snapshots = next_random(random) % (WIRE_MAX_SNAPSHOTS + 1);
	for (i = 0; i < WIRE_MAX_SNAPSHOTS; i++) {
		struct wire_snapshot *snapshot = &snapshots->snapshots[i];

		snapshot->span = next_random(random) % (next_random(random) % 8 ? 20 : 64);
		snapshot->socket = next_random(random) % 10;
		snapshot->sk = next_random(random) % 10;
		snapshot->socket_sk = next_random(random) % 10;
	}
}

int main(void)
{
	static struct wire_snapshots snapshots;
	uint64_t random = 88172645463325252ULL;
	struct snapshots_store store = {};
	int round, flips, shown = 0;
	const char *reason;
	size_t size;

	for (round = 0; round < ROUNDS; round++) {
		make_snapshots(&snapshots, &random);
		for (flips = next_random(&random) % 8; flips; flips--) {
			uint64_t where = next_random(&random) % sizeof(snapshots);

			((uint8_t *)&snapshots)[where] = next_random(&random);
		}
		size = next_random(&random) % 4 ? sizeof(snapshots)
						: next_random(&random) % sizeof(snapshots);
		shown += snapshots__is_record(&snapshots, size) &&
			 snapshots__keep(&store, &snapshots, size, &reason);
		LLVMFuzzerTestOneInput((uint8_t *)&snapshots, size);
	}
	snapshots__free(&store);
	printf("1..1\n%s 1 - %d mutated snapshots, %d of them through all formats\n",
	       shown > ROUNDS / 4 ? "ok" : "not ok", ROUNDS, shown);
	return shown <= ROUNDS / 4;
}
