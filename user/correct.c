// SPDX-License-Identifier: GPL-2.0
#include "correct.h"

#include <string.h>

#include "stage.h"

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
		.outside = outer,
	};
}

/* Of a reconstructed span, by the cost of the call before it, which has succeeded. */
static struct cost_parts take_apart_before(const struct probe_cost *cost)
{
	struct cost_parts before = take_apart(cost, false);

	return (struct cost_parts){ .behind_entry = before.outside - before.before_entry };
}

void correct__prepare(struct plan *plan)
{
	int i, failed;

	for (i = 0; i < NR_PROBES; i++) {
		const struct stage_plan *planned = &plan->probes[i];
		int after = stages[plan__stage(i)].reconstructed_after;

		for (failed = 0; failed < 2; failed++)
			plan->cost_parts[i][failed] =
				planned->way == ATTACH_RECONSTRUCTED
					? take_apart_before(&plan->probes[after].cost)
					: take_apart(&planned->cost, failed);
	}
}

/* What is known of one span besides what the tree has. */
struct correction {
	const struct cost_parts *cost;
	__u64 begin;   /* its start as measured */
	__u64 within;  /* cost of the probes of all calls below it */
	__u64 total;   /* the same with its own probe */
	__u64 to_come; /* the least that the calls in it take */
	__u64 passed;  /* cost of probes in it up to where the walk has come */
	__u64 end;     /* of the call in it up to which the walk has come, or its start */
	__u64 latest;  /* where the next call in it can begin at the latest, for all to have room */
};

#define NO_LIMIT (~(__u64)0 >> 1) /* to what durations can be added */

/* Where the return was not seen, only the entry is known to have cost anything. */
static inline __u64 own_cost(const struct span *span, const struct cost_parts *cost)
{
	return span->complete || span->recorded == TREE_NO_SPAN
		       ? (__u64)cost->between + cost->outside
		       : (__u64)cost->before_entry + cost->behind_entry;
}

/* What a call takes of its caller's time: where its return was not seen, what the calls in it do.
 */
static inline __u64 least_time(const struct span *span, const struct correction *correction)
{
	return span->complete ? span->duration_ns : correction->to_come;
}

/*
 * A call takes at least as long as the calls in it: costs vary from call to call, more on some
 * machines. Of a reconstructed one this is all that is known until it is placed.
 */
static inline void correct_duration(struct span *span, struct correction *correction,
				    const struct plan *plan)
{
	correction->cost = &plan->cost_parts[span__probe(span)][span->failed];
	correction->total = correction->within + own_cost(span, correction->cost);
	correction->begin = span->start_ns;
	if (!span->complete)
		return;
	span->duration_ns = less(span->measured_ns, correction->within + correction->cost->between);
	if (span->duration_ns < correction->to_come || span->recorded == TREE_NO_SPAN)
		span->duration_ns = correction->to_come;
}

/* Children stand behind their parents: backwards, each has all of its own before it is looked at.
 */
static void correct_durations(struct tree *tree, struct correction *corrections,
			      const struct plan *plan)
{
	int i;

	for (i = tree->nr_spans - 1; i > 0; i--) {
		struct span *span = &tree->spans[i];
		struct correction *correction = &corrections[i];
		struct correction *caller = &corrections[span->parent];

		correct_duration(span, correction, plan);
		caller->within += correction->total;
		caller->to_come += least_time(span, correction);
	}
	correct_duration(&tree->spans[0], &corrections[0], plan);
}

/*
 * The walk comes to the span, whose start is known: to none of its calls yet. Where its return was
 * not seen, they have room up to its caller's limit.
 */
static inline void enter(struct correction *correction, const struct span *span, __u64 limit)
{
	correction->passed = correction->cost->behind_entry;
	correction->end = span->start_ns;
	correction->latest =
		span->complete ? span->start_ns + span->duration_ns - correction->to_come : limit;
}

/* Spans come in the order of their clocks: all that has passed in the caller is known by then. */
static inline __u64 find_start(const struct correction *correction, const struct correction *caller,
			       __u64 caller_start)
{
	__u64 passed = caller->passed + correction->cost->before_entry;
	__u64 start = caller_start + less(less(correction->begin, caller->begin), passed);

	if (start < caller->end)
		start = caller->end;
	return start > caller->latest ? caller->latest : start;
}

