/* SPDX-License-Identifier: GPL-2.0 */
/* The snapshots of a TCP socket's creation, and what changes from one to the next. */
#ifndef TESTS_STATE_FIXTURE_H
#define TESTS_STATE_FIXTURE_H

#include <string.h>

#include "tests/unit/files.h"
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

static inline int begin(void **state)
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

static inline int end(void **state)
{
	struct fixture *fixture = *state;

	symbol_names__free(&fixture->symbols);
	files__end(fixture->folder);
	free(fixture);
	return 0;
}

/* The same socket as before, at the exit of another span. */
static inline struct wire_snapshot *add_snapshot(struct wire_snapshots *snapshots, int span)
{
	struct wire_snapshot *snapshot = &snapshots->snapshots[snapshots->nr_snapshots];

	if (snapshots->nr_snapshots++)
		*snapshot = snapshot[-1];
	snapshot->span = (__u8)span;
	return snapshot;
}

static inline void link_sock(struct wire_snapshot *snapshot)
{
	snapshot->socket_sk = SK;
	snapshot->sk_socket = SOCKET;
	snapshot->sk_type = 1;
	snapshot->sk_state = 7;
	snapshot->sk_rcvbuf = 212992;
	snapshot->sk_sndbuf = 212992;
	snapshot->sk_refcnt = 1;
}

static inline void make_snapshots(struct wire_snapshots *snapshots)
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
static inline void make(struct fixture *fixture)
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif /* TESTS_STATE_FIXTURE_H */
