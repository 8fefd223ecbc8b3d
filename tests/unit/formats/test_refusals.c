// SPDX-License-Identifier: GPL-2.0
/* Tests how all formats show a creation that seccomp refused, or gave a result of its own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "creation/assemble.h"
#include "fixtures/python.h"
#include "fixtures/records.h"
#include "fixtures/trees.h"

static const struct out_style style = { .color = false, .unicode = false, .width = 0 };

/* socketpair(AF_INET, SOCK_STREAM, 0), as the BPF side records what seccomp did to it. */
static void make_refused(struct made_tree *made, enum wire_refusal refusal, __s32 ret)
{
	struct trace_header header;

	make_header(&header);
	make_record(&made->record, 0, -EPERM);
	made->record.nr_spans = 0;
	add_wire_span(&made->record, STAGE_SYS_SOCKETPAIR, -1, 0, 0, 0);
	made->record.via = VIA_SOCKETPAIR;
	made->record.ret = ret;
	made->record.refusal = refusal;
	header.plan.probes[STAGE_SYS_SOCKETPAIR] =
		(struct stage_plan){ .function = "__sys_socketpair", .way = ATTACH_FENTRY };
	assemble__tree(&made->tree, &made->record, &header.plan, NULL);
	made->tree.sequence = 0;
	made->tree.origin = NULL;
}

/* Format it with header and end. The caller frees the result. */
static struct buffer show(const struct out_format *format, const struct made_tree *made)
{
	static const struct trace_account account = { .shown = 1 };
	struct buffer buffer = { 0 };
	struct trace_header header;
	struct out *out;

	make_header(&header);
	out = format->create(&header, &style);
	assert_non_null(out);
	if (format->begin)
		format->begin(out, &buffer);
	format->creation(out, &made->tree, &buffer);
	if (format->end)
		format->end(out, &account, &buffer);
	format->destroy(out);
	buffer__add_char(&buffer, '\0');
	assert_false(buffer.failed);
	return buffer;
}

/* Behind the header. The times of day are cut off, since they depend on the fixture's clock. */
static void expect_lines(const struct out_format *format, const struct made_tree *made,
			 const char *behind, const char *expected)
{
	struct buffer buffer = show(format, made);
	const char *text = strstr(buffer.data, behind);

	assert_non_null(text);
	assert_string_equal(text, expected);
	buffer__free(&buffer);
}

static void tree_has_no_rows(void **state)
{
	struct made_tree made;

	(void)state;
	make_refused(&made, REFUSAL_FILTER, -EPERM);
	expect_lines(&out_tree, &made, "curl/100 ",
		     "curl/100 socketpair(AF_INET, SOCK_STREAM, IPPROTO_IP, []) = "
		     "-1 EPERM (Operation not permitted)\n"
		     "failed before __sys_socketpair: a seccomp filter refused it\n\n");
	make_refused(&made, REFUSAL_NOTIFIER_OR_TRACER, -EPERM);
	expect_lines(&out_tree, &made, "failed",
		     "failed before __sys_socketpair: a seccomp filter refused it, or its notifier "
		     "or a tracer may have\n\n");
	make_refused(&made, REFUSAL_KILL_PROCESS, WIRE_NO_RESULT);
	expect_lines(&out_tree, &made, " = ",
		     " = ? SIGSYS\n"
		     "failed before __sys_socketpair: a seccomp filter killed the process\n\n");
	make_refused(&made, REFUSAL_NOTIFIER, 0);
	expect_lines(&out_tree, &made, "socketpair(",
		     "socketpair(AF_INET, SOCK_STREAM, IPPROTO_IP, [?, ?]) = 0\n"
		     "answered before __sys_socketpair: a seccomp filter answered it, or its "
		     "notifier may have\n\n");
}

