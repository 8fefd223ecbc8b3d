// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include <arpa/inet.h>
#include "fixtures/python.h"
#include "fixtures/trees.h"

static const struct out_style plain;

#define TS 12345678901 /* 2.345678901 s after the start of the trace */

/* Run script on the output for one creation, with the header and the end. */
static void check(const struct made_tree *made, const char *script)
{
	static const struct trace_account account = { .shown = 1 };
	struct buffer buffer = { 0 };
	struct trace_header header;
	struct out *out;

	make_header(&header);
	out = out_jsonl.create(&header, &plain);
	assert_non_null(out);
	out_jsonl.begin(out, &buffer);
	if (made)
		out_jsonl.creation(out, &made->tree, &buffer);
	out_jsonl.end(out, &account, &buffer);
	out_jsonl.destroy(out);
	assert_false(buffer.failed);
	check_with_python(script, buffer.data, buffer.size);
	buffer__free(&buffer);
}

static void writes_the_header(void **state)
{
	(void)state;
	assert_string_equal(out_jsonl.name, "jsonl");
	assert_null(out_jsonl.closing);
	check(NULL,
	      "header, end = lines(sys.argv[1])\n"
	      "same('header', header, {'event': 'header', 'version': 1,\n"
	      "    'tool': 'sockcreate-trace 0.1.0', 'kernel': '6.1.0-9-amd64',\n"
	      "    'arch': 'x86_64', 'latency': 'corrected', 'stages': [\n"
	      "        {'name': '__sys_socket', 'attach': 'fentry',\n"
	      "         'reason': 'has \"fentry\"', 'inner_cost_ns': 202, 'outer_cost_ns': 287},\n"
	      "        {'name': 'sock_map_fd', 'attach': 'reconstructed',\n"
	      "         'reason': 'inlined'}]})\n"
	      "same('order', list(header), ['event', 'version', 'tool', 'kernel', 'arch',\n"
	      "                             'latency', 'stages'])\n");
}

static void writes_a_creation(void **state)
{
	struct made_tree made;

	(void)state;
	make_tcp(&made, TS);
	made.tree.sequence = 3;
	strcpy(made.record.process_comm, "curly");
	made.tree.spans[4].measured_ns += 300;
	check(&made,
	      "header, got, end = lines(sys.argv[1])\n"
	      "def span(name, start, duration, self, ret, *children, attach='fentry'):\n"
	      "    measured = duration + (300 if name == 'sk_alloc' else 0)\n"
	      "    return {'name': name, 'start_ns': start, 'duration_ns': duration,\n"
	      "            'measured_ns': measured,\n"
	      "            'self_ns': self, 'ret': ret, 'attach': attach,\n"
	      "            'children': list(children)}\n"
	      "tree = span('__sys_socket', 0, 30000, 1000, 5,\n"
	      "    span('__sock_create', 1000, 20000, 5000, 0,\n"
	      "        span('sock_alloc', 2000, 3000, 3000, None),\n"
	      "        span('inet_create', 6001, 12000, 2000, 0,\n"
	      "            span('sk_alloc', 7000, 4000, 4000, None),\n"
	      "            span('sock_init_data', 11500, 999, 999, None),\n"
	      "            span('tcp_v4_init_sock', 13000, 5001, 5001, 0))),\n"
	      "    span('sock_map_fd', 21000, 9000, 3000, 5,\n"
	      "        span('sock_alloc_file', 22000, 6000, 6000, None),\n"
	      "        attach='reconstructed'))\n"
	      "expected = {'event': 'socket', 'seq': 3,\n"
	      "    'time': '2024-02-29T12:00:12.345678901Z', 'ts_ns': 12345678901,\n"
	      "    'ts_ns_str': '12345678901', 'pid': 100, 'tid': 101, 'ppid': 99,\n"
	      "    'uid': 1000, 'comm': 'curl', 'process_comm': 'curly',\n"
	      "    'cgroup_id': 77, 'cgroup_id_str': '77',\n"
	      "    'netns': 4026531840, 'exe': None, 'cmdline': None, 'cgroup': None,\n"
	      "    'via': 'socket', 'family': 'AF_INET',\n"
	      "    'type': 'SOCK_STREAM', 'protocol': 'IPPROTO_TCP',\n"
	      "    'flags': ['SOCK_CLOEXEC'],\n"
	      "    'args': {'family': 2, 'type': 524289, 'protocol': 6}, 'ret': 5,\n"
	      "    'errno': None, 'inode': 3356, 'cookie': None, 'cookie_str': None,\n"
	      "    'sockets': [{'inode': 3356, 'cookie': None, 'cookie_str': None, 'fd': 5,\n"
	      "        'family': 'AF_INET', 'type': 'SOCK_STREAM',\n"
	      "        'protocol': 'IPPROTO_TCP'}],\n"
	      "    'duration_ns': 30000, 'measured_ns': 30000, 'tree': tree}\n"
	      "for key in expected:\n"
	      "    same(key, got[key], expected[key])\n"
	      "same('order', list(got), list(expected))\n");
}

