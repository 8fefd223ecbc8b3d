// SPDX-License-Identifier: GPL-2.0
/* Tests how trees are assembled from records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include <errno.h>

#include "creation/assemble.h"

static struct plan plan;
static struct tree tree;

/* The plan is that of a kernel on which sock_map_fd is inlined. */
static int set_up(void **state)
{
	int stage, family;

	(void)state;
	for (stage = 0; stage < NR_STAGES; stage++) {
		plan.probes[stage].function = stages[stage].name;
		plan.probes[stage].way = ATTACH_FENTRY;
	}
	plan.probes[STAGE_SOCK_MAP_FD].way = ATTACH_RECONSTRUCTED;
	for (family = 0; family < NR_FAMILIES; family++)
		plan.probes[NR_STAGES + family] = (struct stage_plan){ .function = "" };
	plan.probes[NR_STAGES + AF_INET] = (struct stage_plan){ .function = "inet_create",
								.way = ATTACH_KPROBE,
								.picked = true };
	memset(&tree, 0xa5, sizeof(tree));
	return 0;
}

/* CLOCK_BOOTTIME at the first call of each record. */
#define BEGIN 4000

static void add(struct wire_record *record, enum stage stage, int parent, __u64 start,
		__u64 duration, __s32 ret)
{
	struct wire_span *span = &record->spans[record->nr_spans++];

	span->stage = stage;
	span->parent = parent < 0 ? WIRE_NO_PARENT : parent;
	span->start = BEGIN + start;
	span->end = span->start + duration;
	span->ret = ret;
}

/* Write the tree as "function(children…)" to compare its shape. */
static void describe(int index, char *text, size_t size)
{
	size_t length = strlen(text);
	int child = tree.spans[index].first_child;

	snprintf(text + length, size - length, "%s(", tree.spans[index].name);
	for (; child != TREE_NO_SPAN; child = tree.spans[child].next_sibling)
		describe(child, text, size);
	length = strlen(text);
	snprintf(text + length, size - length, ")");
}

static void assert_shape(const char *expected)
{
	char text[1024] = "";

	describe(0, text, sizeof(text));
	assert_string_equal(text, expected);
}

static struct wire_record tcp_record(void)
{
	struct wire_record record = { .version = WIRE_VERSION, .family = AF_INET };

	add(&record, STAGE_SYS_SOCKET, -1, 0, 1000, 5);
	add(&record, STAGE_SOCK_CREATE, 0, 100, 600, 0);
	add(&record, STAGE_SECURITY_SOCKET_CREATE, 1, 110, 40, 0);
	add(&record, STAGE_FAMILY_CREATE, 1, 200, 400, 0);
	record.spans[3].family = AF_INET;
	add(&record, STAGE_SK_ALLOC, 3, 210, 100, POINTER_VALID);
	add(&record, STAGE_SOCK_ALLOC_FILE, 0, 750, 150, POINTER_VALID);
	return record;
}

static void test_sock_map_fd_is_reconstructed(void **state)
{
	struct wire_record record = tcp_record();
	const struct span *span;

	(void)state;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_shape("__sys_socket(__sock_create(security_socket_create()inet_create(sk_alloc()))"
		     "sock_map_fd(sock_alloc_file()))");
	assert_int_equal(tree.nr_spans, 7);
	span = &tree.spans[5];
	assert_int_equal(span->stage, STAGE_SOCK_MAP_FD);
	assert_int_equal(span->attach, ATTACH_RECONSTRUCTED);
	assert_int_equal(span->start_ns, 700);
	assert_int_equal(span->duration_ns, 300);
	assert_int_equal(span->self_ns, 150);
	assert_int_equal(span->ret, 5);
	assert_int_equal(tree__depth(&tree, 5), 1);
	assert_int_equal(tree__depth(&tree, 6), 2);
	assert_ptr_equal(tree.record, &record);
}

/*
 * The innermost call that waited and its callers have the wait, and it is never longer than the
 * call.
 */
static void test_waits_are_within_their_calls(void **state)
{
	struct wire_record record = tcp_record();

	(void)state;
	record.waited = 300;
	record.spans[3].flags |= WIRE_SPAN_WAITED;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_int_equal(tree.spans[0].waited_ns, 300);
	record.waited = 3000;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_int_equal(tree.spans[0].waited_ns, 1000);
}

static void test_probed_sock_map_fd_is_left_alone(void **state)
{
	struct wire_record record = { .version = WIRE_VERSION };

	(void)state;
	plan.probes[STAGE_SOCK_MAP_FD].way = ATTACH_KPROBE;
	add(&record, STAGE_SYS_SOCKET, -1, 0, 1000, 5);
	add(&record, STAGE_SOCK_CREATE, 0, 100, 600, 0);
	add(&record, STAGE_SOCK_MAP_FD, 0, 720, 200, 5);
	assemble__tree(&tree, &record, &plan, NULL);
	assert_shape("__sys_socket(__sock_create()sock_map_fd())");
	assert_int_equal(tree.spans[2].attach, ATTACH_KPROBE);
	assert_int_equal(tree.spans[2].duration_ns, 200);
}

