/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way of a record: bytes in, a creation out to every output. Knows neither where the bytes come
 * from nor who waits for them.
 */
#ifndef PIPELINE_PIPELINE_H
#define PIPELINE_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "creation/account.h"
#include "creation/in_flight.h"
#include "creation/trace_header.h"
#include "kernel/boot_clock.h"
#include "kernel/socket_flags.h"
#include "kernel/wall_clock.h"
#include "pipeline/outputs.h"
#include "shared/state.h"
#include "symbols/execs.h"

struct pipeline;

struct pipeline_options {
	/* May change: functions come with modules, and the pipeline lets it follow the wall clock.
	 */
	struct trace_header *header;
	struct outputs *outputs; /* begun */
	/* shown, failed, not_shown, damaged records and lost state are counted. */
	struct trace_account *account;
	/* That of the BPF programs: says when modules came and went. Never NULL. */
	const struct state *state;
	const struct socket_flags *socket_flags; /* as the traced kernel calls them */
	bool kernel_stacks;			 /* records have kernel stacks to be named */
	bool snapshots;				 /* records come with what each stage has set */
	struct boot_clock boot_clock;		 /* of the records */
	struct exec_source execs;		 /* what processes execute, by the BPF side */
	__u64 count;				 /* creations that are shown at most; 0: no limit */
};

/*
 * All that options points to must outlive the pipeline, which does only what the outputs that are
 * begun need. NULL when out of memory.
 */
struct pipeline *pipeline__new(const struct pipeline_options *options);

/*
 * Takes the bytes of a record, aligned to 8. A damaged one is left out, and explained the first
 * time. False if it was no creation, but snapshots of one.
 */
bool pipeline__take(struct pipeline *pipeline, const void *data, size_t size);

/*
 * Writes what has gathered. To be called after every batch of records: what is looked up once a
 * batch is forgotten.
 */
void pipeline__flush(struct pipeline *pipeline);

/*
 * Lets outputs that report in intervals do so. To be called regularly, behind a batch of records;
 * now_ns is of the boot clock.
 */
void pipeline__tick(struct pipeline *pipeline, __u64 now_ns);

/*
 * Shows a creation that has not ended in the outputs that have a place for it. Its origin is filled
 * in, and is valid until the next record is taken.
 */
void pipeline__in_flight(struct pipeline *pipeline, struct in_flight *creation);

/*
 * The wall clock has been set. Creations that began since then follow it, behind a word of the
 * outputs about it; what has been recorded before and is still to be taken does not.
 */
void pipeline__set_clock(struct pipeline *pipeline, const struct clock_change *change);

/* All that had been recorded when pipeline__set_clock() was called has been taken. */
void pipeline__catch_up(struct pipeline *pipeline);

/* Whether no more creations are shown: as many as asked for were, or an output has ended. */
bool pipeline__is_closed(const struct pipeline *pipeline);

/* pipeline may be NULL. The outputs stay open. */
void pipeline__free(struct pipeline *pipeline);

#endif /* PIPELINE_PIPELINE_H */