/* All else is as with it: also what is learnt of the tree. */
static void leaves_out_the_tree(void **state)
{
	static const struct out_style styles[] = { { .no_tree = false }, { .no_tree = true } };
	struct buffer buffer = { 0 };
	struct trace_header header;
	struct made_tree made;
	int i;

	(void)state;
	make_header(&header);
	make_tcp(&made, TS);
	made.record.ret = made.tree.spans[0].ret = -24;
	made.tree.spans[0].failed = true;
	for (i = 0; i < 2; i++) {
		struct out *out = out_jsonl.create(&header, &styles[i]);

		assert_non_null(out);
		out_jsonl.creation(out, &made.tree, &buffer);
		out_jsonl.destroy(out);
	}
	check_with_python("whole, short = lines(sys.argv[1])\n"
			  "same('errno', short['failure']['errno'], 'EMFILE')\n"
			  "same('the tree', whole.pop('tree')['name'], '__sys_socket')\n"
			  "same('the rest', short, whole)\n",
			  buffer.data, buffer.size);
	buffer__free(&buffer);
}

static void says_at_most_what_was_measured(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 0);
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 0, 3);
	made.tree.spans[0].at_most_ns = made.tree.spans[0].measured_ns = 900;
	check(&made,
	      "root = lines(sys.argv[1])[1]['tree']\n"
	      "same('root', [root[key] for key in ('duration_ns', 'measured_ns', 'self_ns',\n"
	      "    'at_most_ns')], [0, 900, 0, 900])\n");
}

static void writes_a_failed_creation(void **state)
{
	struct made_tree made;
	int root, create;

	(void)state;
	make_tree(&made, TS);
	made.record.type = 3;
	made.record.protocol = 0;
	made.record.ret = -24;
	add_socket(&made, 88, 9, -1);
	made.record.sockets[0].protocol = 255;
	root = add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 900, -24);
	create = add_span(&made, STAGE_SOCK_CREATE, root, 100, 500, -5000);
	made.tree.spans[add_span(&made, STAGE_SOCK_ALLOC, create, 110, 10, 0)].failed = true;
	add_span(&made, STAGE_SK_ALLOC, create, 150, 10, -12);
	add_span(&made, STAGE_SOCK_MAP_FD, root, 600, 300, -24);
	check(&made, "got = lines(sys.argv[1])[1]\n"
		     "same('ret', (got['ret'], got['errno']), (-24, 'EMFILE'))\n"
		     "same('first', (got['inode'], got['cookie'], got['cookie_str']),\n"
		     "     (None, None, None))\n"
		     "same('asked', (got['type'], got['protocol']), ('SOCK_RAW', 'IPPROTO_IP'))\n"
		     "same('sockets', got['sockets'], [{'inode': 88, 'cookie': 9,\n"
		     "    'cookie_str': '9', 'fd': None, 'family': 'AF_INET', 'type': 'SOCK_RAW',\n"
		     "    'protocol': 'IPPROTO_RAW'}])\n"
		     "root = got['tree']\n"
		     "create, map = root['children']\n"
		     "alloc, sk = create['children']\n"
		     "def facts(s):\n"
		     "    return s['ret'], s.get('errno'), s.get('failed')\n"
		     "same('root', facts(root), (-24, 'EMFILE', True))\n"
		     "same('create', facts(create), (-5000, '5000', True))\n"
		     "same('NULL', facts(alloc), (None, None, True))\n"
		     "same('ERR_PTR', facts(sk), (-12, 'ENOMEM', True))\n"
		     "same('map', facts(map), (-24, 'EMFILE', True))\n");
}

