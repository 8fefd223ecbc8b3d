// SPDX-License-Identifier: GPL-2.0
#include "calibrate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "log.h"

#define NR_FUNCTIONS 3 /* that are called one after the other: see calibration.bpf.h */
#define NR_ROUNDS    25

/* One round's durations in ns, of which the first ones also warm the caches up. */
struct rounds {
	__u64 call[NR_ROUNDS]; /* of the second function, as measured */
	__u64 near[NR_ROUNDS]; /* between the first two's clocks: nothing is called in between */
	__u64 far[NR_ROUNDS];  /* between the last two's: a function is called that is not probed */
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

static bool attach(enum object_kind kind, struct bpf_object *object,
		   struct calibration_links *links)
{
	static const char *const names[CALIBRATE_NR_LINKS] = {
		"exit_calibration_2",  "exit_calibration_3",  "exit_calibration_5",
		"enter_calibration_2", "enter_calibration_3", "enter_calibration_5",
	};
	static const char *const functions[NR_FUNCTIONS] = {
		"bpf_fentry_test2",
		"bpf_fentry_test3",
		"bpf_fentry_test5",
	};
	int i;

	for (i = 0; i < CALIBRATE_NR_LINKS; i++) {
		struct bpf_program *program = find(object, names[i]);

		if (!program || bpf_program__fd(program) < 0)
			return false;
		links->links[i] =
			load__attach(program, kind, i < NR_FUNCTIONS ? EXIT_HALF : ENTRY_HALF,
				     functions[i % NR_FUNCTIONS]);
		if (!links->links[i])
			return false;
	}
	return true;
}

static int compare(const void *one, const void *other)
{
	__u64 a = *(const __u64 *)one, b = *(const __u64 *)other;

	return a < b ? -1 : a > b;
}

static __u64 median(__u64 *values)
{
	qsort(values, NR_ROUNDS, sizeof(*values), compare);
	return values[NR_ROUNDS / 2];
}

/* Has the functions called once. Whether each has become a span of the session. */
static bool run_round(struct bpf_object *trigger, struct wire_record *record, struct rounds *rounds,
		      int round)
{
	const struct wire_span *spans = record->spans + 1;

	record->nr_spans = 1;
	if (!run(trigger, "enter_calibration_2") || record->nr_spans != 1 + NR_FUNCTIONS)
		return false;
	rounds->call[round] = spans[1].end - spans[1].start;
	rounds->near[round] = spans[1].start - spans[0].end;
	rounds->far[round] = spans[2].start - spans[1].end;
	return true;
}

static bool run_rounds(struct bpf_object *trigger, struct state *state, struct rounds *rounds,
		       int nr)
{
	struct wire_record *record;
	bool complete;
	int i;

	if (!run(trigger, "begin_calibration"))
		return false;
	record = &state->sessions[state->calibrated_slot & (NR_SESSIONS - 1)].record;
	complete = true;
	for (i = 0; i < nr && complete; i++)
		complete = run_round(trigger, record, rounds, i);
	run(trigger, "end_calibration");
	return complete;
}

/*
 * What it takes to call one of the functions when it is not probed is in the second gap, but not in
 * the first. So much, in all, is in a call's duration and the gap before it besides the probe's
 * cost.
 */
static void compute(struct rounds *rounds, struct probe_cost *cost)
{
	__u64 call = median(rounds->call);
	__u64 near = median(rounds->near);
	__u64 far = median(rounds->far);
	__u64 unprobed = far > near ? far - near : 0;
	__u64 total = call + near > unprobed ? call + near - unprobed : 0;

	cost->inner_ns = call > unprobed / 2 ? call - unprobed / 2 : 0;
	cost->outer_ns = total > cost->inner_ns ? total - cost->inner_ns : 0;
	/* Nothing tells the two halves of a probe apart; by fentry they are much the same. */
	cost->exit_ns = total / 2;
}

bool calibrate__object(enum object_kind kind, struct bpf_object *object, struct bpf_object *trigger,
		       struct state *state, struct calibration_links *links,
		       struct probe_cost *cost)
{
	struct rounds rounds;

	memset(cost, 0, sizeof(*cost));
	memset(links, 0, sizeof(*links));
	if (!attach(kind, object, links) || !run_rounds(trigger, state, &rounds, NR_ROUNDS)) {
		log_verbose("what observing by %s costs can't be measured: %s",
			    attach_way_name(load__way(kind)), strerror(errno));
		calibrate__detach(links);
		return false;
	}
	compute(&rounds, cost);
	log_verbose(
		"observing a call by %s costs %u ns: %u in its own duration, %u in its caller's",
		attach_way_name(load__way(kind)), cost->inner_ns + cost->outer_ns, cost->inner_ns,
		cost->outer_ns);
	return true;
}

void calibrate__detach(struct calibration_links *links)
{
	int i;

	for (i = 0; i < CALIBRATE_NR_LINKS; i++) {
		bpf_link__destroy(links->links[i]);
		links->links[i] = NULL;
	}
}

static void set_gate(struct state *state, enum gate gate)
{
	__atomic_store_n(&state->gate, gate, __ATOMIC_RELEASE);
}

int calibrate__begin_runs(void)
{
	int stats = bpf_enable_stats(BPF_STATS_RUN_TIME);

	if (stats >= 0)
		return stats;
	errno = -stats;
	return -1;
}

void calibrate__run(struct bpf_object *trigger, struct state *state)
{
	struct rounds rounds;
	int fd;

	run_rounds(trigger, state, &rounds, 1);
	set_gate(state, GATE_CALIBRATION);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	set_gate(state, GATE_CLOSED);
	if (fd >= 0)
		close(fd);
}

void calibrate__end_runs(int stats, struct state *state)
{
	close(stats);
	memset(state->accounts, 0, sizeof(state->accounts));
}

struct program_runs calibrate__runs(int program_fd)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (program_fd < 0 || bpf_obj_get_info_by_fd(program_fd, &info, &size))
		return (struct program_runs){ 0 };
	return (struct program_runs){ .runs = info.run_cnt, .ns = info.run_time_ns };
}
