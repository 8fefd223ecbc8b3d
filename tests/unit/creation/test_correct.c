// SPDX-License-Identifier: GPL-2.0
/*
 * Tests the subtraction of the probes' cost. Records are made by simulating probes of known cost on
 * creations of known latencies. The correction must give these latencies back.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "creation/assemble.h"
#include "creation/correct.h"

#define BEGIN 1000000

/* What a probe costs in ns, before and after each of its two timestamps. */
struct parts {
	int before_entry, behind_entry, before_exit, behind_exit;
};

static const struct parts cheap = { 90, 40, 40, 110 };
/* The return captures something if the call succeeds. */
static const struct parts dear = { 90, 40, 40, 310 };

static struct plan plan;
static struct latency_costs costs;
static struct tree tree;

static struct probe_cost cost_of(const struct parts *parts)
{
	return (struct probe_cost){
		.inner_ns = parts->behind_entry + parts->before_exit,
		.outer_ns = parts->before_entry + parts->behind_exit,
		.exit_ns = parts->before_exit + parts->behind_exit,
		.capture_ns = parts->behind_exit - cheap.behind_exit,
	};
}

static int set_up(void **state)
{
	int i;

	(void)state;
	memset(&plan, 0, sizeof(plan));
	memset(&costs, 0, sizeof(costs));
	for (i = 0; i < NR_STAGES; i++) {
		plan.probes[i].function = stages[i].name;
		plan.probes[i].way = ATTACH_FENTRY;
		costs.probes[i] = cost_of(i == STAGE_SOCK_CREATE ? &dear : &cheap);
	}
	for (i = 0; i < NR_FAMILIES; i++)
		plan.probes[NR_STAGES + i].function = "";
	plan.probes[STAGE_SOCK_MAP_FD].way = ATTACH_RECONSTRUCTED;
	costs.probes[STAGE_SOCK_MAP_FD] = (struct probe_cost){ 0 };
	correct__prepare(&costs, &plan);
	costs.known = true;
	return 0;
}

/*
 * Simulates a processor that runs a creation with probes: its clock, and the record that it makes.
 */
struct run {
	struct wire_record record;
	__u64 now;
	int open[8];
	int depth;
};

static const struct parts *parts_of(enum stage stage)
{
	return stage == STAGE_SOCK_CREATE ? &dear : &cheap;
}

static void begin_run(struct run *run)
{
	memset(run, 0, sizeof(*run));
	run->record.version = WIRE_VERSION;
	run->now = BEGIN;
}

static void work_for(struct run *run, __u64 ns)
{
	run->now += ns;
}

static void call(struct run *run, enum stage stage)
{
	struct wire_span *span = &run->record.spans[run->record.nr_spans];

	run->now += parts_of(stage)->before_entry;
	span->start = run->now;
	run->now += parts_of(stage)->behind_entry;
	span->stage = stage;
	span->parent = run->depth ? run->open[run->depth - 1] : WIRE_NO_PARENT;
	run->open[run->depth++] = run->record.nr_spans++;
}

static void leave(struct run *run, __s32 ret)
{
	struct wire_span *span = &run->record.spans[run->open[--run->depth]];

	run->now += parts_of(span->stage)->before_exit;
	span->end = run->now;
	run->now += ret < 0 ? cheap.behind_exit : parts_of(span->stage)->behind_exit;
	span->ret = ret;
}

/* Begin the outermost call, and 10 ns later another one in it. */
static void begin_calls(struct run *run, enum stage outermost, enum stage first)
{
	begin_run(run);
	call(run, outermost);
	work_for(run, 10);
	call(run, first);
}

