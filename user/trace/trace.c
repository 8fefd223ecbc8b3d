// SPDX-License-Identifier: GPL-2.0
#include "trace/trace.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "kernel/boot_clock.h"
#include "kernel/shortage.h"
#include "pipeline/pipeline.h"
#include "symbols/named_files.h"
#include "text/log.h"
#include "trace/processes.h"
#include "trace/ringbuf.h"
#include "trace/sessions.h"
#include "trace/stuck.h"

/*
 * Records are shown at most this long after they were made, plus the time that showing them takes.
 */
#define DRAIN_INTERVAL_NS 50000000ULL
/* Sessions of tasks that are gone are reclaimed every so many drains, if they are this old. */
#define RECLAIM_DRAINS 100
#define RECLAIM_AGE_NS 1000000000ULL
/* The sessions are looked through for creations that are stuck every so many drains. */
#define STUCK_DRAINS 10
/*
 * Creations that were in progress when tracing began have ended after so many drains. From then on
 * a call without a session counts as missed.
 */
#define SETTLE_DRAINS 4
/* When the trace ends, creations in progress get this long to finish. */
#define LAST_CREATIONS_NS 200000000ULL
/* The loop looks at signals after reading so many records, however fast more arrive. */
#define DRAIN_RECORDS 4096

/* The events that the loop waits for, as indexes into fds. */
enum {
	WAIT_RECORDS,
	WAIT_DRAIN,
	WAIT_SIGNAL,
	WAIT_REQUEST,
	WAIT_DURATION,
	WAIT_COMMAND,
	WAIT_PROCESSES,
	WAIT_CLOCK,  /* somebody has set the wall clock */
	WAIT_READER, /* for each output: its reader has closed the pipe */
	NR_WAITS = WAIT_READER + MAX_OUTPUTS,
};

struct loop {
	struct trace *trace;
	struct ringbuf *ringbuf;
	struct pipeline *pipeline;
	struct stuck *stuck;
	struct processes processes; /* of --pid */
	struct pollfd fds[NR_WAITS];
	int signals; /* number of signals received */
	int drains;  /* by the timer, since sessions were reclaimed last */
	int drained; /* records read in the current drain */
	bool begun;  /* what is read from now on belongs to the trace */
	bool stop;   /* end the trace */
};

static __u64 now_ns(const struct loop *loop)
{
	return boot_clock__ns(&loop->trace->observation.tracer->clock);
}

static void show_observed(void *context, int probe)
{
	struct loop *loop = context;

	outputs__observed(&loop->trace->outputs, probe);
}

/* Attach to functions that modules have brought, so that they are observed from now on. */
static void attach_new_functions(struct loop *loop)
{
	observation__update(&loop->trace->observation, show_observed, loop);
}

static int take_record(void *context, void *data, size_t size)
{
	struct loop *loop = context;

	/* Calibration has made it. What it has named stays named: files are named once only. */
	if (!loop->begun) {
		if (named_files__is_record(data, size))
			pipeline__take(loop->pipeline, data, size);
		return 0;
	}
	/*
	 * If a family was registered before this record was made, its create function was not
	 * observed then. The outputs must learn that from the plan before they show the record.
	 */
	attach_new_functions(loop);
	if (!pipeline__take(loop->pipeline, data, size))
		return 0;
	return ++loop->drained == DRAIN_RECORDS ? -1 : 0;
}

/*
 * Show the records that have arrived. The trace ends when no output wants more. Return false if
 * there are more records.
 */
static bool drain(struct loop *loop)
{
	loop->drained = 0;
	/* Do this even without a record, so that new functions are observed in the next one. */
	attach_new_functions(loop);
	seccomp_watch__update(&loop->trace->seccomp);
	ringbuf__drain(loop->ringbuf);
	if (loop->drained < DRAIN_RECORDS)
		pipeline__catch_up(loop->pipeline);
	pipeline__flush(loop->pipeline);
	loop->stop |= pipeline__is_closed(loop->pipeline);
	return loop->drained < DRAIN_RECORDS;
}

