/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs a trace from its first to its last record: a loop that waits, reads records and has them
 * shown.
 */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "cost/overhead.h"
#include "creation/account.h"
#include "creation/trace_header.h"
#include "formats/sink.h"
#include "kernel/wall_clock.h"
#include "options/options.h"
#include "pipeline/outputs.h"
#include "trace/command.h"
#include "trace/observation.h"
#include "trace/priority.h"
#include "trace/proving.h"
#include "trace/seccomp_watch.h"
#include "trace/signals.h"

struct trace {
	const struct options *options;
	struct observation observation; /* must have begun with the plan and costs of header */
	struct proving proving;		/* must have begun with the blindness of account */
	struct trace_header header;
	struct wall_clock wall_clock; /* must be open; header has what it shows */
	struct outputs outputs;	      /* must have begun */
	struct signals signals;	      /* must have been taken */
	struct priority priority;
	struct sink_interrupts interrupts; /* what ends the writing of outputs early */
	bool started;			   /* something may have been recorded */
	struct seccomp_watch seccomp;	   /* begins with zeroes */
	bool initial_pid_namespace;	   /* of this process */
	struct overhead overhead;	   /* used with options->run.overhead */
	struct trace_account account;	   /* complete when trace__run() returns */
	struct command command; /* started for options->run.command; may outlive trace__run() */
};

/*
 * Run until a signal, the end of COMMAND, --duration, --count, or the end of all outputs. Then
 * drain the remaining records and fill in trace->account. The outputs are not closed, and COMMAND
 * may still run. Return an exit status: 0, or another one after printing an error.
 */
int trace__run(struct trace *trace);

#endif /* TRACE_TRACE_H */
