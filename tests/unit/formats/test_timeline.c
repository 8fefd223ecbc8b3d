// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/python.h"
#include "fixtures/trees.h"

#define TS 12345678901 /* 2.345678901 s after the start of the trace */

/*
 * Defines exact(), the timeline with numbers as they were written, and of that extents(), the spans
 * as (name, begin, duration) in ns, ends(), the args of each creation, and calls(), those of its
 * spans but the outermost. Creations come one after the other, each with two events around the
 * rest.
 */
#define TIMELINE_PRELUDE                                                              \
	"import re\n"                                                                 \
	"from decimal import Decimal\n"                                               \
	"def exact(path):\n"                                                          \
	"    text = read(path).decode('utf-8')\n"                                     \
	"    parse(text)\n"                                                           \
	"    for number in re.findall(r'\"(?:ts|dur)\":([^,}]*)', text):\n"           \
	"        assert re.fullmatch(r'-?[0-9]+[.][0-9]{3}|0', number), number\n"     \
	"    return json.loads(text, parse_float=Decimal)\n"                          \
	"def kind(timeline, ph):\n"                                                   \
	"    return [e for e in timeline['traceEvents'] if e['ph'] == ph]\n"          \
	"def extents(timeline):\n"                                                    \
	"    found, root = [], None\n"                                                \
	"    for e in timeline['traceEvents']:\n"                                     \
	"        assert e['ph'] in 'ME' or 'args' not in e, e\n"                      \
	"        if e['ph'] in 'BX':\n"                                               \
	"            found.append((e['name'], int(e['ts'] * 1000),\n"                 \
	"                          int(e.get('dur', 0) * 1000)))\n"                   \
	"        if e['ph'] == 'B':\n"                                                \
	"            assert root is None, e\n"                                        \
	"            root = len(found) - 1\n"                                         \
	"        if e['ph'] == 'E':\n"                                                \
	"            same('name at the end', e['name'], found[root][0])\n"            \
	"            begin = found[root][1]\n"                                        \
	"            found[root] = (e['name'], begin, int(e['ts'] * 1000) - begin)\n" \
	"            root = None\n"                                                   \
	"    assert root is None, 'a span without an end'\n"                          \
	"    return found\n"                                                          \
	"def ends(timeline):\n"                                                       \
	"    return [e['args'] for e in kind(timeline, 'E')]\n"                       \
	"def calls(timeline):\n"                                                      \
	"    return [span for args in ends(timeline) for span in args['spans']]\n"

static struct out *begin(const struct trace_header *header, struct buffer *buffer)
{
	struct out *out = out_timeline.create(header, NULL);

	assert_non_null(out);
	out_timeline.begin(out, buffer);
	return out;
}

/* Run script on a whole timeline of nr creations. */
static void check(const struct made_tree *made, size_t nr, const char *script)
{
	static const struct trace_account account = { .shown = 1 };
	struct buffer buffer = { 0 };
	struct trace_header header;
	struct out *out;
	char *text = NULL;
	size_t i;

	make_header(&header);
	out = begin(&header, &buffer);
	for (i = 0; i < nr; i++)
		out_timeline.creation(out, &made[i].tree, &buffer);
	out_timeline.end(out, &account, &buffer);
	out_timeline.destroy(out);
	assert_false(buffer.failed);
	assert_true(asprintf(&text, "%s%s", TIMELINE_PRELUDE, script) > 0);
	check_with_python(text, buffer.data, buffer.size);
	free(text);
	buffer__free(&buffer);
}

static void writes_the_header(void **state)
{
	(void)state;
	assert_string_equal(out_timeline.name, "timeline");
	check(NULL, 0,
	      "same('all', exact(sys.argv[1]), {'displayTimeUnit': 'ns', 'otherData': {\n"
	      "    'tool': 'sockcreate-trace 0.1.0', 'kernel': '6.1.0-9-amd64',\n"
	      "    'arch': 'x86_64', 'start_time': '2024-02-29T12:00:10.000000000Z',\n"
	      "    'start_boot_ns': '10000000000', 'latency': 'corrected', 'stages': [\n"
	      "        {'name': '__sys_socket', 'attach': 'fentry',\n"
	      "         'reason': 'has \"fentry\"', 'inner_cost_ns': 202, 'outer_cost_ns': 287},\n"
	      "        {'name': 'sock_map_fd', 'attach': 'reconstructed',\n"
	      "         'reason': 'inlined'}]}, 'traceEvents': []})\n");
}

