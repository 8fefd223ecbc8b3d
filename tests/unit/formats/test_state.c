// SPDX-License-Identifier: GPL-2.0
/* Tests how each format shows what changed with --state. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/python.h"
#include "fixtures/state_fixture.h"

static struct buffer show(const struct fixture *fixture, const struct out_format *format,
			  const struct out_style *style)
{
	struct buffer buffer = { 0 };
	struct trace_header header;
	struct out *out;

	make_header(&header);
	out = format->create(&header, style);
	assert_non_null(out);
	if (format == &out_timeline)
		format->begin(out, &buffer);
	format->creation(out, &fixture->made.tree, &buffer);
	if (format == &out_timeline)
		format->end(out, NULL, &buffer);
	format->destroy(out);
	assert_false(buffer.failed);
	return buffer;
}

static bool has(const struct buffer *buffer, const char *text)
{
	return memmem(buffer->data, buffer->size, text, strlen(text));
}

static void expect_tree(const struct fixture *fixture, const struct out_style *style,
			const char *text)
{
	struct buffer buffer = show(fixture, &out_tree, style);
	const char *rows = memchr(buffer.data, '\n', buffer.size);
	size_t size;

	assert_non_null(rows);
	rows++;
	size = buffer.size - (rows - buffer.data);
	if (size != strlen(text) || memcmp(rows, text, size))
		fail_msg("got\n%.*sexpected\n%s", (int)size, rows, text);
	buffer__free(&buffer);
}

static void draws_below_the_rows(void **state)
{
	const struct out_style style = { .unicode = true, .width = 120 };
	struct fixture *fixture = *state;

	make(fixture);
	expect_tree(
		fixture, &style,
		"__sys_socket                     30.0 µs    1.0 µs  100%  ██████████  = 5\n"
		"├─ __sock_create                 20.0 µs    5.0 µs   67%  ██████▋\n"
		"│  ├─ sock_alloc                  3.0 µs    3.0 µs   10%  █\n"
		"│  │     socket#1: state=SS_UNCONNECTED inode=3356\n"
		"│  └─ inet_create                12.0 µs    2.0 µs   40%  ████\n"
		"│     ├─ sk_alloc                 4.0 µs    4.0 µs   13%  █▍\n"
		"│     │     socket#1: type=SOCK_STREAM ops=inet_stream_ops\n"
		"│     │     sk#1: family=AF_INET prot=tcp_prot \"TCP\" netns=4026531840\n"
		"│     ├─ sock_init_data           999 ns    999 ns    3%  ▍\n"
		"│     │     socket#1: sk=sk#1\n"
		"│     │     sk#1: type=SOCK_STREAM state=TCP_CLOSE rcvbuf=212992 sndbuf=212992 "
		"refcnt=1 socket=socket#1\n"
		"│     └─ tcp_v4_init_sock         5.0 µs    5.0 µs   17%  █▋\n"
		"│           sk#1: protocol=IPPROTO_TCP rcvbuf=131072 sndbuf=16384 "
		"destruct=inet_sock_destruct\n"
		"└─ sock_map_fd (reconstructed)    9.0 µs    3.0 µs   30%  ███         = 5\n"
		"   │  at return socket#1: fd=5\n"
		"   └─ sock_alloc_file             6.0 µs    6.0 µs   20%  ██\n"
		"         socket#1: file=file#1\n"
		"\n");
}

static void draws_above_what_the_caller_has_set(void **state)
{
	const struct out_style style = { .unicode = true, .width = 120 };
	struct fixture *fixture = *state;
	struct buffer buffer;

	make_with_entry(fixture);
	buffer = show(fixture, &out_tree, &style);
	assert_true(has(&buffer,
			"│  │     socket#1: state=SS_UNCONNECTED inode=3356\n"
			"│  │  before inet_create socket#1: type=SOCK_STREAM\n"
			"│  └─ inet_create                12.0 µs    2.0 µs   40%  ████\n"));
	assert_true(has(&buffer, "│     │     socket#1: ops=inet_stream_ops\n"));
	buffer__free(&buffer);
}

static void breaks_lines_in_ascii(void **state)
{
	const struct out_style style = { .width = 60 };
	struct fixture *fixture = *state;

	make(fixture);
	expect_tree(fixture, &style,
		    "__sys_socket                     30.0 us    1.0 us  = 5\n"
		    "|- __sock_create                 20.0 us    5.0 us\n"
		    "|  |- sock_alloc                  3.0 us    3.0 us\n"
		    "|  |     socket#1: state=SS_UNCONNECTED inode=3356\n"
		    "|  `- inet_create                12.0 us    2.0 us\n"
		    "|     |- sk_alloc                 4.0 us    4.0 us\n"
		    "|     |     socket#1: type=SOCK_STREAM ops=inet_stream_ops\n"
		    "|     |     sk#1: family=AF_INET prot=tcp_prot \"TCP\"\n"
		    "|     |       netns=4026531840\n"
		    "|     |- sock_init_data           999 ns    999 ns\n"
		    "|     |     socket#1: sk=sk#1\n"
		    "|     |     sk#1: type=SOCK_STREAM state=TCP_CLOSE\n"
		    "|     |       rcvbuf=212992 sndbuf=212992 refcnt=1\n"
		    "|     |       socket=socket#1\n"
		    "|     `- tcp_v4_init_sock         5.0 us    5.0 us\n"
		    "|           sk#1: protocol=IPPROTO_TCP rcvbuf=131072\n"
		    "|             sndbuf=16384 destruct=inet_sock_destruct\n"
		    "`- sock_map_fd (reconstructed)    9.0 us    3.0 us  = 5\n"
		    "   |  at return socket#1: fd=5\n"
		    "   `- sock_alloc_file             6.0 us    6.0 us\n"
		    "         socket#1: file=file#1\n"
		    "\n");
}

static void dims_lines(void **state)
{
	const struct out_style style = { .unicode = true, .width = 80, .color = true };
	struct fixture *fixture = *state;
	struct buffer buffer;

	make(fixture);
	buffer = show(fixture, &out_tree, &style);
	assert_true(has(&buffer, "\n\033[2m│     │     sk#1: family=AF_INET prot=tcp_prot \"TCP\" "
				 "netns=4026531840\033[0m\n"));
	buffer__free(&buffer);
}

static void escapes_what_a_protocol_calls_itself(void **state)
{
	const struct out_style style = { .width = 200 };
	struct fixture *fixture = *state;
	struct buffer buffer;

	make(fixture);
	memset(fixture->snapshots.snapshots[1].sk_prot_name, 0x1b, WIRE_PROT_NAME_LEN);
	buffer = show(fixture, &out_tree, &style);
	assert_true(has(&buffer, "prot=tcp_prot \"\\x1b\\x1b"));
	assert_false(has(&buffer, "\033"));
	buffer__free(&buffer);
}

static void says_that_it_is_lost(void **state)
{
	const struct out_style style = { .unicode = true };
	struct fixture *fixture = *state;
	struct buffer buffer;

	make(fixture);
	state_changes__compute(&fixture->changes, &fixture->made.tree, NULL, &fixture->names);
	buffer = show(fixture, &out_tree, &style);
	assert_true(has(&buffer, "\n(its state is lost: there was no room for it)\n"));
	buffer__free(&buffer);
	buffer = show(fixture, &out_jsonl, &style);
	assert_true(has(&buffer, "\"state_lost\":true"));
	assert_false(has(&buffer, "\"state\":"));
	buffer__free(&buffer);
	fixture->made.tree.state = NULL; /* without --state */
	buffer = show(fixture, &out_jsonl, &style);
	assert_false(has(&buffer, "\"state"));
	buffer__free(&buffer);
}

