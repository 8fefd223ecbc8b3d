/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an output format is. It appends to a buffer that the caller writes and empties in between,
 * and does no input or output. A format is a file or a folder of its own, and a row in formats.c.
 */
#ifndef FORMATS_FORMAT_H
#define FORMATS_FORMAT_H

#include <stdbool.h>

#include "creation/account.h"
#include "creation/in_flight.h"
#include "creation/trace_header.h"
#include "creation/tree.h"
#include "kernel/wall_clock.h"
#include "text/buffer.h"

/* How people want it to look; of the machine-readable formats, only jsonl heeds no_tree. */
struct out_style {
	bool color;
	bool unicode; /* the terminal or file takes UTF-8: tree lines, bars, µs */
	int width;    /* columns of the terminal, 0 if there is none */
	/* -1 if users want to be told as little as can be (-q), 1 if they want all (-v), else 0 */
	int verbosity;
	bool no_tree; /* leave out the tree, where the format can do without it */
};

/* What a format shows. What none of a trace's formats shows is neither looked up nor made. */
struct format_needs {
	bool tree;	    /* the spans; without, a tree has its record and its origin alone */
	bool processes;	    /* the process itself: its exe, its command line, its cgroup's path */
	bool process_names; /* the name of the process beside that of the thread */
	bool state;	    /* what each stage has set, where --state asks for it */
	bool stacks;	    /* the caller's stacks, where -K or -U ask for them */
	/* With --no-tree neither the tree nor the state in it is written. */
	bool optional_tree;
};

struct out; /* a format's own state */

struct out_format {
	const char *name;   /* as --format names it */
	const char *help;   /* what it is, for --help: a clause of at most 60 columns */
	const char *ending; /* what names of its files end with, without the dot */
	struct format_needs needs;
	/*
	 * creation() and tick() append nothing: all comes from end(), and what is kept until then
	 * is bounded however many creations there are.
	 */
	bool writes_at_end;
	/* A file of it can go on with a new header, as --append has it. */
	bool can_be_appended;
	/*
	 * For a format whose file must be valid at any time: what end() would append now, for
	 * sink.c to put behind what is written and to overwrite with what comes next. Or NULL.
	 */
	const char *closing;

	/* Returns NULL when out of memory. The header must outlive it. style may not. */
	struct out *(*create)(const struct trace_header *header, const struct out_style *style);
	void (*destroy)(struct out *out);
	void (*creation)(struct out *out, const struct tree *tree, struct buffer *buffer);

	/* Each of these may be NULL. */

	/* Once, before anything else. */
	void (*begin)(struct out *out, struct buffer *buffer);
	/*
	 * A creation is under way that has not ended for long, or that the trace ends before. If it
	 * ends within the trace, it comes to creation() as any other.
	 */
	void (*in_flight)(struct out *out, const struct in_flight *creation, struct buffer *buffer);
	/* A function has come with a module, and is observed from here on. */
	void (*observed)(struct out *out, int probe, struct buffer *buffer);
	/* The wall clock has been set: what comes from here on has times of it as it is now. */
	void (*clock_set)(struct out *out, const struct clock_change *change,
			  struct buffer *buffer);
	/*
	 * For a format that reports in intervals, which it measures itself: comes every 50 ms or
	 * later, behind all creations that were read by then. now_ns is of the boot clock.
	 */
	void (*tick)(struct out *out, __u64 now_ns, struct buffer *buffer);
	/* Once, behind everything else. */
	void (*end)(struct out *out, const struct trace_account *account, struct buffer *buffer);
};

extern const struct out_format out_tree;
extern const struct out_format out_line;
extern const struct out_format out_jsonl;
extern const struct out_format out_timeline;
extern const struct out_format out_folded;

#endif /* FORMATS_FORMAT_H */
