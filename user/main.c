// SPDX-License-Identifier: GPL-2.0
/* The life cycle: options, facts, plan, attach, run, account. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "list.h"
#include "load.h"
#include "log.h"
#include "trace.h"

#ifndef SOCKCREATE_TRACE_VERSION
#define SOCKCREATE_TRACE_VERSION "unknown"
#endif

static void make_header(struct trace_header *header, const struct host *host)
{
	header->tool_version = SOCKCREATE_TRACE_VERSION;
	memcpy(header->kernel, host->release, sizeof(header->kernel));
	memcpy(header->arch, host->arch, sizeof(header->arch));
	header->start_boot_ns = host__boot_ns();
	header->boot_to_real_ns = host->boot_to_real_ns;
}

static bool environment_is_utf8(void)
{
	const char *locale = getenv("LC_ALL");

	if (!locale || !*locale)
		locale = getenv("LC_CTYPE");
	if (!locale || !*locale)
		locale = getenv("LANG");
	return locale && (strcasestr(locale, "UTF-8") || strcasestr(locale, "UTF8"));
}

static struct out_style style_for(const struct options *options, const struct sink *sink)
{
	bool terminal = sink__is_terminal(sink);
	const char *no_color = getenv("NO_COLOR");
	struct out_style style = {
		.unicode = environment_is_utf8(),
		.width = sink__columns(sink),
	};

	style.color = options->color == COLOR_ALWAYS ||
		      (options->color == COLOR_AUTO && terminal && !(no_color && *no_color));
	return style;
}

static int open_sink(struct trace *trace, const char *path, const struct out_format *format)
{
	struct sink *sink = sink__open(path);

	if (!sink)
		return -1;
	trace->formats[trace->nr_sinks] = format;
	trace->sinks[trace->nr_sinks++] = sink;
	return 0;
}

/* Opens all outputs, before anything is attached that would have to be undone. */
static int open_sinks(struct trace *trace)
{
	const struct options *options = trace->options;

	if (options->format != &out_none && open_sink(trace, options->output, options->format))
		return -1;
	if (options->timeline && open_sink(trace, options->timeline, &out_timeline))
		return -1;
	if (trace->nr_sinks == 2 && sink__is_same_file(trace->sinks[0], trace->sinks[1])) {
		log_error("--timeline and the other output are the same file: name another");
		return -1;
	}
	return 0;
}

static int begin_sinks(struct trace *trace)
{
	int i;

	for (i = 0; i < trace->nr_sinks; i++) {
		struct out_style style = style_for(trace->options, trace->sinks[i]);

		sink__set_interrupts(trace->sinks[i], &trace->interrupts);
		if (!sink__begin(trace->sinks[i], trace->formats[i], &trace->header, &style))
			return -1;
		if (!sink__flush(trace->sinks[i]) && !sink__reader_gone(trace->sinks[i]))
			return -1;
	}
	return 0;
}

/* A creation counts as shown if one of the outputs has it. */
static void take_off_missing(struct trace *trace)
{
	struct sink_missing least = { 0 };
	int i;

	for (i = 0; i < trace->nr_sinks; i++) {
		struct sink_missing missing;

		sink__flush(trace->sinks[i]);
		missing = sink__missing(trace->sinks[i]);
		if (!i || missing.creations < least.creations)
			least = missing;
	}
	trace->account.shown -= least.creations;
	trace->account.failed -= least.failed;
	trace->account.not_shown += least.creations;
}

/* A reader that is gone is no failure: it has seen what it wanted. */
static bool close_sinks(struct trace *trace)
{
	bool success = true;
	int i;

	take_off_missing(trace);
	for (i = 0; i < trace->nr_sinks; i++) {
		bool reader_gone = sink__reader_gone(trace->sinks[i]);

		if (!sink__close(trace->sinks[i], &trace->account) && !reader_gone)
			success = false;
	}
	trace->nr_sinks = 0;
	return success;
}

/* Traces to the end of the trace; the COMMAND may run on. */
static int trace_to_end(struct trace *trace, const struct host *host)
{
	int status = 1;

	make_header(&trace->header, host);
	if (trace->options->overhead && overhead__enable(&trace->overhead))
		log_warning("--overhead: the kernel does not measure how long programs run: %s "
			    "(needs CAP_SYS_ADMIN: run with sudo)",
			    strerror(errno));
	if (observation__begin(&trace->observation, &trace->header.plan, trace->options, host)) {
		overhead__stop(&trace->overhead);
		return 1;
	}
	if (!begin_sinks(trace)) {
		status = trace__run(trace);
		/* Before detaching, which takes the kernel a while. */
		if (!close_sinks(trace) && !status)
			status = 1;
		if (trace->started &&
		    (!trace->options->quiet || account__has_losses(&trace->account)))
			account__print(stderr, &trace->account);
		if (trace->started && trace->options->overhead)
			overhead__print(&trace->overhead, trace->observation.tracer,
					&trace->header.plan, account__seen(&trace->account),
					stderr);
	}
	overhead__stop(&trace->overhead);
	observation__end(&trace->observation);
	return status;
}

static int trace_with(const struct options *options, const struct host *host)
{
	struct trace trace = { .options = options,
			       .interrupts = { -1, { -1, -1 } },
			       .overhead.stats_fd = -1 };
	int status;

	/* A named pipe is opened when its reader is there: until then a signal ends the tool. */
	if (open_sinks(&trace))
		return 1;
	if (signals__take(&trace.signals)) {
		log_error("cannot wait for signals: %s", strerror(errno));
		return 1;
	}
	trace.interrupts.signal_fd = trace.signals.fd;
	status = trace_to_end(&trace, host);
	if (!close_sinks(&trace) && !status)
		status = 1;
	signals__release(&trace.signals);
	if (!trace.command.pid)
		return status;
	command__reap(&trace.command, true);
	return status ? status : trace.command.status;
}

static int list_stages(const struct options *options, const struct host *host)
{
	struct options all = *options;
	struct observation observation;
	struct plan plan;

	all.picked = STAGE_BIT(NR_STAGES) - 1;
	/* Without -v nobody is told what the probes cost. */
	all.raw_latency = !options->verbose;
	if (observation__begin(&observation, &plan, &all, host))
		return 1;
	list__stages(stdout, &plan, options->picked, options->verbose);
	observation__end(&observation);
	if (!ferror(stdout) && !fflush(stdout))
		return 0;
	log_error("cannot write to standard output: %s", strerror(errno));
	return 1;
}

static int run(const struct options *options)
{
	struct host host;
	int status;

	host__read(&host);
	if (options->command) {
		status = command__check(options->command);
		if (status)
			return status;
	}
	if (!host__can_trace(&host, options->btf))
		return 1;
	return options->list_stages ? list_stages(options, &host) : trace_with(options, &host);
}

/*
 * Where one of the standard descriptors is closed, the next file opened would become it, and be
 * read or written for it. One that only gives an error takes its place.
 */
static void guard_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct options options;
	int status;

	guard_standard_descriptors();
	switch (opts__parse(&options, argc, argv)) {
	case OPTS_RUN:
		log_set_level(options.quiet, options.verbose);
		load__set_libbpf_log(options.verbose);
		status = run(&options);
		break;
	case OPTS_DONE:
		status = 0;
		break;
	case OPTS_USAGE:
		status = 2;
		break;
	default:
		status = 1;
	}
	opts__free(&options);
	return status;
}
