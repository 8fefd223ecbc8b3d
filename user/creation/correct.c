// SPDX-License-Identifier: GPL-2.0
#include "creation/correct.h"

#include "names/stage.h"

static __u64 saturating_sub(__u64 from, __u64 what)
{
	return from > what ? from - what : 0;
}

/*
 * Split a probe's cost into what lies before and after each timestamp. Half of the cost between the
 * two timestamps is attributed to the entry, half to the exit.
 */
static struct cost_parts split_cost(const struct probe_cost *cost, bool failed)
{
	__u32 capture = failed ? cost->capture_ns : 0;
	__u32 behind_entry = cost->inner_ns / 2;
	__u32 outer = (__u32)saturating_sub(cost->outer_ns, capture);
	__u32 exit = (__u32)saturating_sub(cost->exit_ns, capture);
	__u32 behind_exit = (__u32)saturating_sub(exit, cost->inner_ns - behind_entry);

	/* A disturbed measurement can make it larger, but it is a part of the outer cost. */
	if (behind_exit > outer)
		behind_exit = outer;
	return (struct cost_parts){
		.before_entry = outer - behind_exit,
		.behind_entry = behind_entry,
		.between = cost->inner_ns,
		.all = cost->inner_ns + outer,
	};
}

/*
 * A reconstructed span has no probe. It begins at the exit timestamp of the call before it, which
 * has succeeded, and so contains what that call's probe costs after the timestamp.
 */
static struct cost_parts split_cost_before(const struct probe_cost *cost)
{
	struct cost_parts before = split_cost(cost, false);
	__u32 outside = before.all - before.between;

	return (struct cost_parts){ .behind_entry = outside - before.before_entry };
}

void correct__prepare(struct latency_costs *costs, const struct plan *plan)
{
	int i, failed;

	for (i = 0; i < NR_PROBES; i++) {
		const struct stage_plan *planned = &plan->probes[i];
		int after = stages[plan__stage(i)].reconstructed_after;

		for (failed = 0; failed < 2; failed++)
			costs->parts[i][failed] = planned->way == ATTACH_RECONSTRUCTED
							  ? split_cost_before(&costs->probes[after])
							  : split_cost(&costs->probes[i], failed);
	}
}

/*
 * What the walk over the tree keeps about a span in addition to what the tree has. All values but
 * the pointers are in ns.
 */
struct correction {
	struct span *span;
	struct correction *caller; /* NULL for the outermost span */
	const struct cost_parts *cost;
	__u64 within;  /* cost of the probes of all its descendants */
	__u64 total;   /* within and the cost of its own probe */
	__u64 to_come; /* the least time that its children can take */
	__u64 passed;  /* its measured start, plus the cost of probes in it that ran so far */
	__u64 end;     /* corrected end of its child that the walk came to last, or its start */
	__u64 latest;  /* latest start of its next child, so that all those to come still fit */
};

#define NO_LIMIT (~(__u64)0 >> 1) /* leaves room for adding durations */

static void init_corrections(struct tree *tree, struct correction *corrections)
{
	int i;

	for (i = 0; i < tree->nr_spans; i++) {
		corrections[i].span = &tree->spans[i];
		corrections[i].caller = i ? &corrections[tree->spans[i].parent] : NULL;
		corrections[i].within = 0;
		corrections[i].to_come = 0;
	}
}

static inline bool is_reconstructed(const struct span *span)
{
	return span->recorded == TREE_NO_SPAN;
}

/* If the return was not seen, only the entry's probe is known to have run. */
static inline __u64 own_cost(const struct span *span, const struct cost_parts *cost)
{
	return span->complete || is_reconstructed(span)
		       ? cost->all
		       : (__u64)cost->before_entry + cost->behind_entry;
}

/*
 * Return how much of its caller's time a call takes: at least what its children take, if its return
 * was not seen.
 */
static inline __u64 least_time(const struct correction *correction)
{
	return correction->span->complete ? correction->span->duration_ns : correction->to_come;
}

/*
 * A call takes at least as long as its children together. Costs vary from call to call, so
 * subtracting them can leave less than that. The duration of a reconstructed span is only known
 * when it is placed: until then it has this minimum.
 */
static inline void correct_duration(struct correction *correction,
				    const struct latency_costs *costs)
{
	struct span *span = correction->span;

	correction->cost = &costs->parts[span__probe(span)][span->failed];
	correction->total = correction->within + own_cost(span, correction->cost);
	if (!span->complete)
		return;
	span->duration_ns =
		saturating_sub(span->measured_ns, correction->within + correction->cost->between);
	if (span->duration_ns < correction->to_come || is_reconstructed(span))
		span->duration_ns = correction->to_come;
}

/*
 * Children come after their callers in the array. So a backward loop has added up all children of a
 * span before it comes to the span itself.
 */
static void correct_durations(struct correction *corrections, int nr,
			      const struct latency_costs *costs)
{
	struct correction *correction;

	for (correction = &corrections[nr - 1]; correction->caller; correction--) {
		correct_duration(correction, costs);
		correction->caller->within += correction->total;
		correction->caller->to_come += least_time(correction);
	}
	correct_duration(correction, costs);
}

/*
 * The walk comes to a span that was measured to start at measured_start, and has not yet come to
 * any of its children. If the return of the span was not seen, its children may extend to limit.
 */
static inline void enter_span(struct correction *correction, __u64 measured_start, __u64 limit)
{
	const struct span *span = correction->span;

	correction->passed = measured_start + correction->cost->behind_entry;
	correction->end = span->start_ns;
	correction->latest =
		span->complete ? span->start_ns + span->duration_ns - correction->to_come : limit;
}

/*
 * Spans are in the order of their timestamps, so the cost of all probes that ran earlier in the
 * caller is known by now.
 */
static inline __u64 find_start(const struct correction *correction)
{
	const struct correction *caller = correction->caller;
	__u64 passed = caller->passed + correction->cost->before_entry;
	__u64 start = caller->span->start_ns + saturating_sub(correction->span->start_ns, passed);

	if (start < caller->end)
		start = caller->end;
	return start > caller->latest ? caller->latest : start;
}

/*
 * The walk has come to the end of a call. This moves the end in the caller, and if the return of
 * the caller was not seen, also in the one above it.
 */
static inline void pass_end(struct correction *caller, __u64 end)
{
	caller->end = end;
	while (!caller->span->complete && caller->caller) {
		caller = caller->caller;
		caller->end = end;
	}
}

/*
 * Set a span's corrected start. A reconstructed span lasts from the end of the call before it to
 * the end of its caller.
 */
static inline void place_span(struct correction *correction)
{
	struct span *span = correction->span;
	struct correction *caller = correction->caller;
	__u64 measured_start = span->start_ns, limit = caller->latest;

	span->start_ns = is_reconstructed(span) ? caller->end : find_start(correction);
	caller->passed += correction->total;
	caller->latest += least_time(correction);
	if (is_reconstructed(span) && span->complete)
		span->duration_ns = caller->latest - span->start_ns;
	pass_end(caller, span->start_ns + span->duration_ns);
	enter_span(correction, measured_start, limit);
}

void correct__tree(struct tree *tree, const struct latency_costs *costs)
{
	struct correction corrections[TREE_MAX_SPANS];
	int i;

	init_corrections(tree, corrections);
	correct_durations(corrections, tree->nr_spans, costs);
	enter_span(&corrections[0], tree->spans[0].start_ns, NO_LIMIT);
	for (i = 1; i < tree->nr_spans; i++)
		place_span(&corrections[i]);
}