static void writes_a_creation(void **state)
{
	struct made_tree made;

	(void)state;
	make_tcp(&made, TS);
	made.tree.sequence = 3;
	check(&made, 1,
	      "timeline = exact(sys.argv[1])\n"
	      "same('phases', ''.join(e['ph'] for e in timeline['traceEvents']), 'MMBXXXXXXXXE')\n"
	      "at = 2345678901\n"
	      "same('extents', extents(timeline), [\n"
	      "    ('__sys_socket', at, 30000),\n"
	      "    ('__sock_create', at + 1000, 19999),\n"
	      "    ('sock_alloc', at + 2000, 3000),\n"
	      "    ('inet_create', at + 6001, 12000),\n"
	      "    ('sk_alloc', at + 7000, 4000),\n"
	      "    ('sock_init_data', at + 11500, 999),\n"
	      "    ('tcp_v4_init_sock', at + 13000, 4999),\n"
	      "    ('sock_map_fd', at + 21000, 8998),\n"
	      "    ('sock_alloc_file', at + 22000, 6000)])\n"
	      "for e in timeline['traceEvents'][2:]:\n"
	      "    same('task', (e['pid'], e['tid']), (100, 101))\n"
	      "root, = ends(timeline)\n"
	      "spans = root.pop('spans')\n"
	      "same('root', root, {'ret': 5, 'attach': 'fentry', 'sequence': 3,\n"
	      "    'via': 'socket', 'family': 'AF_INET', 'type': 'SOCK_STREAM',\n"
	      "    'protocol': 'IPPROTO_TCP', 'flags': ['SOCK_CLOEXEC'], 'sockets': [\n"
	      "        {'inode': 3356, 'cookie': None, 'cookie_str': None, 'fd': 5,\n"
	      "         'family': 'AF_INET', 'type': 'SOCK_STREAM',\n"
	      "         'protocol': 'IPPROTO_TCP'}],\n"
	      "    'ppid': 99, 'uid': 1000, 'cgroup_id': '77', 'netns': 4026531840})\n"
	      "same('names', [span['name'] for span in spans],\n"
	      "     [name for name, begin, duration in extents(timeline)[1:]])\n"
	      "same('create', spans[0], {'name': '__sock_create', 'ret': 0, 'attach': 'fentry'})\n"
	      "same('alloc', spans[1], {'name': 'sock_alloc', 'attach': 'fentry'})\n"
	      "same('map', spans[6],\n"
	      "     {'name': 'sock_map_fd', 'ret': 5, 'attach': 'reconstructed'})\n");
}

static void is_whole_after_every_creation(void **state)
{
	static const struct trace_account account = { .shown = 2 };
	struct buffer buffer = { 0 };
	struct trace_header header;
	struct made_tree made;
	struct out *out;
	size_t size, i;

	(void)state;
	make_header(&header);
	out = begin(&header, &buffer);
	for (i = 0; i < 3; i++) {
		size = buffer.size;
		buffer__add_string(&buffer, out_timeline.closing);
		check_with_python("parse(read(sys.argv[1]).decode('utf-8'))\n", buffer.data,
				  buffer.size);
		buffer.size = size;
		make_tcp(&made, TS + i * 1000000);
		out_timeline.creation(out, &made.tree, &buffer);
	}
	size = buffer.size;
	out_timeline.end(out, &account, &buffer);
	assert_int_equal(buffer.size - size, strlen(out_timeline.closing));
	assert_memory_equal(buffer.data + size, out_timeline.closing, buffer.size - size);
	out_timeline.destroy(out);
	buffer__free(&buffer);
}

