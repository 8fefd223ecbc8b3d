// SPDX-License-Identifier: GPL-2.0
#include "pipeline/pipeline.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "creation/assemble.h"
#include "creation/decode.h"
#include "creation/origin.h"
#include "creation/snapshots.h"
#include "creation/state_changes.h"
#include "creation/syscall_text.h"
#include "kernel/host.h"
#include "text/log.h"

struct pipeline {
	struct pipeline_options options;
	struct format_needs needs; /* of the outputs, all in all */
	struct sequencer sequencer;
	struct tree tree;
	struct origins *origins;
	struct origin origin; /* of the tree */
	struct snapshots_store snapshots;
	struct symbol_names symbols;  /* that the snapshots point to */
	struct state_changes changes; /* of the tree */
	__u64 nr_open;		      /* as read in this batch, 0 if it was not */
	struct clock_change clock;    /* yet to be told, if clock_is_set */
	bool clock_is_set;
	char security_modules[HOST_SECURITY_MODULES_SIZE]; /* the kernel's list, "" if not known */
	bool closed;
	bool damaged; /* a record could not be read */
};

struct pipeline *pipeline__new(const struct pipeline_options *options)
{
	struct pipeline *pipeline = calloc(1, sizeof(*pipeline));

	if (!pipeline)
		return NULL;
	pipeline->options = *options;
	host__read_security_modules(pipeline->security_modules);
	pipeline->needs = outputs__needs(options->outputs);
	pipeline->origins = origins__new(&(struct origins_options){
		.processes = pipeline->needs.processes,
		.kernel_stacks = options->kernel_stacks,
		.state = options->state,
		.clock = options->boot_clock,
		.execs = options->execs,
	});
	if (!pipeline->origins) {
		free(pipeline);
		return NULL;
	}
	return pipeline;
}

/* With --state what the creation's functions have set. */
static void add_state(struct pipeline *pipeline, const struct wire_record *record)
{
	const struct wire_snapshots *snapshots = snapshots__take(&pipeline->snapshots, record);
	__u64 *lost = &pipeline->options.account->lost[LOST_STATE];
	const struct state_names names = {
		.symbols = &pipeline->symbols,
		.flags = pipeline->options.socket_flags,
	};
	bool named = !pipeline->symbols.failure;

	*lost += state_changes__compute(&pipeline->changes, &pipeline->tree, snapshots, &names);
	*lost += snapshots ? snapshots->nr_dropped : record->nr_spans;
	pipeline->tree.state = &pipeline->changes;
	if (named && pipeline->symbols.failure)
		log_warning("--state can't name what pointers point to: %s",
			    pipeline->symbols.failure);
}

/* fs.nr_open, which is read once for all records of a batch. */
static __u64 find_nr_open(struct pipeline *pipeline)
{
	if (!pipeline->nr_open)
		pipeline->nr_open = host__nr_open();
	return pipeline->nr_open;
}

/* Whether the record comes with snapshots, and somebody is to see them. */
static bool has_state(const struct pipeline *pipeline, const struct wire_record *record)
{
	/* Accepts are too many at a time for a place in memory each: no snapshots are taken. */
	return pipeline->options.snapshots && pipeline->needs.state && !call__is_accept(record);
}

static void make_tree(struct pipeline *pipeline, const struct wire_record *record)
{
	const struct trace_header *header = pipeline->options.header;
	struct tree *tree = &pipeline->tree;

	if (pipeline->needs.tree)
		assemble__tree(tree, record, &header->plan, &header->costs);
	else
		tree->record = record;
	origins__find(pipeline->origins, record, &pipeline->origin);
	tree->origin = &pipeline->origin;
	pipeline->options.account->lost[LOST_FRAME] += pipeline->origin.nr_unplaced;
	tree->security_modules = pipeline->security_modules[0] ? pipeline->security_modules : NULL;
	tree->ipv6_is_off =
		record->ret == -EAFNOSUPPORT && record->family == AF_INET6 && host__ipv6_is_off();
	tree->nr_open = record->flags & WIRE_NR_OPEN_REACHED ? find_nr_open(pipeline) : 0;
	if (has_state(pipeline, record))
		add_state(pipeline, record);
	tree->sequence = sequencer__number(&pipeline->sequencer, record);
}

