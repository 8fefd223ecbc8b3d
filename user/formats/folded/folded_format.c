// SPDX-License-Identifier: GPL-2.0
/*
 * Folded stacks, which flamegraph.pl, inferno and speedscope draw flame graphs of: for each
 * distinct stack of a thread's name and functions the time that was spent in the innermost of them
 * itself, over all creations of the trace, in ns:
 *
 *   curl;__sys_socket;__sock_create;inet_create 29000
 *
 * All of it is written at the end. Until then memory is bounded: threads with names that come when
 * there is no room for more are called [threads-with-other-names], and a call that would make one
 * stack too many leaves its time to its caller. How often is said at the end.
 */
#include <stdlib.h>
#include <string.h>

#include "formats/folded/frame_names.h"
#include "formats/folded/stack_sums.h"
#include "formats/format.h"
#include "text/log.h"

/* Longer than a thread's name can be, so that none can be mistaken for it. */
#define OTHER		 "[threads-with-other-names]"
#define MAX_THREAD_NAMES 1024 /* what is left of the names is for functions */
#define NR_COMMS	 256  /* power of two */

_Static_assert(MAX_THREAD_NAMES + NR_PROBES + 1 < FRAME_NAMES_MAX, "all functions have room");

/* What a thread is called in the output. */
struct comm {
	char name[WIRE_COMM_LEN];
	__u32 number; /* of that name; 0: there is none here */
};

struct out {
	struct frame_names names;
	struct stack_sums sums;
	__u32 other;	       /* the number of OTHER, */
	__u32 stack_of_others; /* and of the stack that begins with it */
	int nr_thread_names;
	struct comm comms[NR_COMMS]; /* that came before, by a hash */
	__u32 functions[NR_PROBES];  /* numbers of their names; 0: not looked up yet, or anew */
	__u64 nr_of_others;	     /* creations of threads that have no name of their own */
	__u64 nr_left_out;	     /* calls whose time their caller has */
};

static struct out *create(const struct trace_header *header, const struct out_style *style)
{
	struct out *out = calloc(1, sizeof(*out));

	(void)header;
	(void)style;
	if (!out)
		return NULL;
	out->other = frame_names__find(&out->names, OTHER, strlen(OTHER), true);
	out->stack_of_others = stack_sums__find(&out->sums, STACK_SUMS_NO_CALLER, out->other);
	if (out->other)
		return out;
	free(out);
	return NULL;
}

static void destroy(struct out *out)
{
	frame_names__free(&out->names);
	free(out);
}

/* The number of a thread's name, or of OTHER. */
static __u32 look_up(struct out *out, const char *name)
{
	bool room = out->nr_thread_names < MAX_THREAD_NAMES;
	__u32 before = out->names.nr;
	__u32 number = frame_names__find(&out->names, name, strnlen(name, WIRE_COMM_LEN), room);

	out->nr_thread_names += out->names.nr != before;
	return number ? number : out->other;
}

/* The same by what is remembered. */
static __u32 find_thread_name(struct out *out, const char *name)
{
	struct comm *comm;
	__u64 halves[2];

	_Static_assert(sizeof(halves) == WIRE_COMM_LEN, "a name has two halves");
	memcpy(halves, name, sizeof(halves));
	comm = &out->comms[(halves[0] + halves[1]) * 0x9e3779b97f4a7c15ULL >> 32 & (NR_COMMS - 1)];
	if (!comm->number || memcmp(comm->name, name, WIRE_COMM_LEN) != 0) {
		comm->number = look_up(out, name);
		memcpy(comm->name, name, WIRE_COMM_LEN);
	}
	return comm->number;
}

/* The number of the stack that is but the thread's name. */
static __u32 find_thread(struct out *out, const struct wire_record *record)
{
	__u32 name = find_thread_name(out, record->comm);
	__u32 stack = 0;

	if (name != out->other)
		stack = stack_sums__find(&out->sums, STACK_SUMS_NO_CALLER, name);
	if (stack)
		return stack;
	out->nr_of_others++;
	return out->stack_of_others;
}

/* The number of the frame of a call that seccomp refused. It takes no time that is known. */
static __u32 find_refusal(struct out *out)
{
	if (!out->sums.timeless)
		out->sums.timeless =
			frame_names__find(&out->names, REFUSAL_FRAME, strlen(REFUSAL_FRAME), true);
	return out->sums.timeless ? out->sums.timeless : out->other;
}

static __u32 find_function(struct out *out, const struct span *span)
{
	__u32 *number = &out->functions[span__probe(span)];

	if (!*number)
		*number = frame_names__find(&out->names, span->name, strlen(span->name), true);
	if (!*number)
		*number = out->other;
	return *number;
}

static void creation(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	__u32 stacks[TREE_MAX_SPANS];
	__u32 thread = find_thread(out, tree->record);
	int i;

	(void)buffer;
	for (i = 0; i < tree->nr_spans; i++) {
		const struct span *span = &tree->spans[i];
		__u32 caller = i ? stacks[span->parent] : thread;

		stacks[i] = stack_sums__find(&out->sums, caller,
					     tree->record->refusal ? find_refusal(out)
								   : find_function(out, span));
		if (!stacks[i]) {
			stacks[i] = caller;
			out->nr_left_out++;
		}
		out->sums.sums[stacks[i]].ns += span->self_ns;
	}
}

/* Names of functions may differ from here on. */
static void observed(struct out *out, int probe, struct buffer *buffer)
{
	(void)probe;
	(void)buffer;
	memset(out->functions, 0, sizeof(out->functions));
}

static void end(struct out *out, const struct trace_account *account, struct buffer *buffer)
{
	(void)account;
	stack_sums__write(&out->sums, (const char *const *)out->names.texts, buffer);
	if (out->nr_of_others)
		log_warning("folded: sockets of threads whose names came after the first %d are "
			    "under " OTHER ": %llu",
			    MAX_THREAD_NAMES, out->nr_of_others);
	if (out->nr_left_out)
		log_warning("folded: calls that would have made more than %d different stacks, and "
			    "whose time their callers have: %llu",
			    STACK_SUMS_MAX - 1, out->nr_left_out);
}

const struct out_format out_folded = {
	.name = "folded",
	.help = "stacks with self latencies, for flame graphs, at the end",
	.ending = "folded",
	.needs = { .tree = true },
	.writes_at_end = true,
	.create = create,
	.destroy = destroy,
	.creation = creation,
	.observed = observed,
	.end = end,
};