static void test_self_times(void **state)
{
	struct wire_record record = tcp_record();

	(void)state;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_int_equal(tree.spans[0].self_ns, 1000 - 600 - 300);
	assert_int_equal(tree.spans[1].self_ns, 600 - 40 - 400);
	assert_int_equal(tree.spans[3].self_ns, 300);
	assert_int_equal(tree.spans[4].self_ns, 100);
}

static void test_failed_creation_has_no_sock_map_fd(void **state)
{
	struct wire_record record = { .version = WIRE_VERSION };

	(void)state;
	add(&record, STAGE_SYS_SOCKET, -1, 0, 1000, -93);
	add(&record, STAGE_SOCK_CREATE, 0, 100, 600, -93);
	add(&record, STAGE_SK_ALLOC, 1, 110, 40, POINTER_NULL);
	assemble__tree(&tree, &record, &plan, NULL);
	assert_shape("__sys_socket(__sock_create(sk_alloc()))");
	assert_true(tree.spans[0].failed);
	assert_true(tree.spans[1].failed);
	assert_true(tree.spans[2].failed);
}

static void test_failed_sock_map_fd(void **state)
{
	struct wire_record record = { .version = WIRE_VERSION };

	(void)state;
	add(&record, STAGE_SYS_SOCKET, -1, 0, 1000, -24);
	add(&record, STAGE_SOCK_CREATE, 0, 100, 600, 0);
	assemble__tree(&tree, &record, &plan, NULL);
	assert_shape("__sys_socket(__sock_create()sock_map_fd())");
	assert_false(tree.spans[1].failed);
	assert_true(tree.spans[2].failed);
	assert_int_equal(tree.spans[2].ret, -24);
}

static void test_socketpair_has_no_sock_map_fd(void **state)
{
	struct wire_record record = { .version = WIRE_VERSION };

	(void)state;
	add(&record, STAGE_SYS_SOCKETPAIR, -1, 0, 1000, 0);
	add(&record, STAGE_SOCK_CREATE, 0, 100, 200, 0);
	add(&record, STAGE_SOCK_CREATE, 0, 300, 200, 0);
	add(&record, STAGE_SOCK_ALLOC_FILE, 0, 600, 50, POINTER_VALID);
	assemble__tree(&tree, &record, &plan, NULL);
	assert_shape("__sys_socketpair(__sock_create()__sock_create()sock_alloc_file())");
}

static void test_family_create_has_its_functions_name(void **state)
{
	struct wire_record record = tcp_record();

	(void)state;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_string_equal(tree.spans[3].name, "inet_create");
	assert_int_equal(tree.spans[3].attach, ATTACH_KPROBE);
	/* Its function has been removed meanwhile, together with its module. */
	record.spans[3].family = AF_ALG;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_string_equal(tree.spans[3].name, stages[STAGE_FAMILY_CREATE].name);
}

/* Make a record of an AF_ALG socket whose create function is not among the spans. */
static struct wire_record alg_record(void)
{
	struct wire_record record = { .version = WIRE_VERSION, .family = AF_ALG };

	record.nr_sockets = 1;
	add(&record, STAGE_SYS_SOCKET, -1, 0, 1000, 5);
	add(&record, STAGE_SOCK_CREATE, 0, 100, 600, 0);
	return record;
}

static void test_create_function_that_came_later(void **state)
{
	struct stage_plan *planned = &plan.probes[NR_STAGES + AF_ALG];
	struct wire_record record = alg_record();

	(void)state;
	*planned = (struct stage_plan){ .function = "alg_create",
					.way = ATTACH_KPROBE,
					.picked = true,
					.since_ns = BEGIN + 1 };
	assemble__tree(&tree, &record, &plan, NULL);
	assert_ptr_equal(tree.unobserved, planned);
	/*
	 * The function was observed when this creation began, so a tree without it has missed the
	 * call.
	 */
	planned->since_ns = BEGIN;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_null(tree.unobserved);
	planned->way = ATTACH_NONE;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_ptr_equal(tree.unobserved, planned);
}

