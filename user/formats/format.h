/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An output format: begin() once, creation() for each, end() once, all appending to a buffer that
 * the caller writes and empties in between. One format is one file, out_<name>.c.
 */
#ifndef FORMATS_FORMAT_H
#define FORMATS_FORMAT_H

#include <stdbool.h>

#include "creation/account.h"
#include "creation/trace_header.h"
#include "creation/tree.h"
#include "text/buffer.h"

/* How people want it to look; the machine-readable formats ignore it. */
struct out_style {
	bool color;
	bool unicode; /* the terminal or file takes UTF-8: tree lines, bars, µs */
	int width;    /* columns of the terminal, 0 if there is none */
};

struct out; /* a format's own state */

struct out_format {
	const char *name; /* as --format names it */
	/* Returns NULL when out of memory. The header must outlive it. */
	struct out *(*create)(const struct trace_header *header, const struct out_style *style);
	void (*begin)(struct out *out, struct buffer *buffer);
	void (*creation)(struct out *out, const struct tree *tree, struct buffer *buffer);
	/* A function has come with a module, and is observed from here on. May be NULL. */
	void (*observed)(struct out *out, int probe, struct buffer *buffer);
	void (*end)(struct out *out, const struct trace_account *account, struct buffer *buffer);
	void (*destroy)(struct out *out);
	/*
	 * For a format whose file must be valid at any time: what end() would append now, for
	 * sink.c to put behind what is written and to overwrite with what comes next. Or NULL.
	 */
	const char *closing;
	bool needs_processes; /* shows the process itself: its exe, its cgroup's path */
};

extern const struct out_format out_tree;
extern const struct out_format out_line;
extern const struct out_format out_jsonl;
extern const struct out_format out_timeline;
/* Writes nothing: it has but its name. */
extern const struct out_format out_none;

#endif /* FORMATS_FORMAT_H */
