// SPDX-License-Identifier: GPL-2.0
/* --state: what changed, how objects are named, and how each format shows it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/unit/files.h"
#include "tests/unit/python.h"
#include "trees.h"
#include "user/state_changes.h"

/* Addresses as kernels have them: none may be shown. */
#define SOCKET	 0xffff888003a41280
#define SK	 0xffff888003a42000
#define FILE_	 0xffff888003a43000
#define OPS	 0xffffffff82000010
#define PROT	 0xffffffff82000020
#define DESTRUCT 0xffffffff81000300

static const char kallsyms[] = "0000000000000000 A fixed_percpu_data\n"
			       "ffffffff81000300 T inet_sock_destruct\n"
			       "ffffffff82000010 r a_local_alias\n"
			       "ffffffff82000010 R inet_stream_ops\n"
			       "ffffffff82000020 D tcp_prot\n";

struct fixture {
	char folder[FILES_PATH_SIZE];
	char path[2 * FILES_PATH_SIZE];
	struct symbol_names symbols;
	struct state_names names;
	struct made_tree made;
	struct wire_snapshots snapshots;
	struct state_changes changes;
};

static int begin(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	files__begin(fixture->folder);
	snprintf(fixture->path, sizeof(fixture->path), "%s/kallsyms", fixture->folder);
	files__write(fixture->path, kallsyms, strlen(kallsyms));
	fixture->symbols.path = fixture->path;
	fixture->names = (struct state_names){ &fixture->symbols, &socket_flags_before_6_16 };
	*state = fixture;
	return 0;
}

static int end(void **state)
{
	struct fixture *fixture = *state;

	symbol_names__free(&fixture->symbols);
	files__end(fixture->folder);
	free(fixture);
	return 0;
}

/* The same socket as before, at the exit of another span. */
static struct wire_snapshot *add_snapshot(struct wire_snapshots *snapshots, int span)
{
	struct wire_snapshot *snapshot = &snapshots->snapshots[snapshots->nr_snapshots];

	if (snapshots->nr_snapshots++)
		*snapshot = snapshot[-1];
	snapshot->span = (__u8)span;
	return snapshot;
}

static void link_sock(struct wire_snapshot *snapshot)
{
	snapshot->socket_sk = SK;
	snapshot->sk_socket = SOCKET;
	snapshot->sk_type = 1;
	snapshot->sk_state = 7;
	snapshot->sk_rcvbuf = 212992;
	snapshot->sk_sndbuf = 212992;
	snapshot->sk_refcnt = 1;
}

static void make_snapshots(struct wire_snapshots *snapshots)
{
	struct wire_snapshot *snapshot = add_snapshot(snapshots, 2);

	snapshots->version = WIRE_SNAPSHOTS_VERSION;
	snapshot->flags = WIRE_HAS_SOCKET;
	snapshot->socket = SOCKET;
	snapshot->socket_state = 1;
	snapshot->inode = 3356;
	snapshot->fd = -1;
	snapshot = add_snapshot(snapshots, 4);
	snapshot->flags |= WIRE_HAS_TYPE | WIRE_HAS_SOCK;
	snapshot->socket_type = 1;
	snapshot->socket_ops = OPS;
	snapshot->sk = SK;
	snapshot->sk_prot = PROT;
	strcpy(snapshot->sk_prot_name, "TCP");
	snapshot->sk_family = 2;
	snapshot->sk_netns = 4026531840u;
	link_sock(add_snapshot(snapshots, 5));
	snapshot = add_snapshot(snapshots, 6);
	snapshot->sk_protocol = 6;
	snapshot->sk_rcvbuf = 131072;
	snapshot->sk_sndbuf = 16384;
	snapshot->sk_destruct = DESTRUCT;
	add_snapshot(snapshots, 1); /* nothing new */
	add_snapshot(snapshots, 7)->socket_file = FILE_;
	add_snapshot(snapshots, 0)->fd = 5;
}

/* The tree of make_tcp(), as if recorded: sock_map_fd is not in the record. */
static void make(struct fixture *fixture)
{
	int i, recorded = 0;

	make_tcp(&fixture->made, 0);
	fixture->made.record.tid = 100;
	for (i = 0; i < fixture->made.tree.nr_spans; i++) {
		struct span *span = &fixture->made.tree.spans[i];

		span->recorded = span->attach == ATTACH_RECONSTRUCTED ? TREE_NO_SPAN : recorded++;
	}
	make_snapshots(&fixture->snapshots);
	assert_int_equal(state_changes__compute(&fixture->changes, &fixture->made.tree,
						&fixture->snapshots, &fixture->names),
			 0);
	fixture->made.tree.state = &fixture->changes;
}

static const struct state_entry *find(const struct fixture *fixture, int span,
				      enum state_object object)
{
	int i;

