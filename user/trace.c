// SPDX-License-Identifier: GPL-2.0
#include "trace.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "assemble.h"
#include "call.h"
#include "decode.h"
#include "log.h"
#include "origin.h"
#include "sessions.h"
#include "snapshots.h"
#include "state_changes.h"

/* Records are shown at most this long after they were made, plus the time it takes to show them. */
#define DRAIN_INTERVAL_NS 50000000ULL
/* How often sessions of dead tasks are looked for, and how old they must be. */
#define RECLAIM_DRAINS 100
#define RECLAIM_AGE_NS 1000000000ULL
/* From when on a call without a session counts as missed: those under way at first have ended. */
#define SETTLE_DRAINS 4
/* How long creations under way when the trace ends may take to finish. */
#define LAST_CREATIONS_NS 200000000ULL
/* Records read before the loop looks at signals again, however fast more come. */
#define DRAIN_RECORDS 4096

/* What the loop waits for. */
enum {
	WAIT_RECORDS,
	WAIT_DRAIN,
	WAIT_SIGNAL,
	WAIT_DURATION,
	WAIT_COMMAND,
	WAIT_READER, /* of each sink: that it is gone */
	NR_WAITS = WAIT_READER + TRACE_MAX_SINKS,
};

struct loop {
	struct trace *trace;
	struct live *live;
	struct sequencer sequencer;
	struct tree tree;
	struct origins *origins;
	struct origin origin; /* of the tree */
	struct snapshots_store snapshots;
	struct symbol_names symbols;  /* that the snapshots point to */
	struct state_changes changes; /* of the tree */
	struct pollfd fds[NR_WAITS];
	int signals;	     /* that came so far */
	int drains;	     /* by the timer, since sessions were last reclaimed */
	int drained;	     /* records read since the loop last looked around */
	__u64 nr_open;	     /* as read since then, 0 if it was not */
	__u64 opened_ns;     /* CLOCK_BOOTTIME when the gate was opened */
	bool stop;	     /* the trace is to end */
	bool closed;	     /* --count sockets were shown, or an output has ended: no more are */
	bool damaged;	     /* a record could not be read */
	bool outermost_only; /* no output shows more of a tree */
};

/* With --state what the creation's functions have set. */
static void add_state(struct loop *loop, const struct wire_record *record)
{
	const struct wire_snapshots *snapshots = snapshots__take(&loop->snapshots, record);
	__u64 *lost = &loop->trace->account.lost[LOST_STATE];
	const struct state_names names = {
		.symbols = &loop->symbols,
		.flags = &loop->trace->observation.socket_flags,
	};
	bool named = !loop->symbols.failure;

	*lost += state_changes__compute(&loop->changes, &loop->tree, snapshots, &names);
	*lost += snapshots ? snapshots->nr_dropped : record->nr_spans;
	loop->tree.state = &loop->changes;
	if (named && loop->symbols.failure)
		log_warning("--state can't name what pointers point to: %s", loop->symbols.failure);
}

static void show_observed(void *context, const struct stage_plan *planned)
{
	struct loop *loop = context;
	int i;

	for (i = 0; i < loop->trace->nr_sinks; i++)
		sink__observed(loop->trace->sinks[i], planned);
}

/* fs.nr_open, which is read once for all records of a drain. */
static __u64 find_nr_open(struct loop *loop)
{
	if (!loop->nr_open)
		loop->nr_open = host__nr_open();
	return loop->nr_open;
}

/* Hands the creation to the outputs. */
static void show_tree(struct loop *loop, const struct wire_record *record)
{
	struct trace *trace = loop->trace;
	int i;

	if (loop->outermost_only)
		assemble__outermost(&loop->tree, record, &trace->header.plan);
	else
		assemble__tree(&loop->tree, record, &trace->header.plan);
	origins__find(loop->origins, record, &loop->origin);
	loop->tree.origin = &loop->origin;
	loop->tree.nr_open = record->flags & WIRE_NR_OPEN_REACHED ? find_nr_open(loop) : 0;
	/* Accepts are too many at a time for a place in memory each: no snapshots are taken. */
	if (trace->options->state && !call__is_accept(record))
		add_state(loop, record);
	loop->tree.sequence = sequencer__number(&loop->sequencer, record);
	for (i = 0; i < trace->nr_sinks; i++)
		loop->closed |= !sink__creation(trace->sinks[i], &loop->tree);
}

