// SPDX-License-Identifier: GPL-2.0
#include "correct.h"

#include "stage.h"

/* What is known of one span besides what the tree has. */
struct correction {
	__u64 begin;  /* its start as measured */
	__u64 passed; /* cost of probes in it up to where the walk has come */
	__u64 within; /* cost of the probes of all calls below it */
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

/* Up to where its function begins, from where its caller's has begun or went on. */
static __u64 entry_cost(const struct probe_cost *cost)
{
	return less((__u64)cost->inner_ns + cost->outer_ns, cost->exit_ns);
}

/* Of the exit of the call that a reconstructed span follows, up to the caller's own. */
static __u64 exit_before(const struct span *span, const struct plan *plan)
{
	int stage = stages[span->stage].reconstructed_after;

	return plan->probes[stage].cost.exit_ns;
}

static __u64 total_cost(const struct span *span, const struct plan *plan)
{
	const struct probe_cost cost = cost_of(span, plan);

	return span->complete ? (__u64)cost.inner_ns + cost.outer_ns : entry_cost(&cost);
}

/* Children stand behind their parents: backwards, each has all of its own before it is added. */
static void sum_up(struct correction *corrections, const struct tree *tree, const struct plan *plan)
{
	int i;

	for (i = 0; i < tree->nr_spans; i++)
		corrections[i] = (struct correction){ .begin = tree->spans[i].start_ns };
	for (i = tree->nr_spans - 1; i > 0; i--) {
		const struct span *span = &tree->spans[i];

		corrections[span->parent].within += corrections[i].within + total_cost(span, plan);
	}
}

static void correct_duration(struct span *span, const struct correction *correction,
			     const struct plan *plan)
{
	__u64 cost = correction->within;

	if (!span->complete)
		return;
	if (span->recorded == TREE_NO_SPAN)
		cost += exit_before(span, plan);
	else
		cost += plan->probes[span__probe(span)].cost.inner_ns;
	span->duration_ns = less(span->measured_ns, cost);
}

/* A reconstructed span begins where the call before it ends. */
static void correct_start(struct tree *tree, int index, struct correction *corrections,
			  const struct plan *plan)
{
	struct span *span = &tree->spans[index];
	struct correction *correction = &corrections[index];
	struct correction *caller = &corrections[span->parent];
	const struct probe_cost cost = cost_of(span, plan);
	__u64 passed = caller->passed + entry_cost(&cost);

	if (span->recorded == TREE_NO_SPAN) {
		const struct probe_cost *before =
			&plan->probes[stages[span->stage].reconstructed_after].cost;

		correction->passed = less(before->exit_ns, before->inner_ns / 2);
		passed = less(caller->passed, correction->passed);
	}
	span->start_ns = tree->spans[span->parent].start_ns +
			 less(correction->begin - caller->begin, passed);
	caller->passed += correction->within + total_cost(span, plan);
}

void correct__tree(struct tree *tree, const struct plan *plan)
{
	struct correction corrections[TREE_MAX_SPANS];
	int i;

	sum_up(corrections, tree, plan);
	for (i = 0; i < tree->nr_spans; i++) {
		correct_duration(&tree->spans[i], &corrections[i], plan);
		if (i)
			correct_start(tree, i, corrections, plan);
	}
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