	for (i = 0; i < fixture->changes.nr_entries; i++) {
		const struct state_entry *entry = &fixture->changes.entries[i];

		if (entry->span == span && entry->object == object)
			return entry;
	}
	return NULL;
}

static __u32 changed(const struct fixture *fixture, int span, enum state_object object)
{
	const struct state_entry *entry = find(fixture, span, object);

	return entry ? entry->changed : 0;
}

static void finds_what_changed(void **state)
{
	struct fixture *fixture = *state;

	make(fixture);
	assert_true(find(fixture, 2, STATE_SOCKET)->first);
	assert_null(find(fixture, 2, STATE_SOCK));
	/* All that is known of a new object, but not what is not: its type. */
	assert_true(changed(fixture, 2, STATE_SOCKET) & FIELD_BIT(FIELD_SOCKET_SK));
	assert_false(changed(fixture, 2, STATE_SOCKET) & FIELD_BIT(FIELD_SOCKET_TYPE));
	assert_int_equal(changed(fixture, 4, STATE_SOCKET),
			 FIELD_BIT(FIELD_SOCKET_TYPE) | FIELD_BIT(FIELD_SOCKET_OPS));
	assert_false(changed(fixture, 4, STATE_SOCK) & FIELD_BIT(FIELD_SK_CGROUP));
	assert_int_equal(changed(fixture, 5, STATE_SOCKET), FIELD_BIT(FIELD_SOCKET_SK));
	assert_int_equal(changed(fixture, 6, STATE_SOCK),
			 FIELD_BIT(FIELD_SK_PROTOCOL) | FIELD_BIT(FIELD_SK_RCVBUF) |
				 FIELD_BIT(FIELD_SK_SNDBUF) | FIELD_BIT(FIELD_SK_DESTRUCT));
	assert_int_equal(changed(fixture, 6, STATE_SOCKET), 0);
	assert_int_equal(changed(fixture, 1, STATE_SOCKET), 0);
	assert_int_equal(changed(fixture, 8, STATE_SOCKET), FIELD_BIT(FIELD_SOCKET_FILE));
	/* What is set by the caller's end is what the reconstructed span has set. */
	assert_int_equal(changed(fixture, 7, STATE_SOCKET), FIELD_BIT(FIELD_FD));
	assert_int_equal(changed(fixture, 0, STATE_SOCKET), 0);
}

static void names_objects_in_the_order_of_their_appearance(void **state)
{
	struct fixture *fixture = *state;
	struct wire_snapshots pair = { .nr_snapshots = 0 };
	char name[STATE_NAME_SIZE];
	struct state_value value;
	int i;

	make(fixture);
	for (i = 0; i < 4; i++) {
		struct wire_snapshot *snapshot = add_snapshot(&pair, 2 + i);

		snapshot->flags = WIRE_HAS_SOCKET;
		snapshot->socket = SOCKET + (i % 2) * 4096;
		snapshot->socket_sk = SK + (i % 2) * 4096;
		snapshot->inode = i;
	}
	state_changes__compute(&fixture->changes, &fixture->made.tree, &pair, &fixture->names);
	assert_int_equal(fixture->changes.nr_entries, 4);
	for (i = 0; i < 4; i++) {
		const struct state_entry *entry = &fixture->changes.entries[i];

		assert_string_equal(state_entry__name(entry, name),
				    i % 2 ? "socket#2" : "socket#1");
		state_entry__value(&fixture->changes, entry, FIELD_SOCKET_SK, &value);
		assert_string_equal(value.name, i % 2 ? "sk#2" : "sk#1");
		assert_int_equal(entry->first, i < 2);
	}
	assert_int_equal(fixture->changes.entries[2].changed, FIELD_BIT(FIELD_INODE));
}

static void has_only_so_many_names(void **state)
{
	struct fixture *fixture = *state;
	struct wire_snapshots many = { .nr_snapshots = 0 };
	int i;

	make(fixture);
	for (i = 0; i < WIRE_MAX_SNAPSHOTS; i++) {
		struct wire_snapshot *snapshot = add_snapshot(&many, 2);

		snapshot->flags = WIRE_HAS_SOCKET | WIRE_HAS_SOCK;
		snapshot->socket = SOCKET + i;
		snapshot->sk = SK + i;
	}
	many.snapshots[0].span = 40; /* not in the tree */
	assert_int_equal(state_changes__compute(&fixture->changes, &fixture->made.tree, &many,
						&fixture->names),
			 1);
	assert_int_equal(fixture->changes.nr_entries, 2 * (STATE_MAX_NAMED - 1));
}

static void check_value(const struct fixture *fixture, const struct wire_snapshot *snapshot,
			enum state_field field, const char *name, __u64 number)
{
	const struct state_entry entry = { .snapshot = snapshot };
	struct state_value value;

	state_entry__value(&fixture->changes, &entry, field, &value);
	assert_string_equal(value.name, name);
	assert_true(value.number == number);
}

