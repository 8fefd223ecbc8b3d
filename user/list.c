// SPDX-License-Identifier: GPL-2.0
#include "list.h"

#include <string.h>

static int name_width(const struct plan *plan)
{
	int width = strlen("STAGE");
	int probe;

	for (probe = 0; probe < NR_PROBES; probe++) {
		int length = strlen(plan->probes[probe].function);

		if (plan__is_shown(plan, probe) && length > width)
			width = length;
	}
	return width;
}

static void print_costs(FILE *file, const struct probe_cost *cost)
{
	if (cost->inner_ns)
		fprintf(file, "%8u  %8u  ", cost->inner_ns, cost->outer_ns);
	else
		fprintf(file, "%8s  %8s  ", "-", "-");
}

void list__stages(FILE *file, const struct plan *plan, __u64 picked, bool costs)
{
	int width = name_width(plan);
	int probe;

	fprintf(file, "%-*s  %-6s  %-13s  ", width, "STAGE", "PICKED", "ATTACH");
	fprintf(file, costs ? "INNER ns  OUTER ns  REASON\n" : "REASON\n");
	for (probe = 0; probe < NR_PROBES; probe++) {
		const struct stage_plan *planned = &plan->probes[probe];

		if (!plan__is_shown(plan, probe))
			continue;
		fprintf(file, "%-*s  %-6s  %-13s  ", width, planned->function,
			picked & STAGE_BIT(plan__stage(probe)) ? "yes" : "no",
			attach_way_name(planned->way));
		if (costs)
			print_costs(file, &planned->cost);
		fprintf(file, "%s\n", planned->reason);
	}
}
