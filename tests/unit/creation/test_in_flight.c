// SPDX-License-Identifier: GPL-2.0
/* A creation that has not ended: what is taken from its session, and the sentence about it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "creation/in_flight.h"
#include "fixtures/records.h"
#include "fixtures/sessions.h"

#define START 10000000000ULL
#define NOW   15020000000ULL

static struct state *memory;
static struct trace_header header;

static int begin(void **state)
{
	(void)state;
	memory = calloc(1, sizeof(*memory));
	if (!memory)
		return -1;
	observe_all(&header.plan);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

static bool describe(struct in_flight *creation, struct session *session)
{
	return in_flight__describe(creation, session, &header.plan, NOW);
}

static void expect_sentence(const struct in_flight *creation, const char *expected)
{
	struct buffer buffer = { 0 };

	in_flight__add_sentence(&buffer, creation);
	buffer__add_char(&buffer, '\0');
	assert_string_equal(buffer.data, expected);
	buffer__free(&buffer);
}

static void asks_for_a_module(void **state)
{
	struct session *session = session_fixture__begin(memory, 5, 190, 190, START);
	struct in_flight creation;

	(void)state;
	session_fixture__open(session, STAGE_SOCK_CREATE, START + 10);
	session_fixture__ask(session, "net-pf-30");
	strcpy(session->record.comm, "earlier");
	session->record.cgroup_id = 5;
	assert_true(describe(&creation, session));
	creation.certain = true;
	assert_true(creation.record == &session->record);
	assert_int_equal(creation.age_ns, NOW - START);
	assert_string_equal(creation.function, "__sock_create");
	assert_string_equal(creation.module, "net-pf-30");
	assert_int_equal(creation.record->cgroup_id, 0);
	expect_sentence(&creation,
			"?/190: socket(AF_TIPC, SOCK_STREAM|SOCK_CLOEXEC, 0) has not returned for "
			"5.02 s: it is in __sock_create, which has asked for the module net-pf-30");
}

/* What was asked for in another function, or before, is not what it waits for. */
static void has_asked_elsewhere(void **state)
{
	struct session *session = session_fixture__begin(memory, 5, 190, 191, START);
	struct in_flight creation;

	(void)state;
	session_fixture__open(session, STAGE_SOCK_CREATE, START + 10);
	session_fixture__ask(session, "net-pf-2-proto-132");
	session_fixture__open(session, STAGE_FAMILY_CREATE, START + 20);
	session->record.spans[2].family = AF_INET;
	assert_true(describe(&creation, session));
	strcpy(session->record.comm, "a b");
	creation.known = true;
	creation.certain = true;
	assert_null(creation.module);
	assert_string_equal(creation.function, "inet_create");
	expect_sentence(
		&creation,
		"a b/190:191: socket(AF_TIPC, SOCK_STREAM|SOCK_CLOEXEC, 0) has not returned "
		"for 5.02 s: it is in inet_create");
}

static void is_not_visible(void **state)
{
	struct session *session = session_fixture__begin(memory, 5, 0, 0, START);
	struct in_flight creation;

	(void)state;
	assert_true(describe(&creation, session));
	expect_sentence(&creation, "a process of another PID namespace: socket(AF_TIPC, "
				   "SOCK_STREAM|SOCK_CLOEXEC, 0) may not have returned for 5.02 s: "
				   "it was seen in __sys_socket");
}

/* A family that no kernel has yet, and one whose function has no known name. */
static void has_a_function_without_a_name(void **state)
{
	struct session *session = session_fixture__begin(memory, 5, 190, 190, START);
	struct in_flight creation;

	(void)state;
	session_fixture__open(session, STAGE_FAMILY_CREATE, START + 20);
	session->record.spans[1].family = AF_TIPC;
	assert_true(describe(&creation, session));
	assert_string_equal(creation.function, "family_create");
}

static void a_clock_behind_the_start(void **state)
{
	struct session *session = session_fixture__begin(memory, 5, 190, 190, NOW + 1);
	struct in_flight creation;

	(void)state;
	assert_true(describe(&creation, session));
	assert_int_equal(creation.age_ns, 0);
}

/* Each makes a session that no program would leave so. */
static void no_open_span(struct session *session)
{
	session->innermost = 0;
}

static void too_deep(struct session *session)
{
	session->innermost = (MAX_DEPTH + 1) * sizeof(struct open_span);
}

static void unknown_span(struct session *session)
{
	session->open[1].index = 1;
}

static void unknown_stage(struct session *session)
{
	session->record.spans[0].stage = NR_STAGES;
}

static void unknown_family(struct session *session)
{
	session->record.spans[0].family = NR_FAMILIES;
}

static void unknown_way_in(struct session *session)
{
	session->record.via = NR_WAYS_IN;
}

static void too_many_modules(struct session *session)
{
	session->record.nr_modules = WIRE_MAX_MODULES + 1;
}

static void too_many_sockets(struct session *session)
{
	session->record.nr_sockets = WIRE_MAX_SOCKETS + 1;
}

static void is_damaged(void **state)
{
	static void (*const damages[])(struct session *) = {
		no_open_span,	too_deep,	unknown_span,	  unknown_stage,
		unknown_family, unknown_way_in, too_many_modules, too_many_sockets,
	};
	struct in_flight creation;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct session *session = session_fixture__begin(memory, 5, 190, 190, START);

		damages[i](session);
		assert_false(describe(&creation, session));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(asks_for_a_module, begin, end),
		cmocka_unit_test_setup_teardown(has_asked_elsewhere, begin, end),
		cmocka_unit_test_setup_teardown(is_not_visible, begin, end),
		cmocka_unit_test_setup_teardown(has_a_function_without_a_name, begin, end),
		cmocka_unit_test_setup_teardown(a_clock_behind_the_start, begin, end),
		cmocka_unit_test_setup_teardown(is_damaged, begin, end),
	};

	return cmocka_run_group_tests_name("in_flight", tests, NULL, NULL);
}
