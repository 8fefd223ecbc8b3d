/* SPDX-License-Identifier: GPL-2.0 */
/* The tree of one creation: what the outputs show. Made by assemble.c, complete in itself. */
#ifndef CREATION_TREE_H
#define CREATION_TREE_H

#include <stdbool.h>
#include <sys/socket.h>

#include "creation/origin.h"
#include "plan/plan.h"
#include "shared/wire.h"

#define TREE_MAX_SPANS (WIRE_MAX_SPANS + NR_STAGES) /* recorded and reconstructed ones */
#define TREE_NO_SPAN   (-1)

struct span {
	enum stage stage;
	int family;	  /* STAGE_FAMILY_CREATE: whose create function it is; else 0 */
	const char *name; /* the kernel function */
	enum attach_way attach;
	/* Times are without what the probes cost, where latency_costs.known says so. */
	__u64 start_ns;	   /* since the creation's outermost entry */
	__u64 duration_ns; /* 0 if it is not complete */
	__u64 measured_ns; /* the same with the probes' cost in it */
	__u64 waited_ns;   /* of that, waited for a connection; 0 where it is not of accept() */
	__u64 self_ns;	   /* duration less that of the children and own waiting, at least 0 */
	__s32 ret;	   /* by stages[stage].returns: an integer, or enum pointer_result */
	bool complete;	   /* its return was seen: duration_ns and ret are valid */
	bool failed;	   /* complete and returned -errno, NULL or ERR_PTR() */
	int recorded;	   /* index in the record's spans, TREE_NO_SPAN if it is reconstructed */
	int parent;	   /* indexes into tree.spans, or TREE_NO_SPAN */
	int first_child;
	int next_sibling;
};

/*
 * The number of the probe that a recorded span is of. A family's is that whose create function it
 * is. Packet sockets were of AF_INET once: __sock_create() still knows.
 */
static inline int wire_span__probe(const struct wire_span *wire, const struct wire_record *record)
{
	if (wire->stage != STAGE_FAMILY_CREATE)
		return wire->stage;
	if (wire->family == AF_INET && (record->type & SOCKET_TYPE_MASK) == SOCK_PACKET)
		return NR_STAGES + AF_PACKET;
	return NR_STAGES + wire->family;
}

/* The number of the probe that the span is of: see plan/plan.h. */
static inline int span__probe(const struct span *span)
{
	return span->stage == STAGE_FAMILY_CREATE ? NR_STAGES + span->family : (int)span->stage;
}

struct state_changes;

struct tree {
	/*
	 * Who, what and when. Belongs to the source and is valid until its next record is read.
	 * spans is the wire form of the spans below; outputs use those below.
	 */
	const struct wire_record *record;
	const struct origin *origin; /* who asked, or NULL where that was not looked up */
	__u64 sequence; /* over all processors, from 0; a gap is where records were lost */
	/*
	 * The create function of the family, where it was called (where the creation failed: may
	 * have been) but is not among the spans: it is not observed, or was not yet. Else NULL.
	 */
	const struct stage_plan *unobserved;
	/*
	 * STAGE_BIT()s of the stages that were observed when the creation began: only of these it
	 * says something that there is no span. STAGE_FAMILY_CREATE stands for the creation's
	 * family, and is among them also where the kernel has no such function to call. None are
	 * where spans were missed, nor where the creation did not fail: then nobody asks.
	 */
	__u64 observed;
	/* With --state what was set at the exits of the spans, valid like the record; else NULL. */
	const struct state_changes *state;
	__u64 nr_open; /* fs.nr_open, where that left no descriptor; 0 if not known, and else */
	int nr_spans;  /* at least 1 */
	struct span spans[TREE_MAX_SPANS]; /* in call order: each before its children; [0] is the
					      root */
};

/* How many callers a span has: 0 of the outermost. */
static inline int tree__depth(const struct tree *tree, int index)
{
	int depth = 0;

	for (; tree->spans[index].parent != TREE_NO_SPAN; index = tree->spans[index].parent)
		depth++;
	return depth;
}

#endif /* CREATION_TREE_H */
