// SPDX-License-Identifier: GPL-2.0
#include "formats/tree/trace_head.h"

#include <string.h>

#include "text/text.h"

static void add_safe(struct buffer *buffer, const char *text, const struct out_style *style)
{
	text__add_escaped(buffer, text, strlen(text), style->unicode);
}

/* Whether the probe is one that users are told of, and observed in this way. */
static bool has_way(const struct plan *plan, int probe, enum attach_way way)
{
	return plan__is_shown(plan, probe) && plan->probes[probe].way == way;
}

static bool is_named(const struct plan *plan, int probe)
{
	return plan->facts.named & STAGE_BIT(plan__stage(probe));
}

static void add_host(struct buffer *buffer, const struct trace_header *header,
		     const struct out_style *style)
{
	buffer__add_string(buffer, "# sockcreate-trace ");
	buffer__add_string(buffer, header->tool_version);
	buffer__add_string(buffer, ", Linux ");
	add_safe(buffer, header->kernel, style);
	buffer__add_char(buffer, ' ');
	add_safe(buffer, header->arch, style);
}

/* "16 functions observed": those with a probe. */
static void add_count(struct buffer *buffer, const struct plan *plan)
{
	int probe, count = 0;

	for (probe = 0; probe < NR_PROBES; probe++)
		count += plan__is_shown(plan, probe) && plan->probes[probe].way != ATTACH_NONE &&
			 plan->probes[probe].way != ATTACH_RECONSTRUCTED;
	buffer__add_string(buffer, ": ");
	buffer__add_u64(buffer, (__u64)count);
	buffer__add_string(buffer, count == 1 ? " function observed" : " functions observed");
}

/*
 * The names of functions that are observed in this way, between prefix and suffix; nothing if there
 * are none. Of those that are not observed at all only the ones that users have named.
 */
static void add_names(struct buffer *buffer, const struct plan *plan, enum attach_way way,
		      const char *prefix, const char *suffix, const struct out_style *style)
{
	bool any = false;
	int probe;

	for (probe = 0; probe < NR_PROBES; probe++) {
		if (!has_way(plan, probe, way) || (way == ATTACH_NONE && !is_named(plan, probe)))
			continue;
		buffer__add_string(buffer, any ? ", " : prefix);
		add_safe(buffer, plan->probes[probe].function, style);
		any = true;
	}
	if (any)
		buffer__add_string(buffer, suffix);
}

/* A line for each function that is observed in this way, with the reason. */
static void add_reasons(struct buffer *buffer, const struct plan *plan, enum attach_way way,
			const char *what, const struct out_style *style)
{
	int probe;

	for (probe = 0; probe < NR_PROBES; probe++) {
		if (!has_way(plan, probe, way))
			continue;
		buffer__add_string(buffer, what);
		add_safe(buffer, plan->probes[probe].function, style);
		buffer__add_string(buffer, " (");
		add_safe(buffer, plan->probes[probe].reason, style);
		buffer__add_string(buffer, ")\n");
	}
}

static void add_details(struct buffer *buffer, const struct trace_header *header,
			const struct out_style *style)
{
	add_reasons(buffer, &header->plan, ATTACH_NONE, "# not observed: ", style);
	add_reasons(buffer, &header->plan, ATTACH_RECONSTRUCTED, "# reconstructed: ", style);
	buffer__add_string(buffer,
			   "# rows: function, total latency, self latency, share, return value\n");
	buffer__add_string(
		buffer,
		header->costs.known
			? "# latencies are corrected: the cost of the probes is taken out\n"
			: "# latencies are as measured: the cost of the probes is in them\n");
}

void trace_head__add(struct buffer *buffer, const struct trace_header *header,
		     const struct out_style *style)
{
	const struct plan *plan = &header->plan;

	if (style->verbosity < 0)
		return;
	text__begin_color(buffer, TEXT_DIM, style->color);
	add_host(buffer, header, style);
	add_count(buffer, plan);
	add_names(buffer, plan, ATTACH_RECONSTRUCTED, "; ", " reconstructed", style);
	add_names(buffer, plan, ATTACH_NONE, "; not observed: ", " (list-stages says why)", style);
	if (!header->costs.known)
		buffer__add_string(buffer, "; latencies as measured");
	buffer__add_char(buffer, '\n');
	if (style->verbosity > 0)
		add_details(buffer, header, style);
	text__end_color(buffer, style->color);
	buffer__add_char(buffer, '\n');
}