static void line_has_no_latency(void **state)
{
	struct made_tree made;

	(void)state;
	make_refused(&made, REFUSAL_FILTER, -EPERM);
	expect_lines(&out_line, &made, "inet ", "inet    stream ip       EPERM seccomp        -\n");
	make_refused(&made, REFUSAL_STRICT, WIRE_NO_RESULT);
	expect_lines(&out_line, &made, "inet ", "inet    stream ip       SIGKILL seccomp      -\n");
	make_refused(&made, REFUSAL_FILTER, 0);
	expect_lines(&out_line, &made, "inet ", "inet    stream ip       0 seccomp            -\n");
	make_refused(&made, REFUSAL_FILTER, -EPROTONOSUPPORT);
	expect_lines(&out_line, &made, "inet ", "inet    stream ip       EPROTONOSUPPORT      -\n");
}

static void folded_has_no_time(void **state)
{
	struct made_tree made;

	(void)state;
	make_refused(&made, REFUSAL_TRAP, WIRE_NO_RESULT);
	expect_lines(&out_folded, &made, "curl", "curl;[answered-by-seccomp] 0\n");
}

static void check(const struct out_format *format, const struct made_tree *made, const char *script)
{
	struct buffer buffer = show(format, made);

	check_with_python(script, buffer.data, buffer.size - 1);
	buffer__free(&buffer);
}

static void jsonl_says_what_was_not_called(void **state)
{
	struct made_tree made;

	(void)state;
	make_refused(&made, REFUSAL_FILTER, -EPERM);
	check(&out_jsonl, &made,
	      "_, got, _ = lines(sys.argv[1])\n"
	      "same('result', (got['ret'], got['errno'], got['seccomp']), (-1, 'EPERM', 'filter'))\n"
	      "same('failure', got['failure'], {'stage': '__seccomp_filter', 'errno': 'EPERM',\n"
	      "    'error': 'Operation not permitted', 'reason': 'a seccomp filter refused it'})\n"
	      "same('durations', (got['duration_ns'], got['measured_ns']), (None, None))\n"
	      "same('tree', got['tree'], {'name': '__sys_socketpair', 'start_ns': 0,\n"
	      "    'duration_ns': None, 'measured_ns': None, 'self_ns': None, 'ret': None,\n"
	      "    'attach': got['tree']['attach'], 'complete': False, 'not_called': True,\n"
	      "    'children': []})\n");
	make_refused(&made, REFUSAL_FATAL_TRAP, WIRE_NO_RESULT);
	check(&out_jsonl, &made,
	      "_, got, _ = lines(sys.argv[1])\n"
	      "same('result', (got['ret'], got['errno'], got['seccomp']),\n"
	      "     (None, None, 'fatal_trap'))\n"
	      "same('failure', (got['failure']['errno'], got['failure']['error']), (None, None))\n");
	make_refused(&made, REFUSAL_NOTIFIER, 0);
	check(&out_jsonl, &made,
	      "_, got, _ = lines(sys.argv[1])\n"
	      "same('result', (got['ret'], got['errno'], got['seccomp'], got['sockets']),\n"
	      "     (0, None, 'filter_or_notifier', []))\n"
	      "same('failure', 'failure' in got, False)\n");
}

static void timeline_has_no_function(void **state)
{
	struct made_tree made;

	(void)state;
	make_refused(&made, REFUSAL_FILTER, -EPERM);
	check(&out_timeline, &made,
	      "import json\n"
	      "events = json.load(open(sys.argv[1]))['traceEvents']\n"
	      "got = [event for event in events if event['ph'] != 'M']\n"
	      "same('events', [(event['ph'], event['name']) for event in got],\n"
	      "     [('B', '[answered-by-seccomp]'), ('E', '[answered-by-seccomp]')])\n"
	      "same('length', round(1000 * (got[1]['ts'] - got[0]['ts'])), 1)\n"
	      "args = got[1]['args']\n"
	      "same('spans', (args['spans'], 'complete' in args), ([], False))\n"
	      "same('seccomp', args['seccomp'], 'filter')\n"
	      "same('reason', args['failure']['reason'], 'a seccomp filter refused it')\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tree_has_no_rows),
		cmocka_unit_test(line_has_no_latency),
		cmocka_unit_test(folded_has_no_time),
		cmocka_unit_test(jsonl_says_what_was_not_called),
		cmocka_unit_test(timeline_has_no_function),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests_name("refusals", tests, NULL, NULL);
}