/*
 * Make a timer that expires once after interval_ns, or repeatedly. Return -1 and set errno on
 * failure.
 */
static int make_timer(__u64 interval_ns, bool periodic)
{
	struct itimerspec timer = {
		.it_value.tv_sec = interval_ns / 1000000000,
		.it_value.tv_nsec = interval_ns % 1000000000,
	};
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd < 0)
		return -1;
	if (periodic)
		timer.it_interval = timer.it_value;
	if (timerfd_settime(fd, 0, &timer, NULL)) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * Ctrl-C in a terminal sends SIGINT to the command too. The trace then goes on until the command
 * ends, as it does for any command. A second signal ends the trace in any case.
 */
static void handle_signal(struct loop *loop)
{
	struct signalfd_siginfo info;
	bool running = loop->trace->options->run.command && !loop->trace->command.ended;

	while (read(loop->fds[WAIT_SIGNAL].fd, &info, sizeof(info)) == sizeof(info)) {
		loop->signals++;
		if (running && info.ssi_signo != SIGINT)
			command__signal(&loop->trace->command, info.ssi_signo);
		if (!running || loop->signals > 1)
			loop->stop = true;
	}
}

/* SIGUSR1 asks for all creations that are under way, SIGHUP for new files. */
static void handle_request(struct loop *loop)
{
	struct signalfd_siginfo info;

	while (read(loop->fds[WAIT_REQUEST].fd, &info, sizeof(info)) == sizeof(info)) {
		/* What was made before the signal belongs into the old files. */
		drain(loop);
		if (info.ssi_signo == SIGHUP)
			outputs__reopen(&loop->trace->outputs);
		else
			stuck__list(loop->stuck, now_ns(loop));
	}
}

/* One of the processes of --pid has ended. With the last one there is nothing left to trace. */
static void handle_end_of_process(struct loop *loop)
{
	if (loop->stop || !processes__have_ended(&loop->processes))
		return;
	log_warning("--pid: %s ended, and so does the trace",
		    loop->trace->options->selection.filter.pids.nr == 1 ? "the process has"
									: "all processes have");
	loop->stop = true;
}

static void reclaim(struct loop *loop, __u64 before_ns)
{
	struct tracer *tracer = loop->trace->observation.tracer;

	sessions__reclaim(tracer__state(tracer), before_ns, tracer__release_claim, tracer);
}

static void handle_timer(struct loop *loop)
{
	__u64 expirations;

	if (read(loop->fds[WAIT_DRAIN].fd, &expirations, sizeof(expirations)) < 0)
		log_verbose("reading the timer: %s", strerror(errno));
	if (++loop->drains == SETTLE_DRAINS)
		sessions__settle(tracer__state(loop->trace->observation.tracer));
	if (loop->drains % STUCK_DRAINS == 0)
		stuck__look(loop->stuck, now_ns(loop));
	observation__follow_exes(&loop->trace->observation);
	proving__tick(&loop->trace->proving, now_ns(loop));
	if (loop->drains < RECLAIM_DRAINS)
		return;
	loop->drains = 0;
	seccomp_watch__tick(&loop->trace->seccomp);
	reclaim(loop, now_ns(loop) - RECLAIM_AGE_NS);
}

static void check_clock(struct loop *loop)
{
	struct trace *trace = loop->trace;
	struct clock_change change;

	if (wall_clock__has_changed(&trace->wall_clock, &trace->observation.tracer->clock, &change))
		pipeline__set_clock(loop->pipeline, &change);
}