static void count_and_show(struct loop *loop, const struct wire_record *record)
{
	struct trace *trace = loop->trace;

	/* Of a family that was registered before the record came: its function was not observed. */
	observation__update(&trace->observation, show_observed, loop);
	if (trace->nr_sinks)
		show_tree(loop, record);
	trace->account.shown++;
	trace->account.failed += record->ret < 0;
	if (trace->account.shown == trace->options->count)
		loop->closed = true;
	loop->stop |= loop->closed;
}

static void note_damage(struct loop *loop, const char *reason)
{
	if (!loop->damaged)
		log_error("a record is damaged (%s): it is left out", reason);
	loop->damaged = true;
}

static int show_record(void *context, void *data, size_t size)
{
	struct loop *loop = context;
	const struct wire_record *record;
	const char *reason;

	if (snapshots__is_it(data, size)) {
		if (!snapshots__keep(&loop->snapshots, data, size, &reason))
			note_damage(loop, reason ? reason : "out of memory");
		return 0;
	}
	record = decode__record(data, size, &reason);
	/* What the tool has made itself to find out what its probes cost. */
	if (record && record->spans[0].start < loop->opened_ns)
		return 0;
	if (record && loop->closed)
		loop->trace->account.not_shown++;
	else if (record)
		count_and_show(loop, record);
	else
		note_damage(loop, reason);
	return ++loop->drained == DRAIN_RECORDS ? -1 : 0;
}

/* Shows what has come. The trace ends when an output does. False if more is there. */
static bool drain(struct loop *loop)
{
	int i;

	loop->drained = 0;
	loop->nr_open = 0;
	/* Also without a record: functions that have just come are to be in the next one. */
	observation__update(&loop->trace->observation, show_observed, loop);
	live__drain(loop->live);
	for (i = 0; i < loop->trace->nr_sinks; i++) {
		if (!sink__flush(loop->trace->sinks[i]))
			loop->closed = loop->stop = true;
	}
	return loop->drained < DRAIN_RECORDS;
}

/* A timer that fires every interval, or once after it. -1 and errno on failure. */
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
 * A terminal's Ctrl-C goes to the command as well: the trace then goes on to the command's end, as
 * with any command. The second one ends the trace in any case.
 */
static void handle_signal(struct loop *loop)
{
	struct signalfd_siginfo info;
	bool running = loop->trace->options->command && !loop->trace->command.ended;

	while (read(loop->fds[WAIT_SIGNAL].fd, &info, sizeof(info)) == sizeof(info)) {
		loop->signals++;
		if (running && info.ssi_signo != SIGINT)
			command__signal(&loop->trace->command, info.ssi_signo);
		if (!running || loop->signals > 1)
			loop->stop = true;
	}
}

static void reclaim(struct loop *loop, __u64 before_ns)
{
	struct tracer *tracer = loop->trace->observation.tracer;

	sessions__reclaim(tracer__state(tracer), tracer__claims_fd(tracer), before_ns);
}

static void handle_timer(struct loop *loop)
{
	__u64 expirations;

	if (read(loop->fds[WAIT_DRAIN].fd, &expirations, sizeof(expirations)) < 0)
		log_verbose("reading the timer: %s", strerror(errno));
	if (++loop->drains == SETTLE_DRAINS)
		tracer__set_gate(loop->trace->observation.tracer, GATE_SETTLED);
	if (loop->drains < RECLAIM_DRAINS)
		return;
	loop->drains = 0;
	reclaim(loop, host__boot_ns() - RECLAIM_AGE_NS);
}

static int wait_and_show(struct loop *loop)
{
	bool more = false;
	int i;

	while (!loop->stop) {
		if (poll(loop->fds, NR_WAITS, more ? 0 : -1) < 0 && errno != EINTR)
			return -1;
		if (loop->fds[WAIT_SIGNAL].revents)
			handle_signal(loop);
		if (loop->fds[WAIT_DURATION].revents)
			loop->stop = true;
		if (loop->fds[WAIT_COMMAND].revents) {
			command__reap(&loop->trace->command, false);
			loop->stop = true;
		}
		if (loop->fds[WAIT_DRAIN].revents)
			handle_timer(loop);
		for (i = 0; i < TRACE_MAX_SINKS; i++)
			loop->stop |= (loop->fds[WAIT_READER + i].revents & POLLERR) != 0;
		more = !drain(loop);
	}
	/* One that has ended a write is still to be passed on. */
	handle_signal(loop);
	return 0;
}