static void writes_json(void **state)
{
	const struct out_style style = { 0 };
	struct fixture *fixture = *state;
	struct buffer buffer;

	make(fixture);
	fixture->snapshots.snapshots[3].flags |= WIRE_HAS_CGROUP;
	fixture->snapshots.snapshots[3].sk_cgroup = UINT64_MAX;
	state_changes__compute(&fixture->changes, &fixture->made.tree, &fixture->snapshots,
			       &fixture->names);
	buffer = show(fixture, &out_jsonl, &style);
	check_with_python(
		"tree = lines(sys.argv[1])[0]['tree']\n"
		"create, map_fd = tree['children']\n"
		"alloc, inet = create['children']\n"
		"sk_alloc, init, tcp = inet['children']\n"
		"same('root', tree.get('state'), None)\n"
		"same('create', create.get('state'), None)\n"
		"same('sock_alloc', alloc['state'], {'socket#1': {'state': 1,\n"
		"    'state_name': 'SS_UNCONNECTED', 'flags': 0, 'ops': None, 'sk': None,\n"
		"    'file': None, 'inode': 3356, 'fd': None}})\n"
		"same('sk_alloc', sk_alloc['state'], {'socket#1': {'type': 1,\n"
		"    'type_name': 'SOCK_STREAM', 'ops': 'inet_stream_ops'}, 'sk#1': {'family': 2,\n"
		"    'family_name': 'AF_INET', 'type': 0, 'protocol': 0,\n"
		"    'protocol_name': 'IPPROTO_IP', 'prot': 'tcp_prot', 'prot_name': 'TCP',\n"
		"    'state': 0, 'rcvbuf': 0, 'sndbuf': 0, 'refcnt': 0, 'netns': 4026531840,\n"
		"    'mark': 0, 'socket': None, 'destruct': None}})\n"
		"same('tcp', tcp['state'], {'sk#1': {'protocol': 6,\n"
		"    'protocol_name': 'IPPROTO_TCP', 'rcvbuf': 131072, 'sndbuf': 16384,\n"
		"    'cgroup_id': 2 ** 64 - 1, 'cgroup_id_str': str(2 ** 64 - 1),\n"
		"    'destruct': 'inet_sock_destruct'}})\n"
		"same('file', map_fd['children'][0]['state'], {'socket#1': {'file': 'file#1'}})\n"
		"same('sock_map_fd', map_fd['state'], {'socket#1': {'fd': 5}})\n",
		buffer.data, buffer.size);
	buffer__free(&buffer);
}

