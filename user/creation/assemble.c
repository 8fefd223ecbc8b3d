// SPDX-License-Identifier: GPL-2.0
#include "creation/assemble.h"

#include <string.h>
#include <sys/socket.h>

#include "creation/correct.h"
#include "creation/syscall_text.h"

/*
 * Return how long a call took in ns, or 0 if its return was not seen. The clock can step back a
 * little when the kernel adjusts it.
 */
static __u64 measured_duration(const struct wire_span *wire, bool complete)
{
	return complete && wire->end > wire->start ? wire->end - wire->start : 0;
}

/* link_spans() expects spans without children. */
static inline void reset_links(struct span *span)
{
	span->self_ns = 0;
	span->at_most_ns = 0;
	span->first_child = TREE_NO_SPAN;
	span->next_sibling = TREE_NO_SPAN;
}

static inline void copy_span(struct span *span, const struct wire_span *wire,
			     const struct wire_record *record, const struct plan *plan)
{
	int probe = wire_span__probe(wire, record);
	const struct stage_plan *planned = &plan->probes[probe];
	bool complete = !(wire->flags & WIRE_SPAN_CUT);

	span->stage = wire->stage;
	span->family = probe >= NR_STAGES ? probe - NR_STAGES : 0;
	span->name = planned->function[0] ? planned->function : stages[wire->stage].name;
	span->attach = planned->way;
	span->start_ns = wire->start - record->spans[0].start;
	span->duration_ns = span->measured_ns = measured_duration(wire, complete);
	span->waited_ns = 0;
	reset_links(span);
	span->ret = complete ? wire->ret : 0;
	span->complete = complete;
	span->failed = complete && stage__has_failed(wire->stage, wire->ret);
	span->parent = wire->parent == WIRE_NO_PARENT ? TREE_NO_SPAN : wire->parent;
}

static __u64 end_of(const struct span *span)
{
	return span->start_ns + span->duration_ns;
}

/*
 * Return the index after the last descendant of the call at index. Spans are in call order, so the
 * descendants of a call directly follow it.
 */
static int end_of_subtree(const struct tree *tree, int index)
{
	int end = index + 1;

	while (end < tree->nr_spans && tree->spans[end].parent >= index)
		end++;
	return end;
}

/* Make room for a span at index: the spans from there on move up by one. */
static void make_room(struct tree *tree, int index)
{
	int i;

	memmove(&tree->spans[index + 1], &tree->spans[index],
		(size_t)(tree->nr_spans - index) * sizeof(tree->spans[0]));
	tree->nr_spans++;
	for (i = index + 1; i < tree->nr_spans; i++) {
		if (tree->spans[i].parent >= index)
			tree->spans[i].parent++;
	}
}

/*
 * Make a span of the last part of its caller. It begins where the call before it has returned, and
 * ends together with its caller, with the same result.
 */
static void fill_reconstructed(struct span *span, const struct span *last,
			       const struct span *caller)
{
	__u64 end = end_of(caller);

	span->family = 0;
	span->attach = ATTACH_RECONSTRUCTED;
	span->start_ns = end_of(last);
	span->complete = caller->complete && end >= span->start_ns;
	span->duration_ns = span->measured_ns = span->complete ? end - span->start_ns : 0;
	span->waited_ns = 0;
	reset_links(span);
	span->ret = span->complete ? caller->ret : 0;
	span->failed = span->complete && stage__has_failed(span->stage, span->ret);
	span->recorded = TREE_NO_SPAN;
	span->parent = last->parent;
}

/*
 * Insert the reconstructed span after the call at index before. All later calls of the same caller
 * become its children. These include calls of functions that belong to the reconstructed one but
 * are not observed themselves.
 */
static void reconstruct_after(struct tree *tree, enum stage stage, const char *name, int before)
{
	int index = end_of_subtree(tree, before);
	struct span *span = &tree->spans[index];
	int i;

	make_room(tree, index);
	span->stage = stage;
	span->name = name;
	fill_reconstructed(span, &tree->spans[before], &tree->spans[tree->spans[before].parent]);
	for (i = index + 1; i < tree->nr_spans; i++) {
		if (tree->spans[i].parent == span->parent)
			tree->spans[i].parent = index;
	}
}

