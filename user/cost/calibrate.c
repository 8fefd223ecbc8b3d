// SPDX-License-Identifier: GPL-2.0
#include "cost/calibrate.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <bpf/bpf.h>

#include "probe/own_sockets.h"
#include "probe/probe_link.h"
#include "text/log.h"

#define NR_ROUNDS     25 /* in a batch, which has a session of its own */
#define QUIET_BATCHES 3	 /* so many in a row must find nothing less */
#define MAX_BATCHES   40

/*
 * The functions that one kind of object observes: two that are called one right after the other
 * and, for the first kind only, a third one, which is called after one that nobody observes. Each
 * kind has its own functions, since all remain attached. See calibration.bpf.h.
 */
#define NAME(number) "bpf_fentry_test" #number,
static const struct functions {
	const char *names[NR_CALIBRATION_FUNCTIONS];
	__u32 nr;
} functions_of[NR_OBJECTS] = {
	{ { CALIBRATION_FUNCTIONS(NAME) }, NR_CALIBRATION_FUNCTIONS },
	{ { "bpf_fentry_test5", "bpf_fentry_test6" }, 2 },
	{ { "bpf_fentry_test7", "bpf_fentry_test8" }, 2 },
	{ { NULL }, 0 },
};

/*
 * The least that was seen of each duration, in ns. Whatever disturbs a round makes it longer: an
 * interrupt, another task, a cold cache.
 */
struct least {
	__u64 call; /* the second function's duration, as measured */
	__u64 near; /* between the clocks of the first two functions: nothing is called there */
	__u64 far;  /* between the clocks of the last two functions, if there are three */
};

static struct bpf_program *find(struct bpf_object *object, const char *name)
{
	return bpf_object__find_program_by_name(object, name);
}

static bool run(struct bpf_object *object, const char *name)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);

	return !bpf_prog_test_run_opts(bpf_program__fd(find(object, name)), &options);
}

static struct probe_link *attach_half(enum object_kind kind, struct bpf_object *object,
				      enum half half, const struct functions *functions, __u32 i)
{
	struct bpf_program *program = load__calibration_program(object, kind, i, half);

	if (!program || bpf_program__fd(program) < 0)
		return NULL;
	/* A program that is told of the stage by the cookie poses as the others do. */
	return probe_link__attach(program, kind, half, functions->names[i],
				  STAGE_OF(CALIBRATION_STAGE));
}

/* Attach the exits first, as everywhere. */
static bool attach(enum object_kind kind, struct bpf_object *object,
		   const struct functions *functions, struct calibration_links *links)
{
	static const enum half order[NR_HALVES] = { EXIT_HALF, ENTRY_HALF };
	__u32 i, step;

	for (step = 0; step < (objects__is_paired(kind) ? 1 : NR_HALVES); step++) {
		for (i = 0; i < functions->nr; i++) {
			links->links[i][order[step]] =
				attach_half(kind, object, order[step], functions, i);
			if (!links->links[i][order[step]])
				return false;
		}
	}
	return true;
}

static void detach(struct calibration_links *links)
{
	int i, half;

	for (i = 0; i < NR_CALIBRATION_FUNCTIONS; i++) {
		for (half = 0; half < NR_HALVES; half++) {
			probe_link__destroy(links->links[i][half]);
			links->links[i][half] = NULL;
		}
	}
}

/*
 * Have the functions called once. Return whether each of the observed ones has become a span of
 * the session. The last nr spans are those of the kind that is measured.
 */
static bool run_round(struct bpf_object *trigger, struct wire_record *record, __u32 nr)
{
	record->nr_spans = 1;
	if (!run(trigger, "enter_calibration_1"))
		return false;
	errno = ENODATA;
	return record->nr_spans == 1 + nr;
}

static void take_least(__u64 *least, __u64 ns)
{
	if (ns < *least)
		*least = ns;
}

static void take_round(const struct wire_span *spans, const struct functions *functions,
		       struct least *least)
{
	take_least(&least->call, spans[1].end - spans[1].start);
	take_least(&least->near, spans[1].start - spans[0].end);
	if (functions->nr == NR_CALIBRATION_FUNCTIONS)
		take_least(&least->far, spans[2].start - spans[1].end);
}

/* Run one round, or NR_ROUNDS if least is not NULL. */
static bool run_rounds(const struct calibration *calibration, struct bpf_object *trigger,
		       struct state *state, const struct functions *functions, struct least *least)
{
	struct session *session;
	struct wire_record *record;
	bool complete = true;
	int i;

