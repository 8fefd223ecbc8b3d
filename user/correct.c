// SPDX-License-Identifier: GPL-2.0
#include "correct.h"

#include "stage.h"

/*
 * What a call's probe costs, in four parts: before the entry's clock and behind it, before the
 * exit's clock and behind it. What is between the clocks is taken to be half at the entry, half at
 * the exit.
 */
struct parts {
	__u64 before_entry, behind_entry, behind_exit;
	__u64 between; /* the clocks: in the call's own duration, as measured */
	__u64 total;
};

/* What is known of one span besides what the tree has. */
struct correction {
	struct parts cost;
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

/* Where the return was not seen, only the entry is known to have cost anything. */
static inline void take_apart(struct parts *parts, const struct probe_cost *cost, bool complete)
{
	parts->behind_entry = cost->inner_ns / 2;
	parts->behind_exit = less(cost->exit_ns, cost->inner_ns - parts->behind_entry);
	/* A measurement that was disturbed may say so: but it is part of what is outside. */
	if (parts->behind_exit > cost->outer_ns)
		parts->behind_exit = cost->outer_ns;
	parts->before_entry = cost->outer_ns - parts->behind_exit;
	parts->between = cost->inner_ns;
	parts->total = complete ? (__u64)cost->inner_ns + cost->outer_ns
				: parts->before_entry + parts->behind_entry;
}

/*
 * A reconstructed span has no probe. It begins between the clock of the call before it and what is
 * behind that, which is in its duration.
 */
static void take_apart_before(struct parts *parts, const struct span *span, const struct plan *plan)
{
	const struct probe_cost *cost = &plan->probes[stages[span->stage].reconstructed_after].cost;
	struct parts before;

	take_apart(&before, cost, true);
	*parts = (struct parts){ .behind_entry = before.behind_exit, .between = cost->exit_ns };
}

static inline void begin(struct correction *correction, const struct span *span,
			 const struct plan *plan)
{
	if (span->recorded == TREE_NO_SPAN)
		take_apart_before(&correction->cost, span, plan);
	else
		take_apart(&correction->cost, &plan->probes[span__probe(span)].cost,
			   span->complete);
	correction->begin = span->start_ns;
	correction->within = 0;
	correction->passed = 0;
	correction->end = 0;
	correction->to_come = 0;
}

/* At least as long as the calls in it: costs vary from call to call, more on some machines. */
static inline void correct_duration(struct span *span, const struct correction *correction)
{
	__u64 cost = correction->within + correction->cost.between;

	if (!span->complete)
		return;
	span->duration_ns = less(span->measured_ns, cost);
	if (span->duration_ns < correction->to_come)
		span->duration_ns = correction->to_come;
}

/* Children stand behind their parents: backwards, each has all of its own before it is looked at.
 */
static void correct_durations(struct tree *tree, struct correction *corrections)
{
	int i;

	for (i = tree->nr_spans - 1; i > 0; i--) {
		struct span *span = &tree->spans[i];
		struct correction *caller = &corrections[span->parent];

		correct_duration(span, &corrections[i]);
		caller->within += corrections[i].within + corrections[i].cost.total;
		caller->to_come += span->duration_ns;
	}
	correct_duration(&tree->spans[0], &corrections[0]);
}

/* Between the call before it and what is still to come in its caller. */
static inline void place(struct span *span, struct span *caller, struct correction *in_caller)
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
static inline void correct_start(struct tree *tree, int index, struct correction *corrections)
{
	struct span *span = &tree->spans[index], *parent = &tree->spans[span->parent];
	struct correction *correction = &corrections[index];
	struct correction *caller = &corrections[span->parent];
	__u64 passed = caller->passed + correction->cost.before_entry;

	correction->passed = correction->cost.behind_entry;
	if (span->recorded == TREE_NO_SPAN)
		passed = less(caller->passed, correction->passed);
	span->start_ns = parent->start_ns + less(less(correction->begin, caller->begin), passed);
	caller->passed += correction->within + correction->cost.total;
	place(span, parent, caller);
	correction->end = span->start_ns;
}

void correct__tree(struct tree *tree, const struct plan *plan)
{
	struct correction corrections[TREE_MAX_SPANS];
	int i;

	begin(&corrections[0], &tree->spans[0], plan);
	for (i = 1; i < tree->nr_spans; i++)
		begin(&corrections[i], &tree->spans[i], plan);
	correct_durations(tree, corrections);
	corrections[0].passed = corrections[0].cost.behind_entry;
	for (i = 1; i < tree->nr_spans; i++)
		correct_start(tree, i, corrections);
}

void correct__outermost(struct tree *tree, const struct plan *plan)
{
	const struct wire_record *record = tree->record;
	struct correction correction;
	struct parts cost;
	int i;

	begin(&correction, &tree->spans[0], plan);
	for (i = 1; i < record->nr_spans; i++) {
		const struct wire_span *wire = &record->spans[i];
		int probe =
			wire->stage == STAGE_FAMILY_CREATE ? NR_STAGES + wire->family : wire->stage;

		take_apart(&cost, &plan->probes[probe].cost, !(wire->flags & WIRE_SPAN_CUT));
		correction.within += cost.total;
	}
	correct_duration(&tree->spans[0], &correction);
}