/* A creation that failed has called the function only if it came that far. */
static void test_create_function_of_a_failure(void **state)
{
	struct stage_plan *planned = &plan.probes[NR_STAGES + AF_ALG];
	struct wire_record record = alg_record();

	(void)state;
	*planned = (struct stage_plan){ .function = "alg_create",
					.way = ATTACH_KPROBE,
					.picked = true,
					.since_ns = BEGIN + 1 };
	plan.probes[STAGE_FAMILY_CREATE].picked = true;
	record.nr_sockets = 0;
	record.ret = -ESOCKTNOSUPPORT;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_null(tree.unobserved);
	add(&record, STAGE_SOCK_ALLOC, 1, 200, 10, POINTER_VALID);
	assemble__tree(&tree, &record, &plan, NULL);
	assert_ptr_equal(tree.unobserved, planned);
	assert_false(tree.observed & STAGE_BIT(STAGE_FAMILY_CREATE));
	/* There was no function to call. */
	planned->absent = true;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_null(tree.unobserved);
	assert_true(tree.observed & STAGE_BIT(STAGE_FAMILY_CREATE));
	/* In a record with missing spans, the absence of a span proves nothing. */
	record.flags = WIRE_ENTRY_MISSED;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_int_equal(tree.observed, 0);
	record.flags = 0;
	planned->absent = false;
	planned->since_ns = 4000;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_null(tree.unobserved);
	assert_true(tree.observed & STAGE_BIT(STAGE_FAMILY_CREATE));
}

static void test_nothing_is_said_of_what_may_not_have_been_called(void **state)
{
	struct wire_record record = alg_record();

	(void)state;
	plan.probes[NR_STAGES + AF_ALG] =
		(struct stage_plan){ .function = "alg_create", .way = ATTACH_NONE };
	assemble__tree(&tree, &record, &plan, NULL);
	assert_null(tree.unobserved);
	plan.probes[NR_STAGES + AF_ALG].picked = true;
	record.nr_sockets = 0;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_null(tree.unobserved);
	record.nr_sockets = 1;
	record.family = -3;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_null(tree.unobserved);
	record.family = NR_FAMILIES;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_null(tree.unobserved);
}

static void test_incomplete_span(void **state)
{
	struct wire_record record = tcp_record();

	(void)state;
	record.spans[1].flags = WIRE_SPAN_CUT;
	assemble__tree(&tree, &record, &plan, NULL);
	/*
	 * The return of __sock_create() was not seen, so it is unknown where the calls after it
	 * belong.
	 */
	assert_shape("__sys_socket(__sock_create(security_socket_create()inet_create(sk_alloc()))"
		     "sock_alloc_file())");
	assert_false(tree.spans[1].complete);
	assert_int_equal(tree.spans[1].self_ns, 0);
	assert_false(tree.spans[1].failed);
}

/* The clock of BPF programs can step back a little. */
static void test_end_before_start(void **state)
{
	struct wire_record record = tcp_record();

	(void)state;
	record.spans[1].end = record.spans[1].start - 3;
	assemble__tree(&tree, &record, &plan, NULL);
	assert_true(tree.spans[1].complete);
	assert_int_equal(tree.spans[1].duration_ns, 0);
}

static void test_full_record(void **state)
{
	struct wire_record record = { .version = WIRE_VERSION };
	int i;

	(void)state;
	add(&record, STAGE_SYS_SOCKET, -1, 0, 1000, 5);
	add(&record, STAGE_SOCK_CREATE, 0, 100, 600, 0);
	for (i = 2; i < WIRE_MAX_SPANS; i++)
		add(&record, STAGE_SOCK_CREATE, i - 1, 100, 600, 0);
	assemble__tree(&tree, &record, &plan, NULL);
	assert_int_equal(tree.nr_spans, WIRE_MAX_SPANS + 1);
	assert_int_equal(tree.spans[WIRE_MAX_SPANS].stage, STAGE_SOCK_MAP_FD);
	assert_int_equal(tree.spans[WIRE_MAX_SPANS].parent, 0);
	assert_int_equal(tree__depth(&tree, WIRE_MAX_SPANS - 1), WIRE_MAX_SPANS - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_sock_map_fd_is_reconstructed, set_up),
		cmocka_unit_test_setup(test_waits_are_within_their_calls, set_up),
		cmocka_unit_test_setup(test_probed_sock_map_fd_is_left_alone, set_up),
		cmocka_unit_test_setup(test_self_times, set_up),
		cmocka_unit_test_setup(test_failed_creation_has_no_sock_map_fd, set_up),
		cmocka_unit_test_setup(test_failed_sock_map_fd, set_up),
		cmocka_unit_test_setup(test_socketpair_has_no_sock_map_fd, set_up),
		cmocka_unit_test_setup(test_family_create_has_its_functions_name, set_up),
		cmocka_unit_test_setup(test_create_function_that_came_later, set_up),
		cmocka_unit_test_setup(test_create_function_of_a_failure, set_up),
		cmocka_unit_test_setup(test_nothing_is_said_of_what_may_not_have_been_called,
				       set_up),
		cmocka_unit_test_setup(test_incomplete_span, set_up),
		cmocka_unit_test_setup(test_end_before_start, set_up),
		cmocka_unit_test_setup(test_full_record, set_up),
	};

	return cmocka_run_group_tests_name("assemble", tests, NULL, NULL);
}
