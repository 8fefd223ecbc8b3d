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
#include "names/stage.h"
#include "shared/families.h"

#define ROUNDS 10000

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

/* Of all sizes, and often the one that takes most digits, or 0. */
static uint64_t next_number(uint64_t *random)
{
	switch (next_random(random) % 4) {
	case 0:
		return ~0ULL >> next_random(random) % 3;
	case 1:
		return 0x8080808080808080ULL; /* of any 32 bits the most negative half */
	case 2:
		return next_random(random) >> (next_random(random) % 64);
	default:
		return 0;
	}
}

/* One of the few that there are, or any number. */
static uint64_t next_of(uint64_t limit, uint64_t *random)
{
	return next_random(random) % 4 ? next_random(random) % limit : next_number(random);
}

static void make_sockets(struct wire_record *record, uint64_t *random)
{
	int i;

	record->nr_sockets = next_random(random) % (WIRE_MAX_SOCKETS + 1);
	for (i = 0; i < WIRE_MAX_SOCKETS; i++) {
		struct wire_socket *socket = &record->sockets[i];

		socket->inode = next_number(random);
		socket->cookie = next_number(random);
		socket->fd = next_random(random) % 2 ? INT32_MAX : next_number(random);
		socket->family = next_of(48, random);
		socket->type = next_of(12, random);
		socket->protocol = next_of(300, random);
	}
}

static void make_header(struct wire_record *record, uint64_t *random)
{
	/* An escape takes most, and what is not UTF-8. */
	static const char names[][WIRE_COMM_LEN] = { "fuzz", "fuzz\x1b[31m\xff\xc2",
						     "\1\2\3\4\5\6\1\2\3\4\5\6\1\2\3\4" };

	record->version = WIRE_VERSION;
	record->via = next_random(random) % 8;
	record->flags = next_random(random) % 4 ? 0 : next_random(random);
	record->nr_spans = 1 + next_random(random) % WIRE_MAX_SPANS;
	memcpy(record->comm, names[next_random(random) % 3], WIRE_COMM_LEN);
	record->netns = next_number(random);
	record->waited = next_number(random);
	record->tid = next_number(random);
	record->pid = next_number(random);
	record->ppid = next_number(random);
	record->uid = next_number(random);
	record->family = next_of(48, random);
	record->type = next_of(12, random);
	record->protocol = next_of(300, random);
	record->accept_flags = next_number(random);
	record->ret = next_random(random) % 2 ? -(int)(next_random(random) % 140)
					      : (int)next_number(random);
	record->cgroup_id = next_number(random);
}

/* As many as there is room for: what is behind the spans of a record that has fewer is theirs. */
static void make_details(struct wire_record *record, uint64_t *random)
{
	struct wire_module *modules = (struct wire_module *)wire_record__modules(record);
	int i;

	record->nr_modules = next_random(random) % (WIRE_MAX_MODULES + 1);
	for (i = 0; i < record->nr_modules; i++) {
		memset(modules[i].name, next_random(random), next_random(random) % WIRE_MODULE_LEN);
		modules[i].span = next_random(random) % record->nr_spans;
		modules[i].capabilities = next_number(random);
	}
	record->nr_kernel_frames = next_random(random) % (WIRE_MAX_FRAMES + 1);
	record->nr_user_frames = next_random(random) % (WIRE_MAX_FRAMES + 1);
	record->nr_differences = next_random(random) % 2;
}

static void make_record(struct wire_record *record, uint64_t *random)
{
	int i;

	memset(record, 0, sizeof(*record));
	make_header(record, random);
	make_sockets(record, random);
	for (i = 0; i < record->nr_spans; i++) {
		struct wire_span *span = &record->spans[i];

		span->stage = next_random(random) % NR_STAGES;
		span->parent = i ? next_random(random) % i : WIRE_NO_PARENT;
		span->flags = next_random(random);
		span->start = next_random(random) >> (next_random(random) % 64);
		span->end = span->start + (next_random(random) >> (next_random(random) % 64));
		span->ret = next_random(random) % 2 ? record->ret : (int)next_number(random);
		if (span->stage == STAGE_FAMILY_CREATE)
			span->family = next_random(random) % NR_FAMILIES;
	}
	if (next_random(random) % 4 == 0)
		make_details(record, random);
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
