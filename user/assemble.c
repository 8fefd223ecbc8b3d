// SPDX-License-Identifier: GPL-2.0
#include "assemble.h"

#include <string.h>

#include "call.h"

static bool has_failed(enum stage stage, __s32 ret)
{
	switch (stages[stage].returns) {
	case RETURNS_ERRNO:
	case RETURNS_FD:
	case RETURNS_PROTOCOL:
		return ret < 0;
	case RETURNS_POINTER:
		return ret != POINTER_VALID;
	case RETURNS_VOID:
		break;
	}
	return false;
}

static int probe_of(const struct wire_span *wire)
{
	return wire->stage == STAGE_FAMILY_CREATE ? NR_STAGES + wire->family : wire->stage;
}

static void copy_span(struct span *span, const struct wire_span *wire, __u64 begin_ns,
		      const struct plan *plan)
{
	const struct stage_plan *planned = &plan->probes[probe_of(wire)];

	memset(span, 0, sizeof(*span));
	span->stage = wire->stage;
	span->family = wire->family;
	span->name = planned->function[0] ? planned->function : stages[wire->stage].name;
	span->attach = planned->way;
	span->start_ns = wire->start - begin_ns;
	span->complete = !(wire->flags & WIRE_SPAN_CUT);
	span->parent = wire->parent == WIRE_NO_PARENT ? TREE_NO_SPAN : wire->parent;
	if (!span->complete)
		return;
	/* The clock may step back by a little when the kernel adjusts it. */
	span->duration_ns = wire->end > wire->start ? wire->end - wire->start : 0;
	span->ret = wire->ret;
	span->failed = has_failed(wire->stage, wire->ret);
}

static __u64 end_of(const struct span *span)
{
	return span->start_ns + span->duration_ns;
}

/* Whether the span is index itself or below it. */
static bool is_within(const struct tree *tree, int span, int index)
{
	while (span > index)
		span = tree->spans[span].parent;
	return span == index;
}

/* Makes room for a span at index; the spans from there on move up by one. */
static void insert_span(struct tree *tree, int index, const struct span *span)
{
	int i;

	memmove(&tree->spans[index + 1], &tree->spans[index],
		(tree->nr_spans - index) * sizeof(*span));
	tree->spans[index] = *span;
	tree->nr_spans++;
	for (i = index + 1; i < tree->nr_spans; i++) {
		if (tree->spans[i].parent >= index)
			tree->spans[i].parent++;
	}
}

/*
 * The caller's last part as a span of its own: it begins where the call before it has returned,
 * ends and results with the caller.
 */
static struct span reconstructed_span(const struct tree *tree, enum stage stage, const char *name,
				      int before)
{
	const struct span *last = &tree->spans[before];
	const struct span *caller = &tree->spans[last->parent];
	struct span span = {
		.stage = stage,
		.name = name,
		.attach = ATTACH_RECONSTRUCTED,
		.start_ns = end_of(last),
		.recorded = TREE_NO_SPAN,
		.parent = last->parent,
		.complete = caller->complete && end_of(caller) >= end_of(last),
	};

	if (span.complete) {
		span.duration_ns = end_of(caller) - span.start_ns;
		span.ret = caller->ret;
		span.failed = has_failed(stage, span.ret);
	}
	return span;
}