static void show(struct pipeline *pipeline, const struct wire_record *record)
{
	struct trace_account *account = pipeline->options.account;

	if (pipeline->options.outputs->nr) {
		make_tree(pipeline, record);
		if (!outputs__creation(pipeline->options.outputs, &pipeline->tree))
			pipeline->closed = true;
	}
	account->shown++;
	account->failed += record->ret < 0;
	if (account->shown == pipeline->options.count)
		pipeline->closed = true;
}

static void note_damage(struct pipeline *pipeline, const char *reason)
{
	if (!pipeline->damaged)
		log_error("a record is damaged (%s): it is left out", reason);
	pipeline->damaged = true;
}

/*
 * If they are missing, LOST_STATE is counted when the creation comes that they belong to.
 */
static void keep_snapshots(struct pipeline *pipeline, const void *data, size_t size)
{
	const char *reason;

	if (!pipeline->needs.state || snapshots__keep(&pipeline->snapshots, data, size, &reason))
		return;
	if (reason)
		note_damage(pipeline, reason);
	else
		log_error("out of memory: what a socket's functions have set is left out");
}

bool pipeline__take(struct pipeline *pipeline, const void *data, size_t size)
{
	const struct wire_record *record;
	const char *reason;

	if (snapshots__is_record(data, size)) {
		keep_snapshots(pipeline, data, size);
		return false;
	}
	if (origins__take(pipeline->origins, data, size, &reason)) {
		if (reason)
			note_damage(pipeline, reason);
		return false;
	}
	record = decode__record(data, size, &reason);
	if (!record) {
		note_damage(pipeline, reason);
		pipeline->options.account->lost[LOST_RECORD_DAMAGED]++;
		return true;
	}
	if (pipeline->clock_is_set && record->spans[0].start >= pipeline->clock.at_ns)
		pipeline__catch_up(pipeline);
	if (pipeline->closed)
		pipeline->options.account->not_shown++;
	else
		show(pipeline, record);
	return true;
}

void pipeline__set_clock(struct pipeline *pipeline, const struct clock_change *change)
{
	pipeline__catch_up(pipeline);
	pipeline->clock = *change;
	pipeline->clock_is_set = true;
}

void pipeline__catch_up(struct pipeline *pipeline)
{
	if (!pipeline->clock_is_set)
		return;
	pipeline->clock_is_set = false;
	pipeline->options.header->boot_to_real_ns = pipeline->clock.boot_to_real_ns;
	outputs__clock_set(pipeline->options.outputs, &pipeline->clock);
}

void pipeline__flush(struct pipeline *pipeline)
{
	pipeline->nr_open = 0;
	if (!outputs__flush(pipeline->options.outputs))
		pipeline->closed = true;
}

void pipeline__tick(struct pipeline *pipeline, __u64 now_ns)
{
	outputs__tick(pipeline->options.outputs, now_ns);
}

void pipeline__in_flight(struct pipeline *pipeline, struct in_flight *creation)
{
	origins__find(pipeline->origins, creation->record, &pipeline->origin);
	creation->origin = &pipeline->origin;
	outputs__in_flight(pipeline->options.outputs, creation);
}

bool pipeline__is_closed(const struct pipeline *pipeline)
{
	return pipeline->closed;
}

void pipeline__free(struct pipeline *pipeline)
{
	if (!pipeline)
		return;
	origins__free(pipeline->origins);
	snapshots__free(&pipeline->snapshots);
	symbol_names__free(&pipeline->symbols);
	free(pipeline);
}
