// SPDX-License-Identifier: GPL-2.0
/* The verb trace: outputs, observation, loop, summary, and what a COMMAND has ended with. */
#include "verbs/trace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel/host.h"
#include "kernel/shortage.h"
#include "kernel/time_namespace.h"
#include "text/log.h"
#include "trace/trace.h"

#ifndef SOCKCREATE_TRACE_VERSION
#define SOCKCREATE_TRACE_VERSION "unknown"
#endif

static void make_header(struct trace_header *header, const struct host *host)
{
	header->tool_version = SOCKCREATE_TRACE_VERSION;
	memcpy(header->kernel, host->release, sizeof(header->kernel));
	memcpy(header->arch, host->arch, sizeof(header->arch));
}

/* The trace begins now. Return -1 after printing an error. */
static int start_clocks(struct trace *trace)
{
	const struct boot_clock *clock = &trace->observation.tracer->clock;

	if (wall_clock__open(&trace->wall_clock, clock)) {
		shortage__report("cannot watch the clock", errno);
		return -1;
	}
	trace->header.start_boot_ns = boot_clock__ns(clock);
	trace->header.boot_to_real_ns = trace->wall_clock.offset.ns;
	return 0;
}

static void print_summary(const struct trace *trace)
{
	const struct trace_account *account = &trace->account;

	if (!trace->options->quiet || account__has_losses(account))
		account__print(stderr, account);
	if (trace->options->run.overhead)
		overhead__print(&trace->overhead, trace->observation.tracer, &trace->header.plan,
				account__seen(account), stderr);
}

/* The trace itself, between what is attached and detached. */
static int run(struct trace *trace)
{
	int status;

	if (start_clocks(trace) ||
	    outputs__begin(&trace->outputs, &trace->header, &trace->options->presentation,
			   &trace->interrupts))
		return 1;
	status = trace__run(trace);
	trace->account.blindness.boot_to_real_ns = trace->header.boot_to_real_ns;
	if (trace->account.blindness.nr && !status)
		status = 1;
	/* Before detaching, which takes the kernel a while. */
	if (!outputs__close(&trace->outputs, &trace->account) && !status)
		status = 1;
	if (trace->started)
		print_summary(trace);
	return status;
}

/* Traces to the end of the trace; the COMMAND may run on. */
static int observe_and_run(struct trace *trace, const struct host *host)
{
	int status = 1;

	trace->initial_pid_namespace = host->initial_pid_namespace;
	make_header(&trace->header, host);
	if (trace->options->run.overhead && overhead__enable(&trace->overhead))
		log_warning("--overhead: the kernel does not measure how long programs run: %s "
			    "(needs CAP_SYS_ADMIN: run with sudo)",
			    strerror(errno));
	if (!observation__begin(&trace->observation, &trace->header.plan, &trace->header.costs,
				&trace->options->selection, host)) {
		if (!proving__begin(&trace->proving, &trace->observation,
				    &trace->account.blindness))
			status = run(trace);
		wall_clock__close(&trace->wall_clock);
		overhead__stop(&trace->overhead);
		proving__end(&trace->proving);
		observation__end(&trace->observation);
	}
	overhead__stop(&trace->overhead);
	return status;
}

static int trace_with(const struct options *options, const struct host *host)
{
	struct trace trace = { .options = options,
			       .interrupts = { -1, { -1, -1 } },
			       .wall_clock.fd = -1,
			       .overhead.stats_fd = -1 };
	int status;

	/* A named pipe is opened when its reader is there: until then a signal ends the tool. */
	if (outputs__open(&trace.outputs, &options->presentation))
		return 1;
	time_namespace__enter();
	if (signals__take(&trace.signals)) {
		shortage__report("cannot wait for signals", errno);
		return 1;
	}
	trace.interrupts.signal_fd = trace.signals.fd;
	status = observe_and_run(&trace, host);
	if (!outputs__close(&trace.outputs, &trace.account) && !status)
		status = 1;
	signals__release(&trace.signals);
	if (!trace.command.pid)
		return status;
	command__reap(&trace.command, true);
	return status ? status : trace.command.status;
}

int verb_trace(const struct options *options)
{
	struct host host;
	int status;

	host__read(&host);
	if (options->run.command) {
		status = command__check(options->run.command);
		if (status)
			return status;
	}
	if (!host__check(&host, options->selection.btf))
		return 1;
	return trace_with(options, &host);
}