static void writes_a_packet_socket(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, TS);
	made.record.family = 17;
	made.record.type = 3;
	made.record.protocol = htons(3);
	made.record.ret = 3;
	add_socket(&made, 88, 9, 3);
	made.record.sockets[0].protocol = 0; /* sk_protocol, which packet sockets do not use */
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 900, 3);
	check(&made, "got = lines(sys.argv[1])[1]\n"
		     "same('protocol', (got['protocol'], got['sockets'][0]['protocol']),\n"
		     "     ('ETH_P_ALL', 'ETH_P_ALL'))\n");
	made.record.protocol = 65535;
	check(&made, "got = lines(sys.argv[1])[1]\n"
		     "same('protocol', (got['protocol'], got['sockets'][0]['protocol']),\n"
		     "     ('65535', '65535'))\n");
}

static void writes_a_socketpair(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, TS);
	made.record.via = VIA_SOCKETPAIR;
	made.record.spans[0].stage = STAGE_SYS_SOCKETPAIR;
	made.record.family = 1;
	made.record.type = 5;
	made.record.protocol = 0;
	add_socket(&made, 10, UINT64_MAX, 7);
	add_socket(&made, 11, 1, 8);
	add_span(&made, STAGE_SYS_SOCKETPAIR, TREE_NO_SPAN, 0, 5000, 0);
	check(&made, "got = lines(sys.argv[1])[1]\n"
		     "same('via', got['via'], 'socketpair')\n"
		     "same('asked', (got['family'], got['type'], got['protocol'], got['flags']),\n"
		     "     ('AF_UNIX', 'SOCK_SEQPACKET', '0', []))\n"
		     "same('ret', (got['ret'], got['errno'], got['inode']), (0, None, 10))\n"
		     "same('cookie', (got['cookie'], got['cookie_str']),\n"
		     "     (2**64 - 1, '18446744073709551615'))\n"
		     "same('pair', [(s['inode'], s['fd'], s['cookie']) for s in got['sockets']],\n"
		     "     [(10, 7, 2**64 - 1), (11, 8, 1)])\n");
}

static void writes_sockets_of_other_ways(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, TS);
	made.record.via = VIA_IO_URING;
	made.record.spans[0].stage = STAGE_SYS_SOCKET_FILE;
	made.record.ret = POINTER_VALID;
	add_socket(&made, 10, 0, -1);
	add_span(&made, STAGE_SYS_SOCKET_FILE, TREE_NO_SPAN, 0, 5000, POINTER_VALID);
	check(&made, "got = lines(sys.argv[1])[1]\n"
		     "same('via', (got['via'], 'compat' in got), ('io_uring', False))\n"
		     "same('ret', (got['ret'], got['errno'], got['inode']), (None, None, 10))\n"
		     "same('fd', got['sockets'][0]['fd'], None)\n");
	made.record.spans[0].stage = STAGE_IO_SOCKET;
	made.record.ret = made.record.sockets[0].fd = 7;
	check(&made, "got = lines(sys.argv[1])[1]\n"
		     "same('ret', (got['ret'], got['sockets'][0]['fd']), (7, 7))\n"
		     "assert 'slot' not in got['sockets'][0]\n");
	made.record.flags = WIRE_DIRECT;
	made.record.ret = 0;
	check(&made, "got = lines(sys.argv[1])[1]\n"
		     "made = got['sockets'][0]\n"
		     "same('ret', (got['ret'], made['fd'], made['slot']), (0, None, 7))\n");
	made.record.flags = WIRE_NO_NUMBER;
	made.record.sockets[0].fd = -1;
	check(&made, "got = lines(sys.argv[1])[1]\n"
		     "same('ret', (got['ret'], got['inode'], got['errno']), (None, 10, None))\n");
	made.record.flags = 0;
	made.record.via = VIA_KERNEL;
	made.record.spans[0].stage = STAGE_SOCK_CREATE;
	made.record.ret = 0;
	check(&made, "got = lines(sys.argv[1])[1]\n"
		     "same('via', (got['via'], got['ret'], got['inode']), ('kernel', None, 10))\n");
	made.record.flags = WIRE_COMPAT;
	made.record.ret = -97;
	made.record.nr_sockets = 0;
	check(&made, "got = lines(sys.argv[1])[1]\n"
		     "same('compat', got['compat'], True)\n"
		     "same('ret', (got['ret'], got['errno']), (-97, 'EAFNOSUPPORT'))\n");
}

