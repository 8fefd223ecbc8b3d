// SPDX-License-Identifier: GPL-2.0
#include "cost/probe_costs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cost/program_runs.h"
#include "creation/correct.h"
#include "probe/own_sockets.h"
#include "text/log.h"

/* The number of runs of each program. The first ones are slow. */
#define NR_ROUNDS 15
/* More follow while one of the last few has found that programs run in less time, up to this. */
#define MAX_ROUNDS   60
#define QUIET_ROUNDS 5
/*
 * In each round two sockets are created, whose records nobody reads. None of them is lost, so this
 * process is not among those that have lost creations.
 */
_Static_assert(2 * MAX_ROUNDS * sizeof(struct wire_record) < 1 << 20,
	       "the smallest buffer (--buffer-size) takes all of them");

/* The least time that one program took to run in any round: what disturbs it makes it longer. */
struct samples {
	int fd; /* -1 where there is none */
	struct program_runs before;
	__u64 least_ns; /* only if it has run */
	bool has_run;
};

/* The samples of all programs that a creation runs, and of those that capture nothing. */
struct measurement {
	struct samples probes[NR_PROBES][NR_HALVES];
	struct samples baseline[NR_OBJECTS][NR_HALVES];
};

static void find_programs(struct measurement *measurement, const struct calibration *calibration,
			  const struct tracer *tracer, const struct plan *plan)
{
	int half, i;

	for (half = 0; half < NR_HALVES; half++) {
		for (i = 0; i < NR_PROBES; i++)
			measurement->probes[i][half].fd =
				tracer__program(tracer, plan, i, (enum half)half);
		for (i = 0; i < NR_OBJECTS; i++)
			measurement->baseline[i][half].fd =
				calibration->costs[i].inner_ns
					? bpf_program__fd(load__calibration_program(
						  tracer->objects[i], (enum object_kind)i, 1,
						  (enum half)half))
					: -1;
	}
}

static void note_before(struct samples *samples)
{
	samples->before = program_runs__read(samples->fd);
}

static void take_sample(struct samples *samples)
{
	struct program_runs now = program_runs__read(samples->fd);
	__u64 runs = now.runs - samples->before.runs;

	__u64 ns = runs ? (now.ns - samples->before.ns) / runs : 0;

	if (runs && (!samples->has_run || ns < samples->least_ns))
		samples->least_ns = ns;
	samples->has_run |= runs > 0;
}

static void for_each_program(struct measurement *measurement, void (*act)(struct samples *))
{
	int half, i;

	for (half = 0; half < NR_HALVES; half++) {
		for (i = 0; i < NR_PROBES; i++)
			act(&measurement->probes[i][half]);
		for (i = 0; i < NR_OBJECTS; i++)
			act(&measurement->baseline[i][half]);
	}
}

/* In ns, or -1 if the program has not run. */
static long long least_time(const struct samples *samples)
{
	return samples->has_run ? (long long)samples->least_ns : -1;
}

/* The least that a creation was seen to spend in all programs, in ns. */
static __u64 sum_least(const struct measurement *measurement)
{
	__u64 sum = 0;
	int half, i;

	for (half = 0; half < NR_HALVES; half++) {
		for (i = 0; i < NR_PROBES; i++)
			sum += measurement->probes[i][half].least_ns;
		for (i = 0; i < NR_OBJECTS; i++)
			sum += measurement->baseline[i][half].least_ns;
	}
	return sum;
}

static bool observes_accept(const struct plan *plan)
{
	enum object_kind kind;
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (stages[stage].detail == DETAIL_ACCEPT && tracer__find_kind(plan, stage, &kind))
			return true;
	}
	return false;
}

static void run_round(struct measurement *measurement, const struct calibration *calibration,
		      struct tracer *tracer, bool accepts)
{
	for_each_program(measurement, note_before);
	calibrate__run(calibration, tracer->objects[OBJECT_FENTRY], tracer->state, accepts);
	for_each_program(measurement, take_sample);
}

/*
 * Run rounds until a few of them have found next to nothing less. Return -1 and errno if the kernel
 * does not measure how long programs run.
 */
static int run_rounds(struct measurement *measurement, const struct calibration *calibration,
		      struct tracer *tracer, const struct plan *plan)
{
	bool accepts = observes_accept(plan);
	int round, quiet = 0, stats = program_runs__measure();
	__u64 before = 0, now;

	if (stats < 0)
		return -1;
	for (round = 0; round < NR_ROUNDS || (round < MAX_ROUNDS && quiet < QUIET_ROUNDS);
	     round++) {
		run_round(measurement, calibration, tracer, accepts);
		now = sum_least(measurement);
		quiet = now + now / 64 < before ? 0 : quiet + 1;
		before = now;
	}
	close(stats);
	own_sockets__forget(tracer->state);
	return 0;
}

/*
 * How much longer a probe's program of one half runs than one that captures nothing, in ns, or 0
 * where that is not known.
 */
static long long capture_of(struct measurement *measurement, enum object_kind kind, int probe,
			    enum half half)
{
	long long ns = least_time(&measurement->probes[probe][half]);
	long long baseline = least_time(&measurement->baseline[kind][half]);

	return ns < 0 || baseline < 0 ? 0 : ns - baseline;
}

/*
 * A program with more to capture can't run much shorter than one with nothing. If it does, the
 * measurement was disturbed.
 */
static __u32 add(__u32 ns, long long more)
{
	return ns + (more < -(long long)ns / 8 ? 0 : more);
}