static void reconstruct_stage(struct tree *tree, enum stage stage, const char *name)
{
	int i;

	for (i = 1; i < tree->nr_spans && tree->nr_spans < TREE_MAX_SPANS; i++) {
		const struct span *span = &tree->spans[i];

		if ((int)span->stage != stages[stage].reconstructed_after || !span->complete ||
		    span->failed)
			continue;
		if (!(stages[stage].parents & STAGE_BIT(tree->spans[span->parent].stage)))
			continue;
		reconstruct_after(tree, stage, name, i);
		return;
	}
}

/*
 * Turn the sum of the children's durations, which self_ns holds while spans are linked, into the
 * span's own time. Return whether nothing is left of it.
 */
static inline bool compute_self_time(struct span *span)
{
	bool none = span->duration_ns <= span->self_ns;

	span->self_ns = none ? 0 : span->duration_ns - span->self_ns;
	return none;
}

/* Link each span with its children, and compute its own time. Return whether some have none. */
static inline bool link_spans(struct tree *tree)
{
	bool none = false;
	int i;

	/*
	 * The loop runs backwards: each span becomes the first of its parent's children found so
	 * far. All of a span's own children have been linked when the loop comes to it.
	 */
	for (i = tree->nr_spans - 1; i > 0; i--) {
		struct span *span = &tree->spans[i];
		struct span *parent = &tree->spans[span->parent];

		span->next_sibling = parent->first_child;
		parent->first_child = i;
		parent->self_ns += span->duration_ns;
		none |= compute_self_time(span);
	}
	return compute_self_time(&tree->spans[0]) || none;
}

/* Return the call that was the innermost one while accept() waited, or TREE_NO_SPAN. */
static int find_waiting(const struct wire_record *record)
{
	int i, waiting = TREE_NO_SPAN;

	for (i = 0; i < record->nr_spans; i++) {
		if (record->spans[i].flags & WIRE_SPAN_WAITED)
			waiting = i;
	}
	return waiting;
}

static void set_wait(struct span *span, const struct wire_record *record)
{
	span->waited_ns = record->waited < span->duration_ns ? record->waited : span->duration_ns;
}

/*
 * Set the wait of the innermost call and of all its callers. If accept() waited in several places,
 * the whole wait is given to the last one.
 */
static void compute_waits(struct tree *tree)
{
	int span = find_waiting(tree->record);

	for (; span != TREE_NO_SPAN; span = tree->spans[span].parent)
		set_wait(&tree->spans[span], tree->record);
}

/* Return how long a call waited outside of its children. */
static __u64 own_wait(const struct tree *tree, const struct span *span)
{
	int child;

	for (child = span->first_child; child != TREE_NO_SPAN;
	     child = tree->spans[child].next_sibling) {
		if (tree->spans[child].waited_ns)
			return 0;
	}
	return span->waited_ns;
}

/* Waiting for a connection is no work, so no call has it in its own time. */
static void subtract_waits(struct tree *tree)
{
	int i;

	for (i = 0; i < tree->nr_spans; i++) {
		struct span *span = &tree->spans[i];
		__u64 waited = own_wait(tree, span);

		span->self_ns -= waited < span->self_ns ? waited : span->self_ns;
	}
}

/* Return what was measured of a call outside of its children and of its wait, at least 1 ns. */
static __u64 measured_self(const struct tree *tree, const struct span *span)
{
	__u64 others = own_wait(tree, span);
	int child;

	for (child = span->first_child; child != TREE_NO_SPAN;
	     child = tree->spans[child].next_sibling)
		others += tree->spans[child].measured_ns;
	return span->measured_ns > others ? span->measured_ns - others : 1;
}

/*
 * No call takes no time. Where the costs of the probes leave none, they were not what they were
 * measured to be, and only what was measured in all is certain.
 */
static void limit_self_times(struct tree *tree)
{
	int i;

	for (i = 0; i < tree->nr_spans; i++) {
		struct span *span = &tree->spans[i];

		if (span->complete && !span->self_ns)
			span->at_most_ns = measured_self(tree, span);
	}
}

static bool has_stage(const struct tree *tree, enum stage stage)
{
	int i;

	for (i = 0; i < tree->nr_spans; i++) {
		if (tree->spans[i].stage == stage)
			return true;
	}
	return false;
}