/* Puts in the span that follows the call at index before, and gives it its calls. */
static void reconstruct_after(struct tree *tree, enum stage stage, const char *name, int before)
{
	struct span span = reconstructed_span(tree, stage, name, before);
	int index = before + 1;
	int i;

	while (index < tree->nr_spans && is_within(tree, index, before))
		index++;
	insert_span(tree, index, &span);
	for (i = index + 1; i < tree->nr_spans; i++) {
		if (tree->spans[i].parent == span.parent &&
		    stages[tree->spans[i].stage].parents & STAGE_BIT(stage))
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

static void link_spans(struct tree *tree)
{
	int i;

	for (i = 0; i < tree->nr_spans; i++) {
		tree->spans[i].first_child = TREE_NO_SPAN;
		tree->spans[i].next_sibling = TREE_NO_SPAN;
		tree->spans[i].depth = i ? tree->spans[tree->spans[i].parent].depth + 1 : 0;
	}
	/* Backwards, each span becomes the first of its parent's children found so far. */
	for (i = tree->nr_spans - 1; i > 0; i--) {
		struct span *parent = &tree->spans[tree->spans[i].parent];

		tree->spans[i].next_sibling = parent->first_child;
		parent->first_child = i;
	}
}

/*
 * Of the calls that were open. More than one can have been the innermost only if accept() waited
 * in different places: then the last one has it all.
 */
static void compute_waits(struct tree *tree)
{
	const struct wire_record *record = tree->record;
	int span = TREE_NO_SPAN;
	int i;

	for (i = 0; i < record->nr_spans; i++) {
		if (record->spans[i].flags & WIRE_SPAN_WAITED)
			span = i;
	}
	for (; span != TREE_NO_SPAN; span = tree->spans[span].parent) {
		__u64 most = tree->spans[span].duration_ns;

		tree->spans[span].waited_ns = record->waited < most ? record->waited : most;
	}
}

/* What a call waited outside of the calls below it. */
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

static void compute_self_times(struct tree *tree)
{
	int i;

	for (i = 0; i < tree->nr_spans; i++)
		tree->spans[i].self_ns = tree->spans[i].duration_ns;
	for (i = 1; i < tree->nr_spans; i++) {
		struct span *parent = &tree->spans[tree->spans[i].parent];
		__u64 duration = tree->spans[i].duration_ns;

		parent->self_ns -= duration < parent->self_ns ? duration : parent->self_ns;
	}
	for (i = 0; i < tree->nr_spans; i++) {
		struct span *span = &tree->spans[i];
		__u64 waited = own_wait(tree, span);

		span->self_ns -= waited < span->self_ns ? waited : span->self_ns;
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

/* What is planned for the family's create function, NULL for a family that there can't be. */
static const struct stage_plan *family_plan(const struct plan *plan,
					    const struct wire_record *record)
{
	if (record->family < 0 || record->family >= NR_FAMILIES)
		return NULL;
	return &plan->probes[NR_STAGES + record->family];
}

static bool was_observed(const struct stage_plan *planned, const struct wire_record *record)
{
	return planned->way != ATTACH_NONE && planned->way != ATTACH_RECONSTRUCTED &&
	       record->spans[0].start >= planned->since_ns;
}

/* Of a family that is not registered nothing can have been missed. */
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

	/* Some of its spans are missing, no matter of which stage. */
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

/* Whether a creation that failed had come as far as to its family's create function. */
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

/* Where a socket was made, its family's create function was called. */
static const struct stage_plan *find_unobserved(const struct tree *tree, const struct plan *plan)
{
	const struct wire_record *record = tree->record;
	const struct stage_plan *planned = family_plan(plan, record);

	if (!planned || call__is_accept(record) || has_stage(tree, STAGE_FAMILY_CREATE) ||
	    !planned->picked || was_observed(planned, record))
		return NULL;
	return record->nr_sockets || may_have_called_family(tree, planned) ? planned : NULL;
}

void assemble__tree(struct tree *tree, const struct wire_record *record, const struct plan *plan)
{
	int i;

	tree->record = record;
	tree->state = NULL;
	tree->nr_spans = record->nr_spans;
	for (i = 0; i < record->nr_spans; i++) {
		copy_span(&tree->spans[i], &record->spans[i], record->spans[0].start, plan);
		tree->spans[i].recorded = i;
	}
	compute_waits(tree);
	for (i = 0; i < NR_STAGES; i++) {
		if (plan->probes[i].way == ATTACH_RECONSTRUCTED)
			reconstruct_stage(tree, i, plan->probes[i].function);
	}
	tree->observed = find_observed(plan, record);
	tree->unobserved = find_unobserved(tree, plan);
	link_spans(tree);
	compute_self_times(tree);
}
