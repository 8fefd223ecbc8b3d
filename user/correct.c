// SPDX-License-Identifier: GPL-2.0
#include "correct.h"

#include "stage.h"

/* What is known of one span besides what the tree has. */
struct correction {
	__u64 begin;   /* its start as measured */
	__u64 within;  /* cost of the probes of all calls below it */
	__u64 passed;  /* cost of probes in it up to where the walk has come */
	__u64 end;     /* of the call in it up to which the walk has come, or its start */
	__u64 to_come; /* durations of the calls in it from there on */
};

static __u64 less(__u64 from, __u64 what)
{
	return from > what ? from - what : 0;
}

/* Of its own probe; a reconstructed span has none. */
static struct probe_cost cost_of(const struct span *span, const struct plan *plan)
{
	if (span->recorded == TREE_NO_SPAN)
		return (struct probe_cost){ 0 };
	return plan->probes[span__probe(span)].cost;
}

/* Of the call whose return a reconstructed span begins with. */
static struct probe_cost cost_before(const struct span *span, const struct plan *plan)
{
	return plan->probes[stages[span->stage].reconstructed_after].cost;
}

/*
 * The four parts of a probe's cost: before the entry's clock and behind it, before the exit's clock
 * and behind it. What is between the clocks is taken to be half at the entry, half at the exit.
 */
static __u64 behind_entry_clock(const struct probe_cost *cost)
{
	return cost->inner_ns / 2;
}

static __u64 behind_exit_clock(const struct probe_cost *cost)
{
	return less(cost->exit_ns, cost->inner_ns - behind_entry_clock(cost));
}

static __u64 before_entry_clock(const struct probe_cost *cost)
{
	return less(cost->outer_ns, behind_exit_clock(cost));
}

static __u64 total_cost(const struct span *span, const struct plan *plan)
{
	const struct probe_cost cost = cost_of(span, plan);

	if (!span->complete)
		return before_entry_clock(&cost) + behind_entry_clock(&cost);
	return (__u64)cost.inner_ns + cost.outer_ns;
}

/* At least as long as the calls in it: costs vary from call to call, more on some machines. */
static void correct_duration(struct span *span, const struct correction *correction,
			     const struct plan *plan)
{
	__u64 cost = correction->within;

	if (!span->complete)
		return;
	if (span->recorded == TREE_NO_SPAN)
		cost += cost_before(span, plan).exit_ns;
	else
		cost += cost_of(span, plan).inner_ns;
	span->duration_ns = less(span->measured_ns, cost);
	if (span->duration_ns < correction->to_come)
		span->duration_ns = correction->to_come;
}

/* Children stand behind their parents: backwards, each has all of its own before it is looked at.
 */
static void correct_durations(struct tree *tree, struct correction *corrections,
			      const struct plan *plan)
{
	int i;

	for (i = 0; i < tree->nr_spans; i++)
		corrections[i] = (struct correction){ .begin = tree->spans[i].start_ns };
	for (i = tree->nr_spans - 1; i >= 0; i--) {
		struct span *span = &tree->spans[i];
		struct correction *caller = i ? &corrections[span->parent] : NULL;

		correct_duration(span, &corrections[i], plan);
		if (!caller)
			break;
		caller->within += corrections[i].within + total_cost(span, plan);
		caller->to_come += span->duration_ns;
	}
}

/* Between the call before it and what is still to come in its caller. */
static void place(struct span *span, struct span *caller, struct correction *in_caller)
{
	__u64 end = caller->start_ns + caller->duration_ns;

	if (span->start_ns < in_caller->end)
		span->start_ns = in_caller->end;
	if (caller->complete && span->start_ns > less(end, in_caller->to_come))
		span->start_ns = less(end, in_caller->to_come);
	in_caller->end = span->start_ns + span->duration_ns;
	in_caller->to_come -= span->duration_ns;
}

/* Spans come in the order of their clocks: all that has passed in the caller is known by then. */
static void correct_start(struct tree *tree, int index, struct correction *corrections,
			  const struct plan *plan)
{
	struct span *span = &tree->spans[index];
	struct correction *correction = &corrections[index];
	struct correction *caller = &corrections[span->parent];
	const struct probe_cost cost = cost_of(span, plan);
	__u64 passed = caller->passed + before_entry_clock(&cost);

	correction->passed = behind_entry_clock(&cost);
	if (span->recorded == TREE_NO_SPAN) {
		const struct probe_cost before = cost_before(span, plan);

		correction->passed = behind_exit_clock(&before);
		passed = less(caller->passed, correction->passed);
	}
	span->start_ns = tree->spans[span->parent].start_ns +
			 less(less(correction->begin, caller->begin), passed);
	caller->passed += correction->within + total_cost(span, plan);
	place(span, &tree->spans[span->parent], caller);
	correction->end = span->start_ns;
}

void correct__tree(struct tree *tree, const struct plan *plan)
{
	struct correction corrections[TREE_MAX_SPANS];
	const struct probe_cost outermost = cost_of(&tree->spans[0], plan);
	int i;

	correct_durations(tree, corrections, plan);
	corrections[0].passed = behind_entry_clock(&outermost);
	for (i = 1; i < tree->nr_spans; i++)
		correct_start(tree, i, corrections, plan);
}

void correct__outermost(struct tree *tree, const struct plan *plan)
{
	const struct wire_record *record = tree->record;
	struct correction correction = { 0 };
	int i;

	for (i = 1; i < record->nr_spans; i++) {
		const struct wire_span *wire = &record->spans[i];
		const struct span span = {
			.stage = wire->stage,
			.family = wire->family,
			.complete = !(wire->flags & WIRE_SPAN_CUT),
		};

		correction.within += total_cost(&span, plan);
	}
	correct_duration(&tree->spans[0], &correction, plan);
}