static void writes_what_differs(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, TS);
	add_span(&made, STAGE_SOCK_CREATE, TREE_NO_SPAN, 0, 5000, 0);
	made.record.via = VIA_KERNEL;
	check(&made, "assert 'task_netns' not in lines(sys.argv[1])[1]\n");
	add_differences(&made)->task_netns = 4026532000u;
	check(&made, "got = lines(sys.argv[1])[1]\n"
		     "same('netns', (got['netns'], got['task_netns']), (4026531840, 4026532000))\n"
		     "assert 'tried' not in got\n");
	make_tree(&made, TS);
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 5000, -ENOPROTOOPT);
	made.record.ret = -ENOPROTOOPT;
	*add_differences(&made) =
		(struct wire_differences){ .has_protocol = 1, .protocol = IPPROTO_UDP };
	check(&made,
	      "got = lines(sys.argv[1])[1]\n"
	      "same('asked', (got['protocol'], got['args']['protocol']), ('IPPROTO_TCP', 6))\n"
	      "same('tried', got['tried'],\n"
	      "     {'family': 'AF_INET', 'protocol': 'IPPROTO_UDP'})\n"
	      "assert 'task_netns' not in got\n");
	made.record.ret = 5;
	check(&made, "assert 'tried' not in lines(sys.argv[1])[1]\n");
}

static void says_what_is_missing(void **state)
{
	struct made_tree made;
	int root, create, map;

	(void)state;
	make_tree(&made, TS);
	made.record.flags = WIRE_SPANS_TRUNCATED | WIRE_EXIT_MISSED;
	made.record.ret = 4;
	root = add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 900, 4);
	create = add_span(&made, STAGE_SOCK_CREATE, root, 100, 500, 0);
	map = add_span(&made, STAGE_SOCK_MAP_FD, root, 600, 100, 4);
	leave_open(&made, create);
	check(&made,
	      "got = lines(sys.argv[1])[1]\n"
	      "same('flags', (got['truncated'], got['incomplete']), (True, True))\n"
	      "create, map = got['tree']['children']\n"
	      "same('open', create, {'name': '__sock_create', 'start_ns': 100,\n"
	      "    'duration_ns': None, 'measured_ns': None, 'self_ns': None, 'ret': None, 'attach': 'fentry',\n"
	      "    'complete': False, 'children': []})\n"
	      "assert 'complete' not in map and 'complete' not in got['tree']\n"
	      "same('ret', (got['ret'], got['duration_ns'], got['inode']), (4, 900, None))\n");

	made.record.flags = WIRE_ENTRY_MISSED;
	leave_open(&made, map);
	leave_open(&made, root);
	check(&made, "got = lines(sys.argv[1])[1]\n"
		     "assert 'truncated' not in got\n"
		     "same('incomplete', got['incomplete'], True)\n"
		     "same('ret', (got['ret'], got['errno'], got['duration_ns']), (None,) * 3)\n");

	make_tcp(&made, TS);
	check(&made, "got = lines(sys.argv[1])[1]\n"
		     "assert 'truncated' not in got and 'incomplete' not in got\n");
}

static void survives_any_comm(void **state)
{
	static const char comm[WIRE_COMM_LEN] = "\"\\\n\x1b[2J\x7f\xc2\x9b\xff\xe2\x82\xac\xe2\x82";
	struct made_tree made;

	(void)state;
	make_tcp(&made, TS);
	memcpy(made.record.comm, comm, WIRE_COMM_LEN);
	assert_int_not_equal(made.record.comm[WIRE_COMM_LEN - 1], 0);
	check(&made,
	      "got = lines(sys.argv[1])[1]\n"
	      "same('comm', got['comm'], '\"\\\\\\n\\x1b[2J\\x7f\\x9b\\ufffd\\u20ac\\ufffd')\n"
	      "raw = read(sys.argv[1])\n"
	      "assert not [c for c in raw if (c < 32 and c != 10) or c == 127]\n"
	      "assert b'\\xc2\\x9b' not in raw\n");
}