/* Run socket() with two calls in __sock_create(), and one in the part that is reconstructed. */
static void run_socket(struct run *run)
{
	begin_calls(run, STAGE_SYS_SOCKET, STAGE_SOCK_CREATE);
	work_for(run, 20);
	call(run, STAGE_SECURITY_SOCKET_CREATE);
	work_for(run, 100);
	leave(run, 0);
	work_for(run, 30);
	call(run, STAGE_SOCK_ALLOC);
	work_for(run, 600);
	leave(run, POINTER_VALID);
	work_for(run, 40);
	leave(run, 0);
	work_for(run, 50);
	call(run, STAGE_SOCK_ALLOC_FILE);
	work_for(run, 1500);
	leave(run, POINTER_VALID);
	work_for(run, 60);
	leave(run, 3);
}

static void expect_span(int index, const char *name, __u64 start, __u64 duration)
{
	assert_string_equal(tree.spans[index].name, name);
	assert_int_equal(tree.spans[index].start_ns, start);
	assert_int_equal(tree.spans[index].duration_ns, duration);
}

static void test_true_times_come_back(void **state)
{
	struct run run;

	(void)state;
	run_socket(&run);
	assemble__tree(&tree, &run.record, &plan, &costs);
	assert_int_equal(tree.nr_spans, 6);
	expect_span(0, "__sys_socket", 0, 2410);
	expect_span(1, "__sock_create", 10, 790);
	expect_span(2, "security_socket_create", 30, 100);
	expect_span(3, "sock_alloc", 160, 600);
	expect_span(4, "sock_map_fd", 800, 1610);
	expect_span(5, "sock_alloc_file", 850, 1500);
	assert_int_equal(tree.spans[0].self_ns, 10);
	assert_int_equal(tree.spans[1].self_ns, 90);
	assert_int_equal(tree.spans[4].self_ns, 110);
}

static void test_measured_times_are_kept(void **state)
{
	struct run run;

	(void)state;
	run_socket(&run);
	assemble__tree(&tree, &run.record, &plan, &costs);
	assert_int_equal(tree.spans[0].measured_ns,
			 run.record.spans[0].end - run.record.spans[0].start);
	assert_int_equal(tree.spans[3].measured_ns, 600 + 80);
	assert_int_equal(tree.spans[4].measured_ns,
			 run.record.spans[0].end - run.record.spans[1].end);
}

static void test_not_corrected(void **state)
{
	struct run run;
	int i;

	(void)state;
	costs.known = false;
	run_socket(&run);
	assemble__tree(&tree, &run.record, &plan, &costs);
	for (i = 0; i < tree.nr_spans; i++)
		assert_int_equal(tree.spans[i].duration_ns, tree.spans[i].measured_ns);
	assert_int_equal(tree.spans[3].duration_ns, 680);
}

/* A disturbed calibration can find any cost, also one that exceeds the latency. */
static void run_socket_at_random_costs(struct run *run)
{
	int i;

	run_socket(run);
	for (i = 0; i < NR_STAGES; i++)
		costs.probes[i] = (struct probe_cost){
			.inner_ns = rand() % 200,
			.outer_ns = rand() % 600,
			.exit_ns = rand() % 500,
			.capture_ns = rand() % 200,
		};
	correct__prepare(&costs, &plan);
}

static void test_failed_call_has_captured_nothing(void **state)
{
	struct run run;

	(void)state;
	begin_calls(&run, STAGE_SYS_SOCKET, STAGE_SOCK_CREATE);
	work_for(&run, 300);
	leave(&run, -EPERM);
	work_for(&run, 20);
	leave(&run, -EPERM);
	assemble__tree(&tree, &run.record, &plan, &costs);
	expect_span(0, "__sys_socket", 0, 330);
	expect_span(1, "__sock_create", 10, 300);
	assert_int_equal(tree.spans[0].self_ns, 30);
}

