// SPDX-License-Identifier: GPL-2.0
#include "creation/correct.h"

#include "names/stage.h"

static __u64 less(__u64 from, __u64 what)
{
	return from > what ? from - what : 0;
}

/* What is between the clocks is taken to be half at the entry, half at the exit. */
static struct cost_parts take_apart(const struct probe_cost *cost, bool failed)
{
	__u32 capture = failed ? cost->capture_ns : 0;
	__u32 behind_entry = cost->inner_ns / 2;
	__u32 outer = (__u32)less(cost->outer_ns, capture);
	__u32 exit = (__u32)less(cost->exit_ns, capture);
	__u32 behind_exit = (__u32)less(exit, cost->inner_ns - behind_entry);

	/* A measurement that was disturbed may say so: but it is part of what is outside. */
	if (behind_exit > outer)
		behind_exit = outer;
	return (struct cost_parts){
		.before_entry = outer - behind_exit,
		.behind_entry = behind_entry,
		.between = cost->inner_ns,
		.all = cost->inner_ns + outer,
	};
}

/* Of a reconstructed span, by the cost of the call before it, which has succeeded. */
static struct cost_parts take_apart_before(const struct probe_cost *cost)
{
	struct cost_parts before = take_apart(cost, false);
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
							  ? take_apart_before(&costs->probes[after])
							  : take_apart(&costs->probes[i], failed);
	}
}

/* What is known of one span besides what the tree has. */
struct correction {
	struct span *span;
	struct correction *caller; /* NULL of the outermost span */
	const struct cost_parts *cost;
	__u64 within;  /* cost of the probes of all calls below it */
	__u64 total;   /* the same with its own probe */
	__u64 to_come; /* the least that the calls in it take */
	__u64 passed;  /* its start as measured, and cost of probes in it up to the walk */
	__u64 end;     /* of the call in it that the walk has come to, or its start */
	__u64 latest;  /* where the next call in it can begin at the latest, for all to have room */
};

#define NO_LIMIT (~(__u64)0 >> 1) /* to what durations can be added */

static void begin(struct tree *tree, struct correction *corrections)
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

/* Where the return was not seen, only the entry is known to have cost anything. */
static inline __u64 own_cost(const struct span *span, const struct cost_parts *cost)
{
	return span->complete || is_reconstructed(span)
		       ? cost->all
		       : (__u64)cost->before_entry + cost->behind_entry;
}

/* What a call takes of its caller's time; if its return was not seen, what the calls in it do. */
static inline __u64 least_time(const struct correction *correction)
{
	return correction->span->complete ? correction->span->duration_ns : correction->to_come;
}

/*
 * A call takes at least as long as the calls in it: costs vary from call to call, more on some
 * machines. Of a reconstructed one this is all that is known until it is placed.
 */
static inline void correct_duration(struct correction *correction,
				    const struct latency_costs *costs)
{
	struct span *span = correction->span;

	correction->cost = &costs->parts[span__probe(span)][span->failed];
	correction->total = correction->within + own_cost(span, correction->cost);
	if (!span->complete)
		return;
	span->duration_ns = less(span->measured_ns, correction->within + correction->cost->between);
	if (span->duration_ns < correction->to_come || is_reconstructed(span))
		span->duration_ns = correction->to_come;
}

/* Calls stand behind their callers: backwards, each has all of its own before it is looked at. */
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
 * The walk comes to a span, which was measured to start at measured_start: to none of its calls
 * yet. Where its return was not seen, they have room up to its caller's limit.
 */
static inline void enter(struct correction *correction, __u64 measured_start, __u64 limit)
{
	const struct span *span = correction->span;

	correction->passed = measured_start + correction->cost->behind_entry;
	correction->end = span->start_ns;
	correction->latest =
		span->complete ? span->start_ns + span->duration_ns - correction->to_come : limit;
}

/* Spans come in the order of their clocks: all that has passed in the caller is known by then. */
static inline __u64 find_start(const struct correction *correction)
{
	const struct correction *caller = correction->caller;
	__u64 passed = caller->passed + correction->cost->before_entry;
	__u64 start = caller->span->start_ns + less(correction->span->start_ns, passed);

	if (start < caller->end)
		start = caller->end;
	return start > caller->latest ? caller->latest : start;
}

/* The walk has come to a call's end: in its caller, and if that is cut also in the one above. */
static inline void pass_end(struct correction *caller, __u64 end)
{
	caller->end = end;
	while (!caller->span->complete && caller->caller) {
		caller = caller->caller;
		caller->end = end;
	}
}

/* A reconstructed span lasts from the end of the call before it to the end of its caller. */
static inline void place(struct correction *correction)
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
	enter(correction, measured_start, limit);
}

void correct__tree(struct tree *tree, const struct latency_costs *costs)
{
	struct correction corrections[TREE_MAX_SPANS];
	int i;

	begin(tree, corrections);
	correct_durations(corrections, tree->nr_spans, costs);
	enter(&corrections[0], tree->spans[0].start_ns, NO_LIMIT);
	for (i = 1; i < tree->nr_spans; i++)
		place(&corrections[i]);
}
