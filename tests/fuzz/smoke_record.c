// SPDX-License-Identifier: GPL-2.0
/*
 * A short run of fuzz_record.c without a fuzzer: many mutations of valid records, the same ones
 * each time. Says in TAP how many got as far as the formats, so that a run that tests nothing
 * fails.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "creation/decode.h"

#define ROUNDS 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators". */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL;
}

/* All calls return, and take longer than those in them, as most do. */
static void make_usual(struct wire_record *record)
{
	int i;

	for (i = 0; i < record->nr_spans; i++) {
		struct wire_span *span = &record->spans[i];

		span->flags = 0;
		span->start = 1000000 + (uint64_t)i;
		span->end = span->start + (1ULL << 40 >> (i < 32 ? i : 32));
	}
}

static void make_record(struct wire_record *record, uint64_t *random)
{
	int i;

	memset(record, 0, sizeof(*record));
	record->version = WIRE_VERSION;
	record->via = next_random(random) % 4;
	record->nr_spans = 1 + next_random(random) % WIRE_MAX_SPANS;
	record->nr_sockets = next_random(random) % (WIRE_MAX_SOCKETS + 1);
	memcpy(record->comm, "fuzz\x1b[31m\xff\xc2", 12);
	for (i = 0; i < record->nr_spans; i++) {
		struct wire_span *span = &record->spans[i];

		span->stage = next_random(random) % NR_STAGES;
		span->parent = i ? next_random(random) % i : WIRE_NO_PARENT;
		span->flags = next_random(random);
		span->start = next_random(random) >> (next_random(random) % 64);
		span->end = span->start + (next_random(random) >> (next_random(random) % 64));
		span->ret = next_random(random);
	}
	if (next_random(random) % 2)
		make_usual(record);
}

int main(void)
{
	static struct wire_record record;
	uint64_t random = 88172645463325252ULL;
	int round, flips, shown = 0;
	const char *reason;
	size_t size;

	for (round = 0; round < ROUNDS; round++) {
		make_record(&record, &random);
		for (flips = next_random(&random) % 8; flips; flips--) {
			uint64_t where = next_random(&random) % sizeof(record);

			((uint8_t *)&record)[where] = next_random(&random);
		}
		size = next_random(&random) % 4 ? sizeof(record)
						: next_random(&random) % sizeof(record);
		shown += decode__record(&record, size, &reason) != NULL;
		LLVMFuzzerTestOneInput((uint8_t *)&record, size);
	}
	printf("1..1\n%s 1 - %d mutated records, %d of them through all formats\n",
	       shown > ROUNDS / 4 ? "ok" : "not ok", ROUNDS, shown);
	return shown <= ROUNDS / 4;
}
