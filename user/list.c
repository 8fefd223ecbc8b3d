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

void list__stages(FILE *file, const struct plan *plan, __u64 picked)
{
	int width = name_width(plan);
	int probe;

	fprintf(file, "%-*s  %-6s  %-13s  %s\n", width, "STAGE", "PICKED", "ATTACH", "REASON");
	for (probe = 0; probe < NR_PROBES; probe++) {
		const struct stage_plan *planned = &plan->probes[probe];

		if (plan__is_shown(plan, probe))
			fprintf(file, "%-*s  %-6s  %-13s  %s\n", width, planned->function,
				picked & STAGE_BIT(plan__stage(probe)) ? "yes" : "no",
				attach_way_name(planned->way), planned->reason);
	}
}