static void writes_what_the_caller_has_set_as_json(void **state)
{
	const struct out_style style = { 0 };
	struct fixture *fixture = *state;
	struct buffer buffer;

	make_with_entry(fixture);
	buffer = show(fixture, &out_jsonl, &style);
	check_with_python("inet = lines(sys.argv[1])[0]['tree']['children'][0]['children'][1]\n"
			  "same('before', inet['state_before'], {'socket#1': {'type': 1,\n"
			  "    'type_name': 'SOCK_STREAM'}})\n"
			  "same('after', inet.get('state'), None)\n"
			  "same('sk_alloc', inet['children'][0]['state']['socket#1'],\n"
			  "    {'ops': 'inet_stream_ops'})\n",
			  buffer.data, buffer.size);
	buffer__free(&buffer);
	buffer = show(fixture, &out_timeline, &style);
	check_with_python("events = parse(read(sys.argv[1]))['traceEvents']\n"
			  "spans = {span['name']: span for span in events[-1]['args']['spans']}\n"
			  "same('before', spans['inet_create']['state_before'],\n"
			  "     {'socket#1': {'type': 1, 'type_name': 'SOCK_STREAM'}})\n",
			  buffer.data, buffer.size);
	buffer__free(&buffer);
}

static void writes_the_timeline(void **state)
{
	const struct out_style style = { 0 };
	struct fixture *fixture = *state;
	struct buffer buffer;

	make(fixture);
	buffer = show(fixture, &out_timeline, &style);
	check_with_python("events = parse(read(sys.argv[1]))['traceEvents']\n"
			  "same('the last', events[-1]['ph'], 'E')\n"
			  "spans = {span['name']: span for span in events[-1]['args']['spans']}\n"
			  "same('sock_map_fd', spans['sock_map_fd']['state'],\n"
			  "     {'socket#1': {'fd': 5}})\n"
			  "same('inet_create', spans['inet_create'].get('state'), None)\n",
			  buffer.data, buffer.size);
	buffer__free(&buffer);
}

static void does_without_symbols(void **state)
{
	const struct out_style style = { .width = 120 };
	struct fixture *fixture = *state;
	struct buffer buffer;

	fixture->symbols.path = "/dev/null";
	make(fixture);
	assert_non_null(fixture->symbols.failure);
	buffer = show(fixture, &out_tree, &style);
	assert_true(has(&buffer, "prot=? \"TCP\""));
	assert_true(has(&buffer, "ops=?"));
	assert_false(has(&buffer, "ffff"));
	buffer__free(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(draws_below_the_rows),
		TEST(draws_above_what_the_caller_has_set),
		TEST(breaks_lines_in_ascii),
		TEST(dims_lines),
		TEST(escapes_what_a_protocol_calls_itself),
		TEST(says_that_it_is_lost),
		TEST(writes_json),
		TEST(writes_what_the_caller_has_set_as_json),
		TEST(writes_the_timeline),
		TEST(does_without_symbols),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