/* Lets the creations that are under way finish, and shows them. */
static void show_last(struct loop *loop)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	__u64 deadline = host__boot_ns() + LAST_CREATIONS_NS;

	tracer__set_gate(loop->trace->observation.tracer, GATE_CLOSED);
	overhead__stop(&loop->trace->overhead);
	reclaim(loop, host__boot_ns());
	while (sessions__count_open(tracer__state(loop->trace->observation.tracer)) &&
	       host__boot_ns() < deadline)
		nanosleep(&pause, NULL);
	reclaim(loop, host__boot_ns());
	while (!drain(loop))
		;
	live__account(loop->trace->observation.tracer, &loop->trace->account);
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

/* The trace ends while a reader does not read: what comes from now on is not recorded. */
static void end_while_writing(void *context)
{
	struct loop *loop = context;

	tracer__set_gate(loop->trace->observation.tracer, GATE_CLOSED);
	loop->stop = true;
}

/* Opens what the loop waits for. -1 on failure, explained. */
static int prepare(struct loop *loop)
{
	const struct options *options = loop->trace->options;
	int i;

	for (i = 0; i < NR_WAITS; i++)
		loop->fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	loop->live = live__open(loop->trace->observation.tracer, show_record, loop);
	if (!loop->live) {
		log_error("cannot read the ring buffer: %s", strerror(errno));
		return -1;
	}
	loop->origins = origins__new(opts__wants_processes(options), options->kernel_stack,
				     tracer__state(loop->trace->observation.tracer));
	if (!loop->origins) {
		log_error("out of memory");
		return -1;
	}
	loop->outermost_only = true;
	for (i = 0; i < loop->trace->nr_sinks; i++) {
		loop->fds[WAIT_READER + i] =
			(struct pollfd){ .fd = sink__pipe_fd(loop->trace->sinks[i]) };
		loop->outermost_only &= sink__is_outermost_only(loop->trace->sinks[i]);
	}
	loop->fds[WAIT_RECORDS].fd = live__fd(loop->live);
	loop->fds[WAIT_SIGNAL].fd = loop->trace->signals.fd;
	loop->fds[WAIT_DRAIN].fd = make_timer(DRAIN_INTERVAL_NS, true);
	if (options->duration_ns)
		loop->fds[WAIT_DURATION].fd = make_timer(options->duration_ns, false);
	if (loop->fds[WAIT_DRAIN].fd < 0 ||
	    (options->duration_ns && loop->fds[WAIT_DURATION].fd < 0)) {
		log_error("cannot make a timer: %s", strerror(errno));
		return -1;
	}
	loop->trace->interrupts.end_fds[0] = loop->fds[WAIT_DURATION].fd;
	loop->trace->interrupts.end = end_while_writing;
	loop->trace->interrupts.context = loop;
	return 0;
}

static int start(struct loop *loop)
{
	const struct options *options = loop->trace->options;
	int status;

	if (!options->no_nice)
		priority__raise(&loop->trace->priority);
	if (options->overhead)
		overhead__begin(&loop->trace->overhead, loop->trace->observation.tracer,
				&loop->trace->header.plan);
	loop->opened_ns = host__boot_ns();
	/* A COMMAND that is yet to start has no calls under way. */
	tracer__set_gate(loop->trace->observation.tracer,
			 options->command ? GATE_SETTLED : GATE_OPEN);
	if (options->ready_file && make_ready_file(options->ready_file))
		return 1;
	if (!options->command)
		return 0;
	status = command__start(&loop->trace->command, options->command, &loop->trace->signals,
				&loop->trace->priority);
	loop->fds[WAIT_COMMAND].fd = loop->trace->command.pidfd;
	loop->trace->interrupts.end_fds[1] = loop->trace->command.pidfd;
	return status;
}

static void release(struct loop *loop)
{
	loop->trace->interrupts.end_fds[0] = -1;
	loop->trace->interrupts.end_fds[1] = -1;
	live__close(loop->live);
	origins__free(loop->origins);
	snapshots__free(&loop->snapshots);
	symbol_names__free(&loop->symbols);
	if (loop->fds[WAIT_DRAIN].fd >= 0)
		close(loop->fds[WAIT_DRAIN].fd);
	if (loop->fds[WAIT_DURATION].fd >= 0)
		close(loop->fds[WAIT_DURATION].fd);
}

int trace__run(struct trace *trace)
{
	struct loop loop = { .trace = trace };
	int status = 1;

	if (!prepare(&loop)) {
		status = start(&loop);
		trace->started = !status;
		if (!status && wait_and_show(&loop)) {
			log_error("cannot wait for events: %s", strerror(errno));
			status = 1;
		}
		show_last(&loop);
		priority__restore(&trace->priority);
	}
	release(&loop);
	return status;
}
