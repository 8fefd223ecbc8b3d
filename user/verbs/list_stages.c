// SPDX-License-Identifier: GPL-2.0
/* The verb list-stages: attaches every function once, and says how that went. */
#include "verbs/list_stages.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel/host.h"
#include "text/log.h"
#include "trace/proving.h"

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

/*
 * A row for each function: whether it is picked by default or by the options, how it is observed,
 * and why so; with costs, what observing it costs.
 */
static void print_stages(FILE *file, const struct plan *plan, const struct latency_costs *costs,
			 __u64 picked)
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
			print_costs(file, &costs->probes[probe]);
		fprintf(file, "%s\n", planned->reason);
	}
}

int verb_list_stages(const struct options *options)
{
	struct selection all = options->selection;
	struct blindness blindness = { 0 };
	struct proving proving = { 0 };
	struct observation observation;
	struct latency_costs costs;
	struct host host;
	struct plan plan;
	int error;

	host__read(&host);
	if (!host__check(&host, options->selection.btf))
		return 1;
	all.picked = STAGE_BIT(NR_STAGES) - 1;
	/* Without -v nobody is told what the probes cost. */
	all.raw_latency = !options->verbose;
	if (observation__begin(&observation, &plan, &costs, &all, &host))
		return 1;
	error = proving__begin(&proving, &observation, &blindness);
	if (!error)
		print_stages(stdout, &plan, options->verbose ? &costs : NULL,
			     options->selection.picked);
	proving__end(&proving);
	observation__end(&observation);
	if (error)
		return 1;
	if (!ferror(stdout) && !fflush(stdout))
		return 0;
	log_error("cannot write to standard output: %s", strerror(errno));
	return 1;
}
