/* SPDX-License-Identifier: GPL-2.0 */
/* All outputs of a trace: each creation goes to every one of them. */
#ifndef PIPELINE_OUTPUTS_H
#define PIPELINE_OUTPUTS_H

#include <stdbool.h>

#include "formats/presentation.h"
#include "formats/sink.h"

/* Begins as zeroes. */
struct outputs {
	struct sink *sinks[MAX_OUTPUTS];
	const struct out_format *formats[MAX_OUTPUTS]; /* theirs */
	int nr;
	bool no_tree; /* as in struct out_style */
};

/*
 * Opens what is asked for, and writes nothing yet. -1 on failure, explained; outputs__close() is to
 * be called all the same.
 */
int outputs__open(struct outputs *outputs, const struct presentation *presentation);

/*
 * Writes how each output begins. header must outlive the outputs; interrupts is kept, and may
 * change. presentation is the one that they were opened by. -1 on failure, explained.
 */
int outputs__begin(struct outputs *outputs, const struct trace_header *header,
		   const struct presentation *presentation,
		   const struct sink_interrupts *interrupts);

/* What their formats need, all in all. */
struct format_needs outputs__needs(const struct outputs *outputs);

/* Adds a creation to every output. False once one of them has ended. */
bool outputs__creation(struct outputs *outputs, const struct tree *tree);

/* Adds a creation that has not ended to those that have a place for it. */
void outputs__in_flight(struct outputs *outputs, const struct in_flight *creation);

/* Goes on in new files where those that are open have been renamed or removed. */
void outputs__reopen(struct outputs *outputs);

/* Adds that a function is observed from here on. */
void outputs__observed(struct outputs *outputs, int probe);

/* Adds that the wall clock has been set: header.boot_to_real_ns is already that of now. */
void outputs__clock_set(struct outputs *outputs, const struct clock_change *change);

/* Lets those that report in intervals do so: see out_format.tick. */
void outputs__tick(struct outputs *outputs, __u64 now_ns);

/* Writes what has gathered. False once one of them has ended. */
bool outputs__flush(struct outputs *outputs);

/*
 * Ends and closes all outputs. What no output has whole is taken off the account first: a creation
 * counts as shown if one of them has it. False if one has failed; a reader that is gone is no
 * failure, for it has seen what it wanted.
 */
bool outputs__close(struct outputs *outputs, struct trace_account *account);

#endif /* PIPELINE_OUTPUTS_H */
