// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as the snapshots of --state, through the store, the comparison and every format. For
 * libFuzzer, AFL++ or smoke_state.c; the sanitizers find what is wrong.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "creation/assemble.h"
#include "creation/snapshots.h"
#include "creation/state_changes.h"
#include "show.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As on the kernels that inline sock_map_fd. */
static void make_header(struct trace_header *header)
{
	int stage;

	memset(header, 0, sizeof(*header));
	header->tool_version = "fuzz";
	for (stage = 0; stage < NR_PROBES; stage++)
		header->plan.probes[stage].function = "";
	header->plan.probes[STAGE_SOCK_MAP_FD].way = ATTACH_RECONSTRUCTED;
}

/* socket() with two calls in it, deep ones too; the first snapshots belong to it. */
static void make_record(struct wire_record *record, const struct wire_snapshots *snapshots)
{
	int i;

	memset(record, 0, sizeof(*record));
	record->version = WIRE_VERSION;
	record->nr_spans = 20;
	record->cpu = snapshots->cpu;
	record->sequence = snapshots->sequence;
	record->spans[0].start = snapshots->ts;
	record->spans[0].parent = WIRE_NO_PARENT;
	for (i = 1; i < record->nr_spans; i++) {
		record->spans[i].stage = i == 1 ? STAGE_SOCK_CREATE : STAGE_SK_ALLOC;
		record->spans[i].parent = i == 1 ? 0 : i - 1;
	}
}

static void show_all(const struct wire_record *record, const struct wire_snapshots *snapshots,
		     struct symbol_names *symbols)
{
	const struct state_names names = { symbols, &socket_flags_before_6_16 };
	static struct state_changes changes;
	static struct tree tree;
	struct trace_header header;

	make_header(&header);
	assemble__tree(&tree, record, &header.plan, NULL);
	tree.sequence = 0;
	state_changes__compute(&changes, &tree, snapshots, &names);
	tree.state = &changes;
	show_in_all_formats(&header, &tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct symbol_names symbols = { .path = "/dev/null" };
	struct snapshots_store store = {};
	const struct wire_snapshots *taken;
	struct wire_record record;
	const char *reason;
	void *copy;

	/* A block of just this size, so that the sanitizer sees reads beyond it. */
	copy = malloc(size ? size : 1);
	if (!copy)
		abort();
	memcpy(copy, data, size);
	if (snapshots__is_record(copy, size) && snapshots__keep(&store, copy, size, &reason)) {
		make_record(&record, copy);
		taken = snapshots__take(&store, &record);
		if (!taken)
			abort();
		show_all(&record, taken, &symbols);
	}
	symbol_names__free(&symbols);
	snapshots__free(&store);
	free(copy);
	return 0;
}