/*
 * Find the kind of object whose costs are those of a probe. Return false if they are not known.
 * Where only variadic functions are observed by kprobes, what these cost is not measured, which
 * would take another object. Fentry programs cost less, and the functions take so long that it does
 * not matter.
 */
static bool find_costs(const struct calibration *calibration, const struct plan *plan, int probe,
		       enum object_kind *kind)
{
	if (!tracer__find_kind(plan, probe, kind))
		return false;
	if (!calibration->costs[*kind].inner_ns && load__is_in(OBJECT_FENTRY, plan, probe))
		*kind = OBJECT_FENTRY;
	return calibration->costs[*kind].inner_ns;
}

/* Programs capture outside of the time between the two clocks. */
static void set_cost(struct measurement *measurement, const struct calibration *calibration,
		     const struct plan *plan, int probe, struct probe_cost *cost)
{
	enum object_kind kind;
	long long entry, exit;
	__u32 baseline;

	*cost = (struct probe_cost){ 0 };
	if (!find_costs(calibration, plan, probe, &kind))
		return;
	*cost = calibration->costs[kind];
	entry = capture_of(measurement, kind, probe, ENTRY_HALF);
	exit = capture_of(measurement, kind, probe, EXIT_HALF);
	baseline = cost->outer_ns;
	cost->outer_ns = add(baseline, entry + exit);
	cost->exit_ns = add(cost->exit_ns, exit);
	cost->capture_ns = exit > 0 && cost->outer_ns > baseline ? (__u32)exit : 0;
}

/*
 * Whether the cost of probes can be measured. Without FEATURE_FPROBE_PER_TASK, ftrace walks through
 * all probes of kprobe.multi and kprobe.session whenever a function with two of them is called, so
 * the calibration's probes would add to the cost.
 */
static bool can_calibrate(enum object_kind kind, const struct plan *plan)
{
	if ((kind != OBJECT_KPROBE_MULTI && kind != OBJECT_KPROBE_SESSION) ||
	    plan->facts.fprobe_per_task)
		return true;
	log_verbose(
		"latencies are not corrected: with this kernel's %s each probe makes all others "
		"slower, also those by which that could be measured",
		attach_way_name(load__way(kind)));
	return false;
}

/* Measure the probes of those objects whose costs are not known yet. */
static void calibrate_objects(struct calibration *calibration, struct tracer *tracer,
			      const struct plan *plan)
{
	int i;

	for (i = 0; i < NR_OBJECTS; i++) {
		enum object_kind kind = (enum object_kind)i;

		if (tracer->objects[kind] && load__is_wanted(kind, plan) &&
		    can_calibrate(kind, plan))
			calibrate__object(calibration, kind, tracer->objects[kind],
					  tracer->objects[OBJECT_FENTRY], tracer->state);
	}
}

/* If a cost is not known, durations are better left as measured. */
static bool knows_costs(const struct plan *plan, const struct latency_costs *costs)
{
	enum object_kind kind;
	int probe;

	for (probe = 0; probe < NR_PROBES; probe++) {
		if (tracer__find_kind(plan, probe, &kind) && !costs->probes[probe].inner_ns)
			return false;
	}
	return true;
}

/*
 * All families share their programs. The cost of a family that has not run is taken from one that
 * has run in the same way.
 */
static int stands_for(const struct plan *plan, int probe)
{
	int inet = NR_STAGES + AF_INET;

	return probe >= NR_STAGES && plan->probes[probe].way == plan->probes[inet].way ? inet
										       : probe;
}

void probe_costs__measure(struct probe_costs *probe_costs, struct tracer *tracer,
			  const struct plan *plan, struct latency_costs *costs)
{
	struct measurement *measurement = calloc(1, sizeof(*measurement));
	struct calibration *calibration = &probe_costs->calibration;
	bool measured;
	int probe;

	if (!measurement)
		return;
	calibrate_objects(calibration, tracer, plan);
	find_programs(measurement, calibration, tracer, plan);
	measured = !run_rounds(measurement, calibration, tracer, plan);
	if (!measured)
		log_verbose("latencies are not corrected: how long programs run can't be measured: "
			    "%s (needs CAP_SYS_ADMIN: run with sudo)",
			    strerror(errno));
	for (probe = 0; probe < NR_PROBES; probe++)
		set_cost(measurement, calibration, plan, probe, &costs->probes[probe]);
	for (probe = NR_STAGES; probe < NR_PROBES; probe++) {
		if (costs->probes[probe].inner_ns)
			costs->probes[probe] = costs->probes[stands_for(plan, probe)];
	}
	correct__prepare(costs, plan);
	costs->known = measured && knows_costs(plan, costs);
	free(measurement);
}

void probe_costs__measure_one(struct probe_costs *probe_costs, struct tracer *tracer,
			      const struct plan *plan, int probe, struct latency_costs *costs)
{
	struct calibration *calibration = &probe_costs->calibration;
	struct probe_cost *cost = &costs->probes[probe];
	int other = stands_for(plan, probe);
	enum object_kind kind;

	calibrate_objects(calibration, tracer, plan);
	*cost = (struct probe_cost){ 0 };
	if (find_costs(calibration, plan, probe, &kind))
		*cost = other != probe ? costs->probes[other] : calibration->costs[kind];
	correct__prepare(costs, plan);
}

void probe_costs__end(struct probe_costs *probe_costs)
{
	calibrate__detach(&probe_costs->calibration);
}