/* Never subtract more than there is. */
static void test_shorter_than_the_probes(void **state)
{
	struct run run;
	int i;

	(void)state;
	run_socket(&run);
	for (i = 0; i < NR_STAGES; i++) {
		if (costs.probes[i].inner_ns)
			costs.probes[i] = (struct probe_cost){ 5000, 5000, 5000, 0 };
	}
	correct__prepare(&costs, &plan);
	assemble__tree(&tree, &run.record, &plan, &costs);
	for (i = 0; i < tree.nr_spans; i++) {
		assert_int_equal(tree.spans[i].duration_ns, 0);
		assert_int_equal(tree.spans[i].start_ns, 0);
	}
}

/*
 * Check that the children of a span follow each other and do not pass limit. Return where the span
 * ends; for one whose return was not seen that is the end of its last child.
 */
static __u64 check_within(int index, __u64 limit)
{
	const struct span *span = &tree.spans[index];
	__u64 at = span->start_ns, end = span->start_ns + span->duration_ns, calls = 0;
	int child;

	assert_in_range(end, span->start_ns, limit);
	for (child = span->first_child; child != TREE_NO_SPAN;
	     child = tree.spans[child].next_sibling) {
		assert_in_range(tree.spans[child].start_ns, at, limit);
		at = check_within(child, span->complete ? end : limit);
		calls += tree.spans[child].duration_ns;
	}
	if (!span->complete)
		return at;
	assert_int_equal(span->self_ns, span->duration_ns - calls);
	assert_int_equal(!span->self_ns, span->at_most_ns > 0);
	return end;
}

/* Costs vary. A call never gets shorter than its children, and these stay in it and in order. */
static void test_calls_stay_within(void **state)
{
	struct run run;

	(void)state;
	run_socket(&run);
	costs.probes[STAGE_SYS_SOCKET].inner_ns += 3000;
	costs.probes[STAGE_SOCK_CREATE].inner_ns += 300;
	correct__prepare(&costs, &plan);
	assemble__tree(&tree, &run.record, &plan, &costs);
	check_within(0, UINT64_MAX);
	assert_int_equal(tree.spans[0].self_ns, 0);
}

/* Where the costs leave nothing of a call, what was measured of it alone is its bound. */
static void test_what_costs_hide_is_bounded(void **state)
{
	struct run run;
	int i;

	(void)state;
	run_socket(&run);
	assemble__tree(&tree, &run.record, &plan, &costs);
	for (i = 0; i < tree.nr_spans; i++)
		assert_int_equal(tree.spans[i].at_most_ns, 0);
	costs.probes[STAGE_SECURITY_SOCKET_CREATE].inner_ns += 100;
	costs.probes[STAGE_SYS_SOCKET].inner_ns += 3000;
	correct__prepare(&costs, &plan);
	assemble__tree(&tree, &run.record, &plan, &costs);
	/* It took 100 ns, and 80 more for its own probe. */
	expect_span(2, "security_socket_create", tree.spans[2].start_ns, 0);
	assert_int_equal(tree.spans[2].self_ns, 0);
	assert_int_equal(tree.spans[2].at_most_ns, 180);
	assert_int_equal(span__at_most(&tree.spans[2]), 180);
	/* 10 ns, and the costs until __sock_create() is entered. The rest is in sock_map_fd(). */
	assert_int_equal(tree.spans[0].self_ns, 0);
	assert_int_equal(tree.spans[0].at_most_ns, 10 + 40 + 90);
	assert_int_equal(span__at_most(&tree.spans[0]), 0);
}

/* As measured, a call may take no time: that is what its clock has said. */
static void test_what_is_measured_is_not_bounded(void **state)
{
	struct run run;

	(void)state;
	run_socket(&run);
	run.record.spans[2].end = run.record.spans[2].start;
	costs.known = false;
	assemble__tree(&tree, &run.record, &plan, &costs);
	assert_int_equal(tree.spans[2].self_ns, 0);
	assert_int_equal(tree.spans[2].at_most_ns, 0);
}

/*
 * This is also true for the children of a call whose return was not seen: they take time of the
 * caller above.
 */