static void survives_any_numbers(void **state)
{
	struct made_tree made;

	(void)state;
	memset(&made, 0xff, sizeof(made));
	made.tree.unobserved = NULL;
	made.tree.origin = NULL;
	made.record.nr_modules = 0; /* more than there can be must not be decoded */
	made.record.nr_differences = 0;
	made.tree.state = NULL;
	made.tree.record = &made.record;
	made.tree.nr_spans = 0;
	made.record.ret = INT32_MIN;
	made.record.spans[0].stage = STAGE_SYS_SOCKET;
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, UINT64_MAX, UINT64_MAX, INT32_MIN);
	check(&made,
	      "got = lines(sys.argv[1])[1]\n"
	      "most = 2**64 - 1\n"
	      "for key in 'seq', 'ts_ns', 'cgroup_id', 'duration_ns':\n"
	      "    same(key, got[key], most)\n"
	      "for key in 'ts_ns_str', 'cgroup_id_str':\n"
	      "    same(key, got[key], str(most))\n"
	      "for key in 'pid', 'tid', 'ppid', 'uid', 'netns':\n"
	      "    same(key, got[key], 2**32 - 1)\n"
	      "same('time', got['time'], '2608-09-19T11:34:33.709551615Z')\n"
	      "same('via', got['via'], 'unknown')\n"
	      "same('names', (got['family'], got['type'], got['protocol']),\n"
	      "     ('-1', '15', '-1'))\n"
	      "same('args', got['args'], {'family': -1, 'type': -1, 'protocol': -1})\n"
	      "same('flags', got['flags'], ['SOCK_CLOEXEC', 'SOCK_NONBLOCK', '0xfff7f7f0'])\n"
	      "same('ret', (got['ret'], got['errno']), (-2**31, '2147483648'))\n"
	      "same('sockets', len(got['sockets']), 2)\n"
	      "same('made', got['sockets'][0], {'inode': most, 'cookie': most,\n"
	      "    'cookie_str': str(most), 'fd': None, 'slot': None, 'family': '65535',\n"
	      "    'type': '65535', 'protocol': '65535'})\n");
}

static void writes_the_largest_trees(void **state)
{
	struct made_tree made;
	int i;

	(void)state;
	make_tree(&made, TS);
	for (i = 0; i < TREE_MAX_SPANS; i++)
		add_span(&made, i ? STAGE_SOCK_CREATE : STAGE_SYS_SOCKET, i - 1, i, 1000 - i, 0);
	check(&made, "span = lines(sys.argv[1])[1]['tree']\n"
		     "depth = 0\n"
		     "while span['children']:\n"
		     "    same('start', span['start_ns'], depth)\n"
		     "    span, = span['children']\n"
		     "    depth += 1\n"
		     "assert depth >= 64\n");

	make_tree(&made, TS);
	for (i = 0; i < TREE_MAX_SPANS; i++)
		add_span(&made, i ? STAGE_SOCK_CREATE : STAGE_SYS_SOCKET, i ? 0 : TREE_NO_SPAN, i,
			 i ? 1 : 1000, 0);
	check(&made, "root = lines(sys.argv[1])[1]['tree']\n"
		     "starts = [s['start_ns'] for s in root['children']]\n"
		     "assert len(starts) >= 64\n"
		     "same('starts', starts, list(range(1, len(starts) + 1)))\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_header),
		cmocka_unit_test(writes_a_creation),
		cmocka_unit_test(leaves_out_the_tree),
		cmocka_unit_test(says_at_most_what_was_measured),
		cmocka_unit_test(writes_a_failed_creation),
		cmocka_unit_test(writes_a_packet_socket),
		cmocka_unit_test(writes_a_socketpair),
		cmocka_unit_test(writes_sockets_of_other_ways),
		cmocka_unit_test(writes_what_differs),
		cmocka_unit_test(says_what_is_missing),
		cmocka_unit_test(survives_any_comm),
		cmocka_unit_test(survives_any_numbers),
		cmocka_unit_test(writes_the_largest_trees),
	};

	return cmocka_run_group_tests_name("out_jsonl", tests, NULL, NULL);
}
