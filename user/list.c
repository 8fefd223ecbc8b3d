// SPDX-License-Identifier: GPL-2.0
#include "list.h"

#include <string.h>

void list__stages(FILE *file, const struct plan *plan, __u64 picked)
{
	int width = strlen("STAGE");
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		int length = strlen(plan->stages[stage].function);

		width = length > width ? length : width;
	}
	fprintf(file, "%-*s  %-6s  %-13s  %s\n", width, "STAGE", "PICKED", "ATTACH", "REASON");
	for (stage = 0; stage < NR_STAGES; stage++)
		fprintf(file, "%-*s  %-6s  %-13s  %s\n", width, plan->stages[stage].function,
			picked & STAGE_BIT(stage) ? "yes" : "no",
			attach_way_name(plan->stages[stage].way), plan->stages[stage].reason);
}
