/* SPDX-License-Identifier: GPL-2.0 */
/* Trees made by hand, for the tests of the output formats. */
#ifndef TESTS_TREES_H
#define TESTS_TREES_H

#include <string.h>

#include "user/out.h"

struct made_tree {
	struct wire_record record;
	struct tree tree;
};

/* A TCP socket of curl, pid 100, at ts; no span yet. */
static inline void make_tree(struct made_tree *made, __u64 ts)
{
	memset(made, 0, sizeof(*made));
	made->tree.record = &made->record;
	made->tree.observed = ~0ULL;
	made->record.version = WIRE_VERSION;
	made->record.via = VIA_SOCKET;
	made->record.spans[0].start = ts;
	made->record.cgroup_id = 77;
	made->record.netns = 4026531840u;
	made->record.pid = 100;
	made->record.tid = 101;
	made->record.ppid = 99;
	made->record.uid = 1000;
	made->record.family = 2;
	made->record.type = 1;
	made->record.protocol = 6;
	strcpy(made->record.comm, "curl");
}

/* Adds a span behind the other children of parent; returns its index. */
static inline int add_span(struct made_tree *made, enum stage stage, int parent, __u64 start,
			   __u64 duration, __s32 ret)
{
	struct tree *tree = &made->tree;
	int index = tree->nr_spans++;
	struct span *span = &tree->spans[index];
	int *link;

	*span = (struct span){
		.stage = stage,
		.name = stages[stage].name,
		.attach = ATTACH_FENTRY,
		.start_ns = start,
		.duration_ns = duration,
		.measured_ns = duration,
		.self_ns = duration,
		.ret = ret,
		.complete = true,
		.failed = ret < 0,
		.parent = parent,
		.first_child = TREE_NO_SPAN,
		.next_sibling = TREE_NO_SPAN,
	};
	if (parent == TREE_NO_SPAN)
		return index;
	tree->spans[parent].self_ns -= duration;
	for (link = &tree->spans[parent].first_child; *link != TREE_NO_SPAN;
	     link = &tree->spans[*link].next_sibling)
		;
	*link = index;
	return index;
}

/* The same for the create function of a family, by its name. */
static inline int add_create(struct made_tree *made, const char *name, int parent, __u64 start,
			     __u64 duration)
{
	int index = add_span(made, STAGE_FAMILY_CREATE, parent, start, duration, 0);

	made->tree.spans[index].name = name;
	return index;
}

/* The return of the span was not seen. */
static inline void leave_open(struct made_tree *made, int index)
{
	struct span *span = &made->tree.spans[index];

	if (span->parent != TREE_NO_SPAN)
		made->tree.spans[span->parent].self_ns += span->duration_ns;
	span->complete = false;
	span->failed = false;
	span->duration_ns = 0;
	span->self_ns = 0;
	span->ret = 0;
}

static inline void add_socket(struct made_tree *made, __u64 inode, __u64 cookie, __s32 fd)
{
	struct wire_socket *socket = &made->record.sockets[made->record.nr_sockets++];

	socket->inode = inode;
	socket->cookie = cookie;
	socket->fd = fd;
	socket->family = (__u16)made->record.family;
	socket->type = made->record.type & 0xf;
	socket->protocol = (__u16)made->record.protocol;
}

/* socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP) = 5, sock_map_fd reconstructed */
static inline void make_tcp(struct made_tree *made, __u64 ts)
{
	int root, create, inet, map;

	make_tree(made, ts);
	made->record.type = 02000001;
	made->record.ret = 5;
	add_socket(made, 3356, 0, 5);
	root = add_span(made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 30000, 5);
	create = add_span(made, STAGE_SOCK_CREATE, root, 1000, 20000, 0);
	add_span(made, STAGE_SOCK_ALLOC, create, 2000, 3000, POINTER_VALID);
	inet = add_create(made, "inet_create", create, 6001, 12000);
	add_span(made, STAGE_SK_ALLOC, inet, 7000, 4000, POINTER_VALID);
	add_span(made, STAGE_SOCK_INIT_DATA, inet, 11500, 999, 0);
	add_span(made, STAGE_TCP_V4_INIT_SOCK, inet, 13000, 5001, 0);
	map = add_span(made, STAGE_SOCK_MAP_FD, root, 21000, 9000, 5);
	made->tree.spans[map].attach = ATTACH_RECONSTRUCTED;
	add_span(made, STAGE_SOCK_ALLOC_FILE, map, 22000, 6000, POINTER_VALID);
}

/* A header whose trace began at second 10 after boot, on 2024-02-29T12:00:10Z. */
static inline void make_header(struct trace_header *header)
{
	memset(header, 0, sizeof(*header));
	header->tool_version = "0.1.0";
	strcpy(header->kernel, "6.1.0-9-amd64");
	strcpy(header->arch, "x86_64");
	header->start_boot_ns = 10000000000;
	header->boot_to_real_ns = 1709208000000000000;
	header->plan.probes[STAGE_SYS_SOCKET] = (struct stage_plan){
		.function = stages[STAGE_SYS_SOCKET].name,
		.way = ATTACH_FENTRY,
		.picked = true,
		.reason = "has \"fentry\"",
		.cost = { .inner_ns = 202, .outer_ns = 287, .exit_ns = 244 },
	};
	header->plan.probes[STAGE_SOCK_MAP_FD] = (struct stage_plan){
		.function = stages[STAGE_SOCK_MAP_FD].name,
		.way = ATTACH_RECONSTRUCTED,
		.picked = true,
		.reason = "inlined",
	};
	header->plan.corrected = true;
}

#endif /* TESTS_TREES_H */
