/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An output format: begin() once, creation() for each, end() once, all appending to a buffer that
 * the caller writes and empties in between. One format is one file, out_<name>.c.
 */
#ifndef OUT_H
#define OUT_H

#include <stdbool.h>

#include "buffer.h"
#include "tree.h"

/* What is the same for a whole trace. */
struct trace_header {
	const char *tool_version; /* "0.1.0" */
	char kernel[65];	  /* uname -r */
	char arch[65];		  /* uname -m */
	__u64 start_boot_ns;	  /* CLOCK_BOOTTIME when tracing began */
	__s64 boot_to_real_ns;	  /* CLOCK_REALTIME less CLOCK_BOOTTIME */
	struct plan plan;
};

/* What became of all creations, at the end. */
struct trace_account {
	__u64 shown;	    /* records handed to the output */
	__u64 failed;	    /* of the shown ones, those with a negative result */
	__u64 filtered;	    /* turned away by a filter */
	__u64 not_shown;    /* recorded, but the trace ended first (-n) */
	__u64 in_flight;    /* not finished when the trace ended */
	__u64 foreign;	    /* calls of stages seen on top of a creation that are not part of it */
	__u64 probe_missed; /* runs of BPF programs that the kernel skipped */
	__u64 unfollowed;   /* processes of the COMMAND whose sockets are not seen */
	__u64 lost[NR_LOST_REASONS];
};

/* How people want it to look; the machine-readable formats ignore it. */
struct out_style {
	bool color;
	bool unicode; /* the terminal or file takes UTF-8: tree lines, bars, µs */
	int width;    /* columns of the terminal, 0 if there is none */
};

struct out; /* a format's own state */

struct out_format {
	const char *name;    /* as --format names it */
	bool outermost_only; /* shows no span but the outermost: no more need be in a tree */
	/* Returns NULL when out of memory. The header must outlive it. */
	struct out *(*create)(const struct trace_header *header, const struct out_style *style);
	void (*begin)(struct out *out, struct buffer *buffer);
	void (*creation)(struct out *out, const struct tree *tree, struct buffer *buffer);
	/* A function has come with a module, and is observed from here on. May be NULL. */
	void (*observed)(struct out *out, const struct stage_plan *planned, struct buffer *buffer);
	void (*end)(struct out *out, const struct trace_account *account, struct buffer *buffer);
	void (*destroy)(struct out *out);
	/*
	 * For a format whose file must be valid at any time: what end() would append now, for
	 * sink.c to put behind what is written and to overwrite with what comes next. Or NULL.
	 */
	const char *closing;
};

extern const struct out_format out_tree;
extern const struct out_format out_line;
extern const struct out_format out_jsonl;
extern const struct out_format out_timeline;
/* Writes nothing: it has but its name. */
extern const struct out_format out_none;

#endif /* OUT_H */