static void names_tasks_once(void **state)
{
	static struct made_tree made[6];
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++)
		make_tcp(&made[i], TS + i * 1000000);
	/*
	 * 0 and 1 are the same thread; 2 has a new name; 3 is the first thread again; 4 is another
	 * process; 5 is the same as 2.
	 */
	strcpy(made[2].record.comm, "worker");
	made[3].record.tid = 100;
	strcpy(made[3].record.comm, "main");
	made[4].record.pid = made[4].record.tid = 200;
	strcpy(made[5].record.comm, "worker");
	check(made, 6,
	      "names = [(e['name'], e['pid'], e['tid'], e['args']['name'])\n"
	      "         for e in kind(exact(sys.argv[1]), 'M')]\n"
	      "same('names', names, [('process_name', 100, 101, 'curl'),\n"
	      "    ('thread_name', 100, 101, 'curl'), ('thread_name', 100, 101, 'worker'),\n"
	      "    ('process_name', 100, 100, 'main'), ('thread_name', 100, 100, 'main'),\n"
	      "    ('process_name', 200, 200, 'curl'), ('thread_name', 200, 200, 'curl')])\n"
	      "for e in kind(exact(sys.argv[1]), 'M'):\n"
	      "    same('ts', e['ts'], 0)\n");
}

static void names_more_tasks_than_it_remembers(void **state)
{
	struct buffer buffer = { 0 };
	struct trace_header header;
	struct made_tree made;
	struct out *out;
	__u32 i;

	(void)state;
	make_header(&header);
	out = begin(&header, &buffer);
	make_tree(&made, TS);
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 1000, 3);
	for (i = 0; i < 5000; i++) {
		made.record.pid = i * 7;
		made.record.tid = i * 7;
		snprintf(made.record.comm, WIRE_COMM_LEN, "task-%u", i);
		out_timeline.creation(out, &made.tree, &buffer);
	}
	buffer__add_string(&buffer, out_timeline.closing);
	out_timeline.destroy(out);
	check_with_python("events = parse(read(sys.argv[1]).decode('utf-8'))['traceEvents']\n"
			  "for kind in 'process_name', 'thread_name':\n"
			  "    same(kind, [(e['tid'], e['args']['name']) for e in events\n"
			  "                if e['name'] == kind],\n"
			  "         [(7 * i, 'task-%d' % i) for i in range(5000)])\n",
			  buffer.data, buffer.size);
	buffer__free(&buffer);
}

static void draws_open_spans(void **state)
{
	struct made_tree made;
	int root, create, inet;

	(void)state;
	make_tree(&made, 10000000000);
	made.record.flags = WIRE_EXIT_MISSED | WIRE_SPANS_TRUNCATED;
	root = add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 9000, -12);
	create = add_span(&made, STAGE_SOCK_CREATE, root, 100, 8000, -12);
	leave_open(&made, add_span(&made, STAGE_SECURITY_SOCKET_CREATE, create, 200, 10, 0));
	inet = add_create(&made, "inet_create", create, 1000, 10);
	leave_open(&made, add_span(&made, STAGE_SK_ALLOC, inet, 1500, 10, 0));
	leave_open(&made, inet);
	check(&made, 1,
	      "timeline = exact(sys.argv[1])\n"
	      "same('extents', extents(timeline), [('__sys_socket', 0, 9000),\n"
	      "    ('__sock_create', 100, 8000), ('security_socket_create', 200, 799),\n"
	      "    ('inet_create', 1000, 7098), ('sk_alloc', 1500, 6596)])\n"
	      "args = ends(timeline) + calls(timeline)\n"
	      "same('complete', [a.get('complete') for a in args],\n"
	      "     [None, None, False, False, False])\n"
	      "same('failed', [(a.get('errno'), a.get('failed')) for a in args],\n"
	      "     [('ENOMEM', True)] * 2 + [(None, None)] * 3)\n"
	      "same('gaps', (args[0]['truncated'], args[0]['incomplete']), (True, True))\n");

	leave_open(&made, root);
	check(&made, 1,
	      "same('extents', extents(exact(sys.argv[1]))[:2],\n"
	      "     [('__sys_socket', 0, 8100), ('__sock_create', 100, 7998)])\n");
}