static void test_calls_of_cut_calls_stay_within(void **state)
{
	int i;

	(void)state;
	srand(1);
	for (i = 0; i < 20000; i++) {
		struct run run;

		run_socket_at_random_costs(&run);
		run.record.spans[rand() % 5].flags = WIRE_SPAN_CUT;
		run.record.spans[rand() % 5].flags = WIRE_SPAN_CUT;
		assemble__tree(&tree, &run.record, &plan, &costs);
		check_within(0, UINT64_MAX);
	}
}

/* A call that ends before it starts has no latency to be corrected. */
static void test_clock_steps_back(void **state)
{
	struct run run;

	(void)state;
	run_socket(&run);
	run.record.spans[0].start = UINT64_MAX - 1000;
	run.record.nr_spans = 1;
	assemble__tree(&tree, &run.record, &plan, &costs);
	assert_int_equal(tree.spans[0].duration_ns, 0);
}

/*
 * Whatever the costs are, and whichever calls are observed, a reconstructed span begins where the
 * call before it ends, and ends with its caller.
 */
static void test_reconstructed_fills_its_caller(void **state)
{
	const struct span *root = &tree.spans[0], *before = &tree.spans[1];
	const struct span *reconstructed = &tree.spans[4], *child = &tree.spans[5];
	struct run run;
	int i;

	(void)state;
	srand(1);
	for (i = 0; i < 20000; i++) {
		run_socket_at_random_costs(&run);
		run.record.spans[4].stage = i % 2 ? STAGE_SOCK_ALLOC_FILE : STAGE_ALLOC_FILE_PSEUDO;
		assemble__tree(&tree, &run.record, &plan, &costs);
		assert_string_equal(reconstructed->name, "sock_map_fd");
		assert_int_equal(child->parent, 4);
		assert_int_equal(reconstructed->start_ns, before->start_ns + before->duration_ns);
		assert_int_equal(reconstructed->start_ns + reconstructed->duration_ns,
				 root->duration_ns);
		check_within(0, UINT64_MAX);
	}
}

/* If the return of a call was not seen, its exit cost nothing. */
static void test_cut_call(void **state)
{
	struct run run;

	(void)state;
	begin_calls(&run, STAGE_SYS_SOCKETPAIR, STAGE_SOCK_ALLOC_FILE);
	work_for(&run, 100);
	run.record.spans[1].flags = WIRE_SPAN_CUT;
	run.depth--;
	work_for(&run, 20);
	leave(&run, 0);
	assemble__tree(&tree, &run.record, &plan, &costs);
	expect_span(0, "__sys_socketpair", 0, 130);
	assert_false(tree.spans[1].complete);
	assert_int_equal(tree.spans[1].start_ns, 10);
	assert_int_equal(tree.spans[1].duration_ns, 0);
}

int main(void)
{
	const struct CMUnitTest correct[] = {
		cmocka_unit_test_setup(test_true_times_come_back, set_up),
		cmocka_unit_test_setup(test_measured_times_are_kept, set_up),
		cmocka_unit_test_setup(test_not_corrected, set_up),
		cmocka_unit_test_setup(test_failed_call_has_captured_nothing, set_up),
		cmocka_unit_test_setup(test_shorter_than_the_probes, set_up),
		cmocka_unit_test_setup(test_calls_stay_within, set_up),
		cmocka_unit_test_setup(test_what_costs_hide_is_bounded, set_up),
		cmocka_unit_test_setup(test_what_is_measured_is_not_bounded, set_up),
		cmocka_unit_test_setup(test_calls_of_cut_calls_stay_within, set_up),
		cmocka_unit_test_setup(test_clock_steps_back, set_up),
		cmocka_unit_test_setup(test_reconstructed_fills_its_caller, set_up),
		cmocka_unit_test_setup(test_cut_call, set_up),
	};

	return cmocka_run_group_tests(correct, NULL, NULL);
}
