// SPDX-License-Identifier: GPL-2.0
/* Creations that do not end: which are reported, how often, and where. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/prctl.h>

#include "fixtures/pipeline_fixture.h"
#include "fixtures/python.h"
#include "fixtures/sessions.h"
#include "text/log.h"
#include "symbols/task_call.h"
#include "trace/stuck.h"

/*
 * This replaces that of user/symbols/task_call.c: where the test's own task is, which does not
 * sleep in a system call as those that hang do.
 */
static enum task_call_place place;

enum task_call_place task_call__find(const char *proc, __u32 tid,
				     const struct task_call_arguments *arguments)
{
	assert_string_equal(proc, "/proc");
	assert_int_equal(tid, gettid());
	assert_int_equal(arguments->family, AF_TIPC);
	assert_int_equal(arguments->type, SOCK_STREAM | SOCK_CLOEXEC);
	return place;
}

#define LIMIT 5000000000ULL
#define START 20000000000ULL

struct watched {
	struct fixture *fixture;
	struct stuck *stuck;
	int json, timeline;
};

static struct watched begin_watch(struct fixture *fixture, __u64 limit)
{
	struct watched watched = { .fixture = fixture };

	place = TASK_CALL_INSIDE;
	assert_int_equal(prctl(PR_SET_NAME, "me\nroot"), 0);
	watched.json = ask_for(fixture, &out_jsonl, NULL);
	watched.timeline = ask_for(fixture, &out_timeline, NULL);
	ask_for(fixture, &out_tree, NULL);
	begin_pipeline(fixture);
	watched.stuck = stuck__new(fixture->state, &fixture->header.plan, fixture->pipeline, limit);
	assert_non_null(watched.stuck);
	return watched;
}

/* Run script on the events of both outputs, as events and marks. */
static void end_watch(struct watched *watched, const char *script)
{
	char *text = NULL;

	assert_true(end_pipeline(watched->fixture));
	stuck__free(watched->stuck);
	assert_true(
		asprintf(&text,
			 "events = lines(sys.argv[1])[1:-1]\n"
			 "marks = [e for e in parse(read(sys.argv[2]).decode())['traceEvents']\n"
			 "         if e['ph'] == 'i']\n%s",
			 script) > 0);
	run_python(text, watched->fixture->paths[watched->json],
		   watched->fixture->paths[watched->timeline]);
	free(text);
}

static struct session *begin_mine(struct fixture *fixture, __u32 slot, __u64 start)
{
	return session_fixture__begin(fixture->state, slot, (__u32)getpid(), (__u32)gettid(),
				      start);
}

#define SENTENCE "socket(AF_TIPC, SOCK_STREAM|SOCK_CLOEXEC, 0) has not returned for "

static void reports_once(void **state)
{
	struct watched watched = begin_watch(*state, LIMIT);
	struct session *session = begin_mine(*state, 7, START);
	char expected[512];

	session_fixture__open(session, STAGE_SOCK_CREATE, START + 1);
	session_fixture__ask(session, "net-pf-\xff");
	stuck__look(watched.stuck, START + LIMIT - 1);
	stuck__look(watched.stuck, START + LIMIT - 1);
	stuck__look(watched.stuck, START + LIMIT);
	stuck__look(watched.stuck, START + LIMIT + 1);
	end_watch(
		&watched,
		"import os\n"
		"same('events', [e['event'] for e in events], ['stuck'])\n"
		"got = events[0]\n"
		"same('when', (got['ts_ns'], got['ts_ns_str'], got['age_ns']),\n"
		"     (20000000000, '20000000000', 5000000000))\n"
		"same('who', (got['pid'], got['tid'], got['ppid'], got['comm'], got['uid']),\n"
		"     (os.getppid(),) * 2 + (int(open('/proc/%d/stat' %\n"
		"      os.getppid()).read().rpartition(')')[2].split()[1]), 'me\\nroot',\n"
		"      os.getuid()))\n"
		"same('asked', (got['via'], got['family'], got['type'], got['protocol'],\n"
		"     got['flags']), ('socket', 'AF_TIPC', 'SOCK_STREAM', '0', ['SOCK_CLOEXEC']))\n"
		"same('args', got['args'], {'family': 30, 'type': 524289, 'protocol': 0})\n"
		"same('where', (got['stage'], got['module']), ('__sock_create', 'net-pf-\\ufffd'))\n"
		"same('exe', got['exe'], os.readlink('/proc/%d/exe' % os.getppid()))\n"
		"mark, = marks\n"
		"same('mark', (mark['name'], mark['s'], mark['tid']),\n"
		"     ('stuck', 't', got['tid']))\n"
		"same('args', {key: got[key] for key in mark['args']}, mark['args'])\n");
	snprintf(expected, sizeof(expected),
		 "sockcreate-trace: me\\x0aroot/%d: " SENTENCE
		 "5.00 s: it is in __sock_create, which has asked for the module net-pf-\\xff\n",
		 getpid());
	assert_string_equal(watched.fixture->messages.text, expected);
}

/* The slot has another creation at each look, or none, or one that is ending. */
static void leaves_others_alone(void **state)
{
	struct watched watched = begin_watch(*state, LIMIT);
	struct session *session = begin_mine(*state, 7, START);

	stuck__look(watched.stuck, START);
	session->record.spans[0].start = START + 1;
	stuck__look(watched.stuck, START + 2 * LIMIT);
	session->innermost = 0;
	stuck__look(watched.stuck, START + 2 * LIMIT);
	stuck__look(watched.stuck, START + 2 * LIMIT);
	session->stack = 0;
	stuck__look(watched.stuck, START + 2 * LIMIT);
	end_watch(&watched, "same('events', (events, marks), ([], []))\n");
	assert_string_equal(watched.fixture->messages.text, "");
}