static void names_values(void **state)
{
	struct fixture *fixture = *state;
	struct wire_snapshot snapshot = { .sk_family = 2, .sk_state = 7, .socket_type = 1 };

	make(fixture);
	check_value(fixture, &snapshot, FIELD_SK_STATE, "TCP_CLOSE", 7);
	snapshot.sk_state = 99;
	check_value(fixture, &snapshot, FIELD_SK_STATE, "", 99);
	snapshot.sk_state = 2;
	snapshot.sk_family = 31; /* AF_BLUETOOTH has states of its own */
	check_value(fixture, &snapshot, FIELD_SK_STATE, "", 2);
	snapshot.sk_family = 2;
	strcpy(snapshot.sk_prot_name, "SMC");
	check_value(fixture, &snapshot, FIELD_SK_STATE, "", 2);
	snapshot.socket_flags = 1 << 5 | 1 << 2 | 1 << 20;
	check_value(fixture, &snapshot, FIELD_SOCKET_FLAGS, "SOCK_NOSPACE|SOCK_SUPPORT_ZC|1048576",
		    snapshot.socket_flags);
	snapshot.socket_flags = 1 << 20;
	check_value(fixture, &snapshot, FIELD_SOCKET_FLAGS, "", 1 << 20);
	snapshot.sk_rcvbuf = -1;
	check_value(fixture, &snapshot, FIELD_SK_RCVBUF, "", UINT64_MAX);
	snapshot.sk_prot = PROT + 1; /* not a symbol's address */
	check_value(fixture, &snapshot, FIELD_SK_PROT, "?", 0);
}

/* The same bits are other flags where the kernel calls them otherwise. */
static void names_flags_as_the_kernel_does(void **state)
{
	struct fixture *fixture = *state;
	struct wire_snapshot snapshot = { .socket_flags = 1 << 4 | 1 << 3 };
	struct socket_flags flags = { 0 };

	make(fixture);
	check_value(fixture, &snapshot, FIELD_SOCKET_FLAGS, "SOCK_PASSCRED|SOCK_PASSSEC", 0x18);
	socket_flags__add(&flags, 3, "SOCK_SUPPORT_ZC");
	socket_flags__add(&flags, 4, "SOCK_CUSTOM_SOCKOPT");
	fixture->names.flags = &flags;
	make(fixture);
	check_value(fixture, &snapshot, FIELD_SOCKET_FLAGS, "SOCK_SUPPORT_ZC|SOCK_CUSTOM_SOCKOPT",
		    0x18);
	fixture->names.flags = &(struct socket_flags){ 0 };
	make(fixture);
	check_value(fixture, &snapshot, FIELD_SOCKET_FLAGS, "", 0x18);
}

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

static bool has(const struct buffer *buffer, const char *text)
{
	return memmem(buffer->data, buffer->size, text, strlen(text));
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

static void writes_the_timeline(void **state)
{
	const struct out_style style = { 0 };
	struct fixture *fixture = *state;
	struct buffer buffer;

	make(fixture);
	buffer = show(fixture, &out_timeline, &style);
	check_with_python("events = parse(read(sys.argv[1]))['traceEvents']\n"
			  "args = {event['name']: event['args'] for event in events}\n"
			  "same('sock_map_fd', args['sock_map_fd']['state'],\n"
			  "     {'socket#1': {'fd': 5}})\n"
			  "same('inet_create', args['inet_create'].get('state'), None)\n",
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

static void reads_symbols_once(void **state)
{
	struct fixture *fixture = *state;
	const __u64 known[] = { PROT, OPS, 0, PROT }, more[] = { DESTRUCT };

	symbol_names__look_up(&fixture->symbols, known, 4);
	assert_int_equal(fixture->symbols.nr_known, 2);
	assert_string_equal(symbol_names__find(&fixture->symbols, OPS), "inet_stream_ops");
	assert_null(symbol_names__find(&fixture->symbols, DESTRUCT));
	files__write(fixture->path, "", 0);
	symbol_names__look_up(&fixture->symbols, known, 4);
	assert_null(fixture->symbols.failure);
	symbol_names__look_up(&fixture->symbols, more, 1);
	assert_non_null(fixture->symbols.failure);
	assert_string_equal(symbol_names__find(&fixture->symbols, PROT), "tcp_prot");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_what_changed),
		TEST(names_objects_in_the_order_of_their_appearance),
		TEST(has_only_so_many_names),
		TEST(names_values),
		TEST(names_flags_as_the_kernel_does),
		TEST(draws_below_the_rows),
		TEST(breaks_lines_in_ascii),
		TEST(dims_lines),
		TEST(escapes_what_a_protocol_calls_itself),
		TEST(says_that_it_is_lost),
		TEST(writes_json),
		TEST(writes_the_timeline),
		TEST(does_without_symbols),
		TEST(reads_symbols_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