static int run_loop(struct loop *loop)
{
	bool more = false;
	int i;

	/* They may all have ended before they could be watched. */
	if (loop->trace->options->selection.filter.pids.nr && !loop->processes.nr_alive)
		handle_end_of_process(loop);
	while (!loop->stop) {
		if (poll(loop->fds, NR_WAITS, more ? 0 : -1) < 0 && errno != EINTR)
			return -1;
		if (loop->fds[WAIT_SIGNAL].revents)
			handle_signal(loop);
		if (loop->fds[WAIT_REQUEST].revents)
			handle_request(loop);
		if (loop->fds[WAIT_DURATION].revents)
			loop->stop = true;
		if (loop->fds[WAIT_COMMAND].revents) {
			command__reap(&loop->trace->command, false);
			loop->stop = true;
		}
		if (loop->fds[WAIT_PROCESSES].revents)
			handle_end_of_process(loop);
		if (loop->fds[WAIT_DRAIN].revents)
			handle_timer(loop);
		if (loop->fds[WAIT_CLOCK].revents)
			check_clock(loop);
		for (i = 0; i < MAX_OUTPUTS; i++)
			loop->stop |= (loop->fds[WAIT_READER + i].revents & POLLERR) != 0;
		more = !drain(loop);
		if (loop->fds[WAIT_DRAIN].revents)
			pipeline__tick(loop->pipeline, now_ns(loop));
	}
	/* A signal that has interrupted the writing of output has not been passed on yet. */
	handle_signal(loop);
	return 0;
}

/* Let the creations in progress finish, and show them. */
static void show_remaining(struct loop *loop)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	__u64 deadline = now_ns(loop) + LAST_CREATIONS_NS;

	tracer__set_gate(loop->trace->observation.tracer, GATE_CLOSED);
	proving__finish(&loop->trace->proving);
	overhead__stop(&loop->trace->overhead);
	reclaim(loop, now_ns(loop));
	while (sessions__count_open(tracer__state(loop->trace->observation.tracer)) &&
	       now_ns(loop) < deadline)
		nanosleep(&pause, NULL);
	reclaim(loop, now_ns(loop));
	check_clock(loop);
	while (!drain(loop))
		;
	stuck__end(loop->stuck, now_ns(loop));
	ringbuf__account(loop->trace->observation.tracer, &loop->trace->account);
	seccomp_watch__end(&loop->trace->seccomp, &loop->trace->account);
}

static int make_ready_file(const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file || fprintf(file, "%d\n", getpid()) < 0 || fclose(file)) {
		log_error("cannot write the ready file %s: %s", path, strerror(errno));
		return -1;
	}
	return 0;
}

/* A signal or the command's end arrived while a reader blocks the output. Stop recording now. */
static void end_while_writing(void *context)
{
	struct loop *loop = context;

	tracer__set_gate(loop->trace->observation.tracer, GATE_CLOSED);
	loop->stop = true;
}

/* Fill in what the loop waits for. Return -1 after printing an error. */
static int open_waits(struct loop *loop)
{
	const struct options *options = loop->trace->options;
	const struct outputs *outputs = &loop->trace->outputs;
	int i;

	for (i = 0; i < outputs->nr; i++)
		loop->fds[WAIT_READER + i] =
			(struct pollfd){ .fd = sink__pipe_fd(outputs->sinks[i]) };
	loop->fds[WAIT_RECORDS].fd = ringbuf__fd(loop->ringbuf);
	loop->fds[WAIT_SIGNAL].fd = loop->trace->signals.fd;
	loop->fds[WAIT_REQUEST].fd = loop->trace->signals.request_fd;
	if (processes__watch(&loop->processes, &options->selection.filter.pids)) {
		shortage__report("cannot watch the processes of --pid", errno);
		return -1;
	}
	loop->fds[WAIT_PROCESSES].fd = loop->processes.fd;
	loop->fds[WAIT_CLOCK].fd = loop->trace->wall_clock.fd;
	loop->fds[WAIT_DRAIN].fd = make_timer(DRAIN_INTERVAL_NS, true);
	if (options->run.duration_ns)
		loop->fds[WAIT_DURATION].fd = make_timer(options->run.duration_ns, false);
	if (loop->fds[WAIT_DRAIN].fd >= 0 &&
	    (!options->run.duration_ns || loop->fds[WAIT_DURATION].fd >= 0))
		return 0;
	shortage__report("cannot make a timer", errno);
	return -1;
}

