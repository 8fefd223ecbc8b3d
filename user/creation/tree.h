/* SPDX-License-Identifier: GPL-2.0 */
/* The tree of one creation, which the outputs show. assemble.c makes it. */
#ifndef CREATION_TREE_H
#define CREATION_TREE_H

#include <stdbool.h>
#include <sys/socket.h>

#include "creation/origin.h"
#include "creation/refusal.h"
#include "plan/plan.h"
#include "shared/wire.h"

#define TREE_MAX_SPANS (WIRE_MAX_SPANS + NR_STAGES) /* recorded and reconstructed ones */
#define TREE_NO_SPAN   (-1)

struct span {
	enum stage stage;
	int family; /* for STAGE_FAMILY_CREATE the family whose create function it is, else 0 */
	const char *name; /* name of the kernel function */
	enum attach_way attach;
	/* Times are in ns, without the cost of the probes if latency_costs.known is set. */
	__u64 start_ns;	   /* since the entry of the outermost span */
	__u64 duration_ns; /* 0 if the span is not complete */
	__u64 measured_ns; /* the duration as measured, with the cost of the probes */
	__u64 waited_ns;   /* how long accept() waited for a connection in it, else 0 */
	__u64 self_ns; /* the duration minus those of the children and the own wait, at least 0 */
	/*
	 * If what was taken off for the probes leaves nothing of self_ns, the most that it can be:
	 * what was measured. Else 0.
	 */
	__u64 at_most_ns;
	__s32 ret;     /* an integer or enum pointer_result, as stages[stage].returns says */
	bool complete; /* the return was seen: duration_ns and ret are valid */
	bool failed;   /* complete and returned -errno, NULL or ERR_PTR() */
	int recorded;  /* index in the record's spans, or TREE_NO_SPAN if reconstructed */
	int parent;    /* this and the next two: indexes into tree.spans, or TREE_NO_SPAN */
	int first_child;
	int next_sibling;
};

/*
 * Return the number of a recorded span's probe. A family's create function has a probe of its own.
 * Packet sockets were once made with AF_INET and SOCK_PACKET; __sock_create() still makes AF_PACKET
 * of that.
 */
static inline int wire_span__probe(const struct wire_span *wire, const struct wire_record *record)
{
	if (wire->stage != STAGE_FAMILY_CREATE)
		return wire->stage;
	if (wire->family == AF_INET && (record->type & SOCKET_TYPE_MASK) == SOCK_PACKET)
		return NR_STAGES + AF_PACKET;
	return NR_STAGES + wire->family;
}

/* Return the number of a span's probe: see plan/plan.h. */
static inline int span__probe(const struct span *span)
{
	return span->stage == STAGE_FAMILY_CREATE ? NR_STAGES + span->family : (int)span->stage;
}

/*
 * Return the most that a call can have taken without its wait, or 0 if it has a latency: only where
 * nothing is left of its own time and of that of its children.
 */
static inline __u64 span__at_most(const struct span *span)
{
	if (!span->at_most_ns || span->duration_ns > span->waited_ns)
		return 0;
	return span->measured_ns > span->waited_ns ? span->measured_ns - span->waited_ns : 1;
}

struct state_changes;

struct tree {
	/*
	 * Who made the socket, what was asked for, and when. The record belongs to its source and
	 * is valid until the next record is read. Outputs use the spans below, not those of the
	 * record.
	 */
	const struct wire_record *record;
	const struct origin *origin; /* who asked, or NULL if no output wants to know */
	__u64 sequence; /* number over all processors, from 0; a gap means that records were lost */
	/*
	 * The family's create function if it was called without being observed, or not yet; for a
	 * failed creation, if it may have been called. Else NULL.
	 */
	const struct stage_plan *unobserved;
	/*
	 * STAGE_BIT()s of the stages that were observed when the creation began. Only for these
	 * does a missing span mean that the function was not called. STAGE_FAMILY_CREATE stands for
	 * the create function of the creation's family; its bit is also set if the kernel has none
	 * to call. This is 0 if spans were missed; also if the creation did not fail, since only
	 * failures are explained by it.
	 */
	__u64 observed;
	/*
	 * With --state what changed at the exits of the spans, valid as long as the record; else
	 * NULL.
	 */
	const struct state_changes *state;
	const char *security_modules; /* the active ones, separated by commas; NULL if not known */
	/* IPv6 was switched off when the kernel began; known only if that can be the error's cause.
	 */
	bool ipv6_is_off;
	__u64 nr_open; /* fs.nr_open if that limit left no descriptor, else or if unknown 0 */
	int nr_spans;  /* at least 1 */
	/*
	 * In call order; [0] is the root. If seccomp refused the call (record->refusal), the root
	 * is the only one, is not complete, and was not called.
	 */
	struct span spans[TREE_MAX_SPANS];
};

/* Return whether the result of the call is known: record->ret is valid. */
static inline bool tree__has_result(const struct tree *tree)
{
	return tree->spans[0].complete || (tree->record->refusal && !refusal__signal(tree->record));
}

/* Return whether it is known that the call has failed: by its result, or by a signal of seccomp. */
static inline bool tree__has_failed(const struct tree *tree)
{
	return tree->record->ret < 0 && (tree->spans[0].complete || tree->record->refusal);
}

/* Return how many callers a span has: 0 for the outermost one. */
static inline int tree__depth(const struct tree *tree, int index)
{
	int depth = 0;

	for (; tree->spans[index].parent != TREE_NO_SPAN; index = tree->spans[index].parent)
		depth++;
	return depth;
}

#endif /* CREATION_TREE_H */
