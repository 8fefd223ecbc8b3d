/* SPDX-License-Identifier: GPL-2.0 */
/* A trace from its first to its last record: the loop that reads, assembles and shows. */
#ifndef TRACE_H
#define TRACE_H

#include "command.h"
#include "host.h"
#include "live.h"
#include "observation.h"
#include "opts.h"
#include "overhead.h"
#include "signals.h"
#include "sink.h"

#define TRACE_MAX_SINKS 2 /* the format asked for, and the timeline beside it */

struct trace {
	const struct options *options;
	struct observation observation; /* begun; its plan is the header's */
	struct trace_header header;
	struct sink *sinks[TRACE_MAX_SINKS];
	const struct out_format *formats[TRACE_MAX_SINKS]; /* theirs */
	int nr_sinks;
	struct signals signals; /* taken */
	struct priority priority;
	struct sink_interrupts interrupts; /* of the sinks */
	bool started;			   /* something could have been recorded */
	struct overhead overhead;	   /* of options->overhead */
	struct trace_account account;	   /* whole once trace__run() has returned */
	struct command command;		   /* if options->command was started; may still run then */
};

/*
 * Runs until a signal, the end of the COMMAND, --duration, --count, or the end of all output;
 * drains what is left and fills trace->account. The sinks are not closed, and the COMMAND may still
 * run. Returns an exit status: 0, or one for a failure that has been explained.
 */
int trace__run(struct trace *trace);

#endif /* TRACE_H */