static void waits_in_accept(void **state)
{
	struct watched watched = begin_watch(*state, LIMIT);
	struct session *session = begin_mine(*state, 7, START);

	session->is_accept = 1;
	session->wait_began = START + 1;
	stuck__look(watched.stuck, START + LIMIT);
	stuck__look(watched.stuck, START + LIMIT);
	stuck__end(watched.stuck, START + LIMIT);
	end_watch(&watched, "same('events', (events, marks), ([], []))\n");
	assert_string_equal(watched.fixture->messages.text, "");
}

/* Its return was missed: it is elsewhere by now. */
static void has_returned_unseen(void **state)
{
	struct watched watched = begin_watch(*state, LIMIT);

	place = TASK_CALL_OUTSIDE;
	begin_mine(*state, 7, START);
	stuck__look(watched.stuck, START + LIMIT);
	stuck__look(watched.stuck, START + LIMIT);
	stuck__list(watched.stuck, START + LIMIT);
	stuck__end(watched.stuck, START + LIMIT);
	end_watch(&watched, "same('events', (events, marks), ([], []))\n");
	assert_string_equal(watched.fixture->messages.text,
			    "sockcreate-trace: no creation is under way\n");
}

/* It runs, so it may be anywhere. */
static void may_have_returned(void **state)
{
	struct watched watched = begin_watch(*state, LIMIT);
	int look;

	place = TASK_CALL_UNKNOWN;
	begin_mine(*state, 7, START);
	for (look = 0; look < 4; look++)
		stuck__look(watched.stuck, START + LIMIT + look);
	stuck__look(watched.stuck, START + LIMIT + look);
	stuck__look(watched.stuck, START + LIMIT + look);
	end_watch(&watched, "got, = events\n"
			    "same('event', (got['event'], got['certain'], got['age_ns']),\n"
			    "     ('stuck', False, 5000000004))\n");
	assert_non_null(strstr(watched.fixture->messages.text,
			       "may not have returned for 5.00 s: it was seen in __sys_socket\n"));
}

static void is_switched_off(void **state)
{
	struct watched watched = begin_watch(*state, 0);

	begin_mine(*state, 7, START);
	stuck__look(watched.stuck, START + LIMIT);
	stuck__look(watched.stuck, START + LIMIT);
	end_watch(&watched, "same('events', (events, marks), ([], []))\n");
}

static void is_open_at_the_end(void **state)
{
	struct watched watched = begin_watch(*state, 0);

	begin_mine(*state, 7, START);
	stuck__end(watched.stuck, START + 1500);
	end_watch(&watched, "same('event', [e['event'] for e in events], ['in_flight'])\n"
			    "same('module', events[0]['module'], None)\n"
			    "same('mark', [e['name'] for e in marks], ['in_flight'])\n");
	assert_non_null(
		strstr(watched.fixture->messages.text, SENTENCE "1.5 us: it is in __sys_socket\n"));
}

/* The task is gone, or not visible: then only what the session has is known. */
static void has_no_task(void **state)
{
	struct watched watched = begin_watch(*state, LIMIT);

	session_fixture__begin(watched.fixture->state, 7, 0, 0, START);
	stuck__end(watched.stuck, START + LIMIT);
	end_watch(
		&watched,
		"got, = events\n"
		"same('who', [got[key] for key in ('pid', 'tid', 'ppid', 'uid', 'comm', 'exe')],\n"
		"     [0, 0, None, None, None, None])\n");
}

static void lists_for_a_signal(void **state)
{
	struct watched watched = begin_watch(*state, LIMIT);
	const char *text = watched.fixture->messages.text;
	const char *second;
	__u32 slot;

	log_set_level(1, 0);
	stuck__list(watched.stuck, START);
	for (slot = 0; slot < 20; slot++)
		begin_mine(*state, slot * 50, START);
	stuck__list(watched.stuck, START + 1000);
	stuck__look(watched.stuck, START + LIMIT);
	stuck__look(watched.stuck, START + LIMIT);
	log_set_level(0, 0);
	end_watch(&watched, "same('events', [e['event'] for e in events], ['stuck'] * 20)\n");
	second = strstr(text, "\n");
	assert_non_null(second);
	assert_int_equal(strncmp(text, "sockcreate-trace: no creation is under way\n",
				 second + 1 - text),
			 0);
	for (slot = 0; second[1]; slot++)
		second = strchr(second + 1, '\n');
	assert_int_equal(slot, 20);
}

static void counts_what_is_many(void **state)
{
	struct watched watched = begin_watch(*state, LIMIT);
	const char *line;
	__u32 slot;
	int lines = 0;

	for (slot = 0; slot < 21; slot++)
		begin_mine(*state, slot * 48, START);
	stuck__look(watched.stuck, START + LIMIT);
	stuck__look(watched.stuck, START + LIMIT);
	end_watch(&watched, "same('events', [e['event'] for e in events], ['stuck'] * 21)\n");
	for (line = watched.fixture->messages.text; (line = strstr(line, SENTENCE)); line++)
		lines++;
	assert_int_equal(lines, 16);
	assert_non_null(strstr(watched.fixture->messages.text,
			       "\nsockcreate-trace: 5 more creations have not returned either\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reports_once),	  TEST(leaves_others_alone), TEST(waits_in_accept),
		TEST(is_switched_off),	  TEST(is_open_at_the_end),  TEST(has_no_task),
		TEST(lists_for_a_signal), TEST(counts_what_is_many), TEST(has_returned_unseen),
		TEST(may_have_returned),
	};

	return cmocka_run_group_tests_name("stuck", tests, NULL, NULL);
}