/* Return the plan for the family's create function, or NULL if the family is out of range. */
static const struct stage_plan *family_plan(const struct plan *plan,
					    const struct wire_record *record)
{
	int family = call__tried_family(record);

	if (family < 0 || family >= NR_FAMILIES)
		return NULL;
	return &plan->probes[NR_STAGES + family];
}

static bool was_observed(const struct stage_plan *planned, const struct wire_record *record)
{
	return planned->way != ATTACH_NONE && planned->way != ATTACH_RECONSTRUCTED &&
	       record->spans[0].start >= planned->since_ns;
}

/* An unregistered family has no create function whose call could be missed. */
static bool is_family_observed(const struct plan *plan, const struct wire_record *record)
{
	const struct stage_plan *planned = family_plan(plan, record);

	return !planned || !planned->function || !planned->function[0] || planned->absent ||
	       was_observed(planned, record);
}

static __u64 find_observed(const struct plan *plan, const struct wire_record *record)
{
	__u64 observed = 0;
	int stage;

	/* Some spans are missing, and they can be of any stage. */
	if (record->flags & (WIRE_ENTRY_MISSED | WIRE_SPANS_TRUNCATED))
		return 0;
	for (stage = 0; stage < NR_STAGES; stage++) {
		const struct stage_plan *planned = &plan->probes[stage];
		bool is_observed = stage == STAGE_FAMILY_CREATE
					   ? planned->picked && is_family_observed(plan, record)
					   : was_observed(planned, record);

		observed |= is_observed ? STAGE_BIT(stage) : 0;
	}
	return observed;
}

/* Return whether a failed creation came as far as calling its family's create function. */
static bool may_have_called_family(const struct tree *tree, const struct stage_plan *planned)
{
	int i;

	if (tree->record->ret >= 0 || !planned->function || !planned->function[0] ||
	    planned->absent)
		return false;
	for (i = 0; i < tree->nr_spans; i++) {
		if (tree->spans[i].stage == STAGE_SOCK_ALLOC)
			return tree->spans[i].complete && !tree->spans[i].failed;
	}
	return false;
}

/*
 * Return the plan of the family's create function if that was, or may have been, called without
 * being observed. Every socket that was made has been through its family's create function.
 */
static const struct stage_plan *find_unobserved(const struct tree *tree, const struct plan *plan)
{
	const struct wire_record *record = tree->record;
	const struct stage_plan *planned = family_plan(plan, record);

	if (!planned || was_observed(planned, record) || !planned->picked ||
	    call__is_accept(record) || has_stage(tree, STAGE_FAMILY_CREATE))
		return NULL;
	return record->nr_sockets || may_have_called_family(tree, planned) ? planned : NULL;
}

/* Insert the spans of stages that are reconstructed. */
static void reconstruct(struct tree *tree, const struct plan *plan)
{
	__u64 rest = stages_reconstructible;

	for (; rest; rest &= rest - 1) {
		int stage = __builtin_ctzll(rest);

		if (plan->probes[stage].way == ATTACH_RECONSTRUCTED)
			reconstruct_stage(tree, stage, plan->probes[stage].function);
	}
}

/* The function was not called, so it took no time and returned nothing. */
static void undo_call(struct span *root)
{
	root->complete = root->failed = false;
	root->duration_ns = root->measured_ns = 0;
	root->ret = 0;
}

void assemble__tree(struct tree *tree, const struct wire_record *record, const struct plan *plan,
		    const struct latency_costs *costs)
{
	bool none_left;
	int i;

	tree->record = record;
	tree->state = NULL;
	tree->nr_spans = record->nr_spans;
	for (i = 0; i < record->nr_spans; i++) {
		copy_span(&tree->spans[i], &record->spans[i], record, plan);
		tree->spans[i].recorded = i;
	}
	if (record->refusal)
		undo_call(&tree->spans[0]);
	reconstruct(tree, plan);
	if (costs && costs->known)
		correct__tree(tree, costs);
	if (record->waited)
		compute_waits(tree);
	tree->observed = record->ret < 0 ? find_observed(plan, record) : 0;
	tree->unobserved = find_unobserved(tree, plan);
	none_left = link_spans(tree);
	if (record->waited)
		subtract_waits(tree);
	if ((none_left || record->waited) && costs && costs->known)
		limit_self_times(tree);
}
