// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a record, through decoding, assembly and every format. For libFuzzer, AFL++ or
 * smoke.c; the sanitizers find what is wrong.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "creation/assemble.h"
#include "creation/correct.h"
#include "creation/decode.h"
#include "show.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Costs that are sometimes more than what a call has taken; as on kernels that inline sock_map_fd.
 */
static void make_header(struct trace_header *header)
{
	int stage, family;

	memset(header, 0, sizeof(*header));
	header->tool_version = "fuzz";
	for (stage = 0; stage < NR_STAGES; stage++) {
		header->plan.probes[stage].function = stages[stage].name;
		header->plan.probes[stage].picked = true;
		header->plan.probes[stage].way = stages[stage].reconstructed_after == STAGE_NONE
							 ? ATTACH_FENTRY
							 : ATTACH_RECONSTRUCTED;
		header->costs.probes[stage] = (struct probe_cost){ 200, 300 + stage, 250, 90 };
	}
	for (family = 0; family < NR_FAMILIES; family++) {
		header->plan.probes[NR_STAGES + family].function = family % 2 ? "any_create" : "";
		header->plan.probes[NR_STAGES + family].picked = family % 4 == 1;
		header->costs.probes[NR_STAGES + family] = (struct probe_cost){ 190, 400, 0, 0 };
	}
	correct__prepare(&header->costs, &header->plan);
	header->costs.known = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tree tree;
	const struct wire_record *record;
	struct trace_header header;
	const char *reason;
	void *copy;

	/* A block of just this size, so that the sanitizer sees reads beyond it. */
	copy = malloc(size ? size : 1);
	if (!copy)
		abort();
	memcpy(copy, data, size);
	record = decode__record(copy, size, &reason);
	if (record) {
		make_header(&header);
		assemble__tree(&tree, record, &header.plan, &header.costs);
		tree.sequence = 0;
		show_in_all_formats(&header, &tree);
	}
	free(copy);
	return 0;
}
