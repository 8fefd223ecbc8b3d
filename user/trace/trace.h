/* SPDX-License-Identifier: GPL-2.0 */
/* A trace from its first to its last record: the loop that waits, reads and has records shown. */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "cost/overhead.h"
#include "creation/account.h"
#include "creation/trace_header.h"
#include "formats/sink.h"
#include "options/options.h"
#include "pipeline/outputs.h"
#include "trace/command.h"
#include "trace/observation.h"
#include "trace/priority.h"
#include "trace/signals.h"

struct trace {
	const struct options *options;
	struct observation observation; /* begun; its plan and costs are the header's */
	struct trace_header header;
	struct outputs outputs; /* begun */
	struct signals signals; /* taken */
	struct priority priority;
	struct sink_interrupts interrupts; /* of the outputs */
	bool started;			   /* something could have been recorded */
	struct overhead overhead;	   /* of options->run.overhead */
	struct trace_account account;	   /* whole once trace__run() has returned */
	struct command command; /* if options->run.command was started; may still run then */
};

/*
 * Runs until a signal, the end of the COMMAND, --duration, --count, or the end of all output;
 * drains what is left and fills trace->account. The outputs are not closed, and the COMMAND may
 * still run. Returns an exit status: 0, or one for a failure that has been explained.
 */
int trace__run(struct trace *trace);

#endif /* TRACE_TRACE_H */