/* Open the pipeline and the watch for what is stuck. Return -1 after printing an error. */
static int open_pipeline(struct loop *loop)
{
	struct trace *trace = loop->trace;
	const struct selection *selection = &trace->options->selection;
	const struct pipeline_options options = {
		.header = &trace->header,
		.outputs = &trace->outputs,
		.account = &trace->account,
		.state = tracer__state(trace->observation.tracer),
		.socket_flags = &trace->observation.socket_flags,
		.kernel_stacks = selection->kernel_stack,
		.snapshots = selection->state,
		.boot_clock = trace->observation.tracer->clock,
		.execs = { trace->observation.tracer, tracer__find_exec },
		.count = trace->options->presentation.count,
	};

	loop->pipeline = pipeline__new(&options);
	if (loop->pipeline)
		loop->stuck = stuck__new(options.state, &trace->header.plan, loop->pipeline,
					 trace->options->run.stuck_ns);
	if (loop->stuck)
		return 0;
	shortage__report("cannot begin", ENOMEM);
	return -1;
}

/* Open what the loop reads from and waits for. Return -1 after printing an error. */
static int prepare(struct loop *loop)
{
	int i;

	for (i = 0; i < NR_WAITS; i++)
		loop->fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	loop->ringbuf = ringbuf__open(loop->trace->observation.tracer, take_record, loop);
	if (!loop->ringbuf) {
		shortage__report("cannot read the ring buffer", errno);
		return -1;
	}
	if (open_pipeline(loop) || open_waits(loop))
		return -1;
	/* This throws away the creations that calibration has left in the buffer. */
	ringbuf__drain(loop->ringbuf);
	loop->begun = true;
	if (seccomp_watch__begin(&loop->trace->seccomp, loop->trace->observation.tracer,
				 &loop->trace->options->selection,
				 loop->trace->initial_pid_namespace))
		return -1;
	loop->trace->interrupts.end_fds[0] = loop->fds[WAIT_DURATION].fd;
	loop->trace->interrupts.end = end_while_writing;
	loop->trace->interrupts.context = loop;
	return 0;
}

static int start(struct loop *loop)
{
	const struct options *options = loop->trace->options;
	int status;

	if (!options->run.no_nice)
		priority__raise(&loop->trace->priority);
	if (options->run.overhead)
		overhead__begin(&loop->trace->overhead, loop->trace->observation.tracer,
				&loop->trace->header.plan);
	/* Before COMMAND starts, there can be no calls in progress. */
	tracer__set_gate(loop->trace->observation.tracer,
			 options->run.command ? GATE_SETTLED : GATE_OPEN);
	if (options->run.ready_file && make_ready_file(options->run.ready_file))
		return 1;
	if (!options->run.command)
		return 0;
	status = command__start(&loop->trace->command, options->run.command, &loop->trace->signals,
				&loop->trace->priority);
	loop->fds[WAIT_COMMAND].fd = loop->trace->command.pidfd;
	loop->trace->interrupts.end_fds[1] = loop->trace->command.pidfd;
	return status;
}

static void release(struct loop *loop)
{
	loop->trace->interrupts.end_fds[0] = -1;
	loop->trace->interrupts.end_fds[1] = -1;
	ringbuf__close(loop->ringbuf);
	stuck__free(loop->stuck);
	processes__close(&loop->processes);
	pipeline__free(loop->pipeline);
	if (loop->fds[WAIT_DRAIN].fd >= 0)
		close(loop->fds[WAIT_DRAIN].fd);
	if (loop->fds[WAIT_DURATION].fd >= 0)
		close(loop->fds[WAIT_DURATION].fd);
}

int trace__run(struct trace *trace)
{
	struct loop loop = { .trace = trace, .processes.fd = -1 };
	int status = 1;

	if (!prepare(&loop)) {
		status = start(&loop);
		trace->started = !status;
		if (!status && run_loop(&loop)) {
			log_error("cannot wait for events: %s", strerror(errno));
			status = 1;
		}
		show_remaining(&loop);
		priority__restore(&trace->priority);
	}
	release(&loop);
	return status;
}