/* The walk has come up to a call's end: within the call that called it, and all that are cut. */
static inline void pass_end(const struct tree *tree, struct correction *corrections, int caller,
			    __u64 end)
{
	corrections[caller].end = end;
	while (!tree->spans[caller].complete && caller) {
		caller = tree->spans[caller].parent;
		corrections[caller].end = end;
	}
}

/* A reconstructed span lasts from the end of the call before it to the end of its caller. */
static inline void place(struct tree *tree, struct correction *corrections, int index)
{
	struct span *span = &tree->spans[index];
	const struct correction *correction = &corrections[index];
	struct correction *caller = &corrections[span->parent];
	bool reconstructed = span->recorded == TREE_NO_SPAN;

	span->start_ns =
		reconstructed ? caller->end
			      : find_start(correction, caller, tree->spans[span->parent].start_ns);
	caller->passed += correction->total;
	caller->latest += least_time(span, correction);
	if (reconstructed && span->complete)
		span->duration_ns = caller->latest - span->start_ns;
	pass_end(tree, corrections, span->parent, span->start_ns + span->duration_ns);
}

void correct__tree(struct tree *tree, const struct plan *plan)
{
	struct correction corrections[TREE_MAX_SPANS];
	int i;

	memset(corrections, 0, (size_t)tree->nr_spans * sizeof(corrections[0]));
	correct_durations(tree, corrections, plan);
	enter(&corrections[0], &tree->spans[0], NO_LIMIT);
	for (i = 1; i < tree->nr_spans; i++) {
		__u64 limit = corrections[tree->spans[i].parent].latest;

		place(tree, corrections, i);
		enter(&corrections[i], &tree->spans[i], limit);
	}
}

#define MAX_NS (1ULL << 56) /* more can't be summed up */

static inline const struct cost_parts *parts_of(const struct wire_record *record,
						const struct wire_span *wire,
						const struct plan *plan)
{
	return &plan->cost_parts[wire_span__probe(wire, record)]
				[stage__has_failed(wire->stage, wire->ret)];
}

/* MAX_NS where the clock has stepped back. */
static inline __u64 measured(const struct wire_span *wire)
{
	return wire->end >= wire->start ? wire->end - wire->start : MAX_NS;
}

/* What a call takes of its caller's time. */
static inline __u64 taken(const struct wire_span *wire, const struct cost_parts *cost)
{
	return measured(wire) + cost->outside;
}

/*
 * Sums up, for each call in a record, what is left of its time: as measured, less the cost in
 * itself and less what the calls right below it took with the cost outside of them. Returns the
 * cost within the outermost one, or -1 where sums don't tell: a return was not seen, or a clock
 * stepped.
 */
static __s64 sum_up(const struct wire_record *record, const struct plan *plan, __u64 *left)
{
	const struct cost_parts *cost = parts_of(record, &record->spans[0], plan);
	__u64 times = measured(&record->spans[0]);
	__u8 flags = record->spans[0].flags;
	__s64 within = 0;
	int i;

	left[0] = times - cost->between;
	for (i = 1; i < record->nr_spans; i++) {
		const struct wire_span *wire = &record->spans[i];

		cost = parts_of(record, wire, plan);
		left[i] = measured(wire) - cost->between;
		left[wire->parent] -= taken(wire, cost);
		within += (__s64)cost->between + cost->outside;
		times |= measured(wire);
		flags |= wire->flags;
	}
	return flags & WIRE_SPAN_CUT || times >= MAX_NS ? -1 : within;
}

/* Below 0 is what has the highest bit. */
static bool is_any_below_0(const __u64 *left, int nr)
{
	__u64 bits = 0;
	int i;

	for (i = 0; i < nr; i++)
		bits |= left[i];
	return (__s64)bits < 0;
}

bool correct__outermost(struct tree *tree, const struct plan *plan)
{
	const struct wire_record *record = tree->record;
	struct span *root = &tree->spans[0];
	__u64 left[WIRE_MAX_SPANS];
	__s64 within = sum_up(record, plan, left);

	if (within < 0 || is_any_below_0(left, record->nr_spans))
		return false;
	root->duration_ns = root->measured_ns - (__u64)within -
			    parts_of(record, &record->spans[0], plan)->between;
	return true;
}
