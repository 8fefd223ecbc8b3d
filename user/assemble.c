// SPDX-License-Identifier: GPL-2.0
#include "assemble.h"

#include <string.h>
#include <sys/socket.h>

#include "call.h"
#include "correct.h"
#include "names.h"

static bool has_failed(enum stage stage, __s32 ret)
{
	enum stage_returns returns = stages[stage].returns;

	if (returns == RETURNS_POINTER)
		return ret != POINTER_VALID;
	return ret < 0 && returns != RETURNS_VOID;
}

/* Whose create function it is. Packet sockets were of AF_INET once: __sock_create() still knows. */
static int family_of(const struct wire_span *wire, const struct wire_record *record)
{
	bool is_packet = wire->family == AF_INET && (record->type & TYPE_MASK) == SOCK_PACKET;

	return is_packet ? AF_PACKET : wire->family;
}

/*
 * The time of a call in ns, 0 if its return was not seen. The clock may step back by a little when
 * the kernel adjusts it.
 */
static __u64 measured_duration(const struct wire_span *wire, bool complete)
{
	return complete && wire->end > wire->start ? wire->end - wire->start : 0;
}

static inline void copy_span(struct span *span, const struct wire_span *wire,
			     const struct wire_record *record, const struct plan *plan)
{
	int family = wire->stage == STAGE_FAMILY_CREATE ? family_of(wire, record) : 0;
	const struct stage_plan *planned =
		&plan->probes[wire->stage == STAGE_FAMILY_CREATE ? NR_STAGES + family
								 : wire->stage];
	bool complete = !(wire->flags & WIRE_SPAN_CUT);

	span->stage = wire->stage;
	span->family = family;
	span->name = planned->function[0] ? planned->function : stages[wire->stage].name;
	span->attach = planned->way;
	span->start_ns = wire->start - record->spans[0].start;
	span->duration_ns = span->measured_ns = measured_duration(wire, complete);
	span->waited_ns = 0;
	span->ret = complete ? wire->ret : 0;
	span->complete = complete;
	span->failed = complete && has_failed(wire->stage, wire->ret);
	span->parent = wire->parent == WIRE_NO_PARENT ? TREE_NO_SPAN : wire->parent;
}

static __u64 end_of(const struct span *span)
{
	return span->start_ns + span->duration_ns;
}

/* The index behind the last of the calls that the one at index made, itself and through others. */
static int end_of_calls(const struct tree *tree, int index)
{
	int end = index + 1;

	while (end < tree->nr_spans && tree->spans[end].parent >= index)
		end++;
	return end;
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
		span.duration_ns = span.measured_ns = end_of(caller) - span.start_ns;
		span.ret = caller->ret;
		span.failed = has_failed(stage, span.ret);
	}
	return span;
}

/* Puts in the span that follows the call at index before, and gives it its calls. */
static void reconstruct_after(struct tree *tree, enum stage stage, const char *name, int before)
{
	struct span span = reconstructed_span(tree, stage, name, before);
	int index = end_of_calls(tree, before);
	int i;

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

/* Links each span with its calls, and takes what they took from its own time. */
static inline void link_spans(struct tree *tree)
{
	int i;

	for (i = 0; i < tree->nr_spans; i++) {
		struct span *span = &tree->spans[i];

		span->first_child = TREE_NO_SPAN;
		span->next_sibling = TREE_NO_SPAN;
		span->self_ns = span->duration_ns;
		span->depth = i ? tree->spans[span->parent].depth + 1 : 0;
	}
	/* Backwards, each span becomes the first of its parent's children found so far. */
	for (i = tree->nr_spans - 1; i > 0; i--) {
		struct span *span = &tree->spans[i];
		struct span *parent = &tree->spans[span->parent];
		__u64 duration = span->duration_ns;

		span->next_sibling = parent->first_child;
		parent->first_child = i;
		parent->self_ns -= duration < parent->self_ns ? duration : parent->self_ns;
	}
}

/* The call that was the innermost one when accept() waited, or TREE_NO_SPAN. */
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
 * Of the calls that were open. More than one can have been the innermost only if accept() waited
 * in different places: then the last one has it all.
 */
static void compute_waits(struct tree *tree)
{
	int span = find_waiting(tree->record);

	for (; span != TREE_NO_SPAN; span = tree->spans[span].parent)
		set_wait(&tree->spans[span], tree->record);
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

/* What accept() waited for a connection is nobody's own time. */
static void take_off_waits(struct tree *tree)
{
	int i;

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

/* Puts in what no probe saw. */
static void reconstruct(struct tree *tree, const struct plan *plan)
{
	__u64 rest = stages_reconstructible;

	for (; rest; rest &= rest - 1) {
		int stage = __builtin_ctzll(rest);

		if (plan->probes[stage].way == ATTACH_RECONSTRUCTED)
			reconstruct_stage(tree, stage, plan->probes[stage].function);
	}
}

void assemble__tree(struct tree *tree, const struct wire_record *record, const struct plan *plan)
{
	int i;

	tree->record = record;
	tree->state = NULL;
	tree->nr_spans = record->nr_spans;
	for (i = 0; i < record->nr_spans; i++) {
		copy_span(&tree->spans[i], &record->spans[i], record, plan);
		tree->spans[i].recorded = i;
	}
	reconstruct(tree, plan);
	if (plan->corrected)
		correct__tree(tree, plan);
	if (record->waited)
		compute_waits(tree);
	tree->observed = record->ret < 0 ? find_observed(plan, record) : 0;
	tree->unobserved = find_unobserved(tree, plan);
	link_spans(tree);
	if (record->waited)
		take_off_waits(tree);
}

void assemble__outermost(struct tree *tree, const struct wire_record *record,
			 const struct plan *plan)
{
	struct span *root = &tree->spans[0];

	tree->record = record;
	tree->state = NULL;
	tree->unobserved = NULL;
	tree->observed = 0;
	tree->nr_spans = 1;
	copy_span(root, &record->spans[0], record, plan);
	root->recorded = 0;
	if (plan->corrected)
		correct__outermost(tree, plan);
	link_spans(tree);
	if (record->waited && find_waiting(record) != TREE_NO_SPAN)
		set_wait(root, record);
}