static void survives_any_bytes_and_numbers(void **state)
{
	static struct made_tree made[3];
	int root;

	(void)state;
	memset(&made[0], 0xff, sizeof(made[0]));
	made[0].tree.record = &made[0].record;
	made[0].tree.origin = NULL;
	/* More modules than there can be, and stages that do not exist, must not be decoded. */
	made[0].record.nr_modules = 0;
	made[0].record.nr_differences = 0;
	made[0].record.refusal = REFUSAL_NONE;
	made[0].record.spans[0].stage = STAGE_SYS_SOCKET;
	made[0].tree.state = NULL;
	made[0].tree.nr_spans = 0;
	root = add_span(&made[0], STAGE_SYS_SOCKET, TREE_NO_SPAN, UINT64_MAX, UINT64_MAX,
			INT32_MIN);
	add_span(&made[0], STAGE_SOCK_CREATE, root, UINT64_MAX, UINT64_MAX, 0);
	/* before the trace began */
	make_tcp(&made[1], 9999999000);
	memcpy(made[1].record.comm, "\"\\\n\x1b[2J\x7f\xc2\x9b\xff\xe2\x82\xac\xe2\x82",
	       WIRE_COMM_LEN);
	make_tcp(&made[2], 0);
	check(made, 3,
	      "timeline = exact(sys.argv[1])\n"
	      "first, second, third = (extents(timeline)[i] for i in (0, 2, 11))\n"
	      "same('first', first, ('__sys_socket', 2**64 - 1 - 10**10, 0))\n"
	      "same('second', second, ('__sys_socket', -1000, 30000))\n"
	      "same('child', extents(timeline)[4], ('sock_alloc', 1000, 3000))\n"
	      "same('third', third, ('__sys_socket', -10**10, 30000))\n"
	      "names = [e['args']['name'] for e in kind(timeline, 'M')]\n"
	      "same('names', names[:3], ['\\ufffd' * 16] * 2 +\n"
	      "     ['\"\\\\\\n\\x1b[2J\\x7f\\x9b\\ufffd\\u20ac\\ufffd'])\n"
	      "raw = read(sys.argv[1])\n"
	      "assert not [c for c in raw if (c < 32 and c != 10) or c == 127]\n");
}

/* Add spans that directly follow each other and end at the same time as their callers. */
static void add_dense_spans(struct made_tree *made, int parent, __u64 start, __u64 end, int depth,
			    uint32_t *random)
{
	while (depth < 7 && end > start + 200 && made->tree.nr_spans < TREE_MAX_SPANS) {
		__u64 until = end;
		int index;

		*random = *random * 1664525 + 1013904223;
		if (*random >> 30)
			until = start + 100 + *random / 65536 % (end - start - 150);
		index = add_span(made, STAGE_SOCK_CREATE, parent, start, until - start, 0);
		if (*random >> 16 & 1)
			add_dense_spans(made, index, start + (*random >> 20 & 7), until, depth + 1,
					random);
		start = until + (*random >> 24 & 1);
	}
}

/*
 * argv[2] has the depth of each span. Two ways in which viewers turn numbers into times must give
 * it: that of speedscope (microseconds as double, relative to the earliest), and that of Perfetto
 * (double, truncated to nanoseconds).
 */
static const char nesting_script[] =
	"depths = read(sys.argv[2])\n"
	"events = parse(read(sys.argv[1]).decode('utf-8'))['traceEvents']\n"
	"first = min(e['ts'] for e in events if e['ph'] != 'M')\n"
	"ways = {'speedscope': (lambda ts: ts - first, lambda dur: dur),\n"
	"        'Perfetto': (lambda ts: int(ts * 1000.0), lambda dur: int(dur * 1000.0))}\n"
	"def times(moment, length):\n"
	"    for e in events:\n"
	"        if e['ph'] == 'B':\n"
	"            end = next(ends)\n"
	"            yield moment(e['ts']), moment(end['ts'])\n"
	"        if e['ph'] == 'X':\n"
	"            yield moment(e['ts']), moment(e['ts']) + length(e['dur'])\n"
	"for way, (moment, length) in ways.items():\n"
	"    stack, number = [], 0\n"
	"    ends = (e for e in events if e['ph'] == 'E')\n"
	"    for begin, end in times(moment, length):\n"
	"        while stack and stack[-1] <= begin:\n"
	"            stack.pop()\n"
	"        same('%s: depth of %d' % (way, number), len(stack), depths[number])\n"
	"        assert not stack or end <= stack[-1], '%s: %d overlaps' % (way, number)\n"
	"        stack.append(end)\n"
	"        number += 1\n"
	"    same('number', number, len(depths))\n";