	state->calibrated_stack = 0;
	if (!run(trigger, "begin_calibration"))
		return false;
	session = &state->sessions[state->calibrated_slot % NR_SLOTS];
	record = &session->record;
	/* There may have been no room for the session. */
	errno = EBUSY;
	if (!state->calibrated_stack || session->stack != state->calibrated_stack)
		return false;
	for (i = 0; i < (least ? NR_ROUNDS : 1) && complete; i++) {
		complete = run_round(trigger, record, calibration->nr_functions);
		if (complete && least)
			take_round(record->spans + 1 + calibration->nr_functions - functions->nr,
				   functions, least);
	}
	run(trigger, "end_calibration");
	return complete;
}

static bool is_less(const struct least *one, const struct least *other)
{
	return one->call < other->call || one->near < other->near || one->far < other->far;
}

/* Run rounds until more of them find nothing less, which means that nothing disturbs them. */
static bool find_least(const struct calibration *calibration, struct bpf_object *trigger,
		       struct state *state, const struct functions *functions, struct least *least)
{
	int batch, quiet = 0;

	*least = (struct least){ ~0ULL, ~0ULL, ~0ULL };
	for (batch = 0; batch < MAX_BATCHES && quiet < QUIET_BATCHES; batch++) {
		const struct least before = *least;

		if (!run_rounds(calibration, trigger, state, functions, least))
			return false;
		quiet = is_less(least, &before) ? 0 : quiet + 1;
		/* What shares the processor with this task should do so between batches. */
		sched_yield();
	}
	return true;
}

/*
 * Calculate the costs. The second gap contains a call of a function that is not probed, and the
 * first gap does not. The rest of a call's duration and of the gap before it is the cost of the
 * probe.
 */
static void compute(const struct least *least, __u64 unprobed, struct probe_cost *cost)
{
	__u64 call = least->call, near = least->near;
	__u64 total = call + near > unprobed ? call + near - unprobed : 0;

	cost->inner_ns = call > unprobed / 2 ? call - unprobed / 2 : 0;
	cost->outer_ns = total > cost->inner_ns ? total - cost->inner_ns : 0;
	/*
	 * No measurement tells the two halves of a probe apart. With fentry they cost much the
	 * same.
	 */
	cost->exit_ns = total / 2;
}

static void learn_unprobed(struct calibration *calibration, const struct least *least)
{
	calibration->unprobed_ns = least->far > least->near ? least->far - least->near : 0;
}

static bool measure(struct calibration *calibration, enum object_kind kind,
		    struct bpf_object *object, struct bpf_object *trigger, struct state *state)
{
	const struct functions *functions = &functions_of[calibration->nr_kinds];
	struct least least;

	/* No kernel takes probes of four kinds. */
	errno = ENOSPC;
	if (!functions->nr || !attach(kind, object, functions, &calibration->links[kind]))
		return false;
	calibration->nr_functions += functions->nr;
	if (!find_least(calibration, trigger, state, functions, &least)) {
		calibration->nr_functions -= functions->nr;
		return false;
	}
	if (!calibration->nr_kinds++)
		learn_unprobed(calibration, &least);
	compute(&least, calibration->unprobed_ns, &calibration->costs[kind]);
	return true;
}

void calibrate__object(struct calibration *calibration, enum object_kind kind,
		       struct bpf_object *object, struct bpf_object *trigger, struct state *state)
{
	const struct probe_cost *cost = &calibration->costs[kind];

	if (calibration->is_tried[kind])
		return;
	calibration->is_tried[kind] = true;
	if (measure(calibration, kind, object, trigger, state)) {
		log_verbose("observing a call by %s costs %u ns: %u in its own duration, %u in its "
			    "caller's",
			    attach_way_name(load__way(kind)), cost->inner_ns + cost->outer_ns,
			    cost->inner_ns, cost->outer_ns);
		return;
	}
	log_verbose("what observing by %s costs can't be measured: %s",
		    attach_way_name(load__way(kind)), strerror(errno));
	detach(&calibration->links[kind]);
}

void calibrate__detach(struct calibration *calibration)
{
	int kind;

	for (kind = 0; kind < NR_OBJECTS; kind++)
		detach(&calibration->links[kind]);
}

void calibrate__run(const struct calibration *calibration, struct bpf_object *trigger,
		    struct state *state, bool accepts)
{
	run_rounds(calibration, trigger, state, NULL, NULL);
	own_sockets__create(state, AF_INET);
	if (accepts)
		own_sockets__accept(state);
}