static void nests_in_the_arithmetic_of_viewers(void **state)
{
	struct buffer buffer = { 0 }, depths = { 0 };
	char *timeline_file, *depths_file;
	struct trace_header header;
	struct made_tree made;
	uint32_t random = 1;
	struct out *out;
	int creation, i;

	(void)state;
	make_header(&header);
	out = begin(&header, &buffer);
	for (creation = 0; creation < 2000; creation++) {
		/* up to three days after the start */
		make_tree(&made, header.start_boot_ns + creation * 129600000001ull);
		add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 3000 + creation * 37, 3);
		add_dense_spans(&made, 0, 100, 3000 + creation * 37, 1, &random);
		out_timeline.creation(out, &made.tree, &buffer);
		for (i = 0; i < made.tree.nr_spans; i++)
			buffer__add_char(&depths, (char)tree__depth(&made.tree, i));
	}
	buffer__add_string(&buffer, out_timeline.closing);
	out_timeline.destroy(out);
	assert_true(depths.size > 10000);
	timeline_file = make_file(buffer.data, buffer.size);
	depths_file = make_file(depths.data, depths.size);
	run_python(nesting_script, timeline_file, depths_file);
	remove_file(timeline_file);
	remove_file(depths_file);
	buffer__free(&buffer);
	buffer__free(&depths);
}

/*
 * speedscope sums up calls by their name and args, those of the event at the begin. It ends the
 * call on top of its stack by the name alone; where an end and a begin have one time, the end comes
 * first unless both have the same name and args. See src/import/trace-event.ts of speedscope 1.25.
 */
static const char speedscope_script[] =
	"events = parse(read(sys.argv[1]).decode('utf-8'))['traceEvents']\n"
	"def key(e):\n"
	"    return e['name'] + (' ' + json.dumps(e['args']) if e.get('args') else '')\n"
	"begins = sorted((e for e in events if e['ph'] in 'BX'), key=lambda e: e['ts'])\n"
	"ends = [e for e in events if e['ph'] == 'E']\n"
	"ends += [dict(e, ts=e['ts'] + e['dur']) for e in events if e['ph'] == 'X']\n"
	"ends.sort(key=lambda e: e['ts'])\n"
	"stack, stacks = [], set()\n"
	"while begins or ends:\n"
	"    first = begins[0]['ts'] - ends[0]['ts'] if begins else 1\n"
	"    if first < 0 or (first == 0 and key(begins[0]) == key(ends[0])):\n"
	"        stack.append(begins.pop(0))\n"
	"        stacks.add(tuple(key(e) for e in stack))\n"
	"    else:\n"
	"        same('end', ends.pop(0)['name'], stack.pop()['name'])\n"
	"same('open', stack, [])\n"
	"same('stacks', stacks, {('__sys_socket',) + below for below in\n"
	"    [(), ('__sock_create',), ('__sock_create', 'sock_alloc'),\n"
	"     ('__sock_create', 'inet_create'), ('__sock_create', 'inet_create', 'sk_alloc'),\n"
	"     ('__sock_create', 'inet_create', 'sock_init_data'),\n"
	"     ('__sock_create', 'inet_create', 'tcp_v4_init_sock'),\n"
	"     ('sock_map_fd',), ('sock_map_fd', 'sock_alloc_file')]})\n";

/* The second creation begins where the first one ends. */
static void is_summed_up_by_function(void **state)
{
	struct buffer buffer = { 0 };
	struct trace_header header;
	struct made_tree made;
	struct out *out;
	int i;

	(void)state;
	make_header(&header);
	out = begin(&header, &buffer);
	for (i = 0; i < 3; i++) {
		make_tcp(&made, TS + i * 30000);
		made.tree.sequence = i;
		out_timeline.creation(out, &made.tree, &buffer);
	}
	buffer__add_string(&buffer, out_timeline.closing);
	out_timeline.destroy(out);
	check_with_python(speedscope_script, buffer.data, buffer.size);
	buffer__free(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_header),
		cmocka_unit_test(writes_a_creation),
		cmocka_unit_test(is_whole_after_every_creation),
		cmocka_unit_test(names_tasks_once),
		cmocka_unit_test(names_more_tasks_than_it_remembers),
		cmocka_unit_test(draws_open_spans),
		cmocka_unit_test(survives_any_bytes_and_numbers),
		cmocka_unit_test(nests_in_the_arithmetic_of_viewers),
		cmocka_unit_test(is_summed_up_by_function),
	};

	return cmocka_run_group_tests_name("out_timeline", tests, NULL, NULL);
}
