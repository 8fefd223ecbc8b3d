// SPDX-License-Identifier: GPL-2.0
/*
 * The default format, for people: the call as strace shows it, and below it a row for every stage.
 *
 *   14:02:33.123456 curl/1234 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 5  44.2 µs, inode 31337
 *   __sys_socket                      44.2 µs    3.1 µs  100%  ██████████  = 5
 *   ├─ __sock_create                  31.0 µs    2.2 µs   70%  ███████
 *   └─ sock_map_fd (reconstructed)    10.1 µs    4.0 µs   23%  ██▎         = 5
 */
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "local_time.h"
#include "modules.h"
#include "out.h"
#include "stack_rows.h"
#include "state_changes.h"
#include "text.h"
#include "tree_rows.h"
#include "why.h"

struct out {
	const struct trace_header *header;
	struct out_style style;
	struct local_time clock;
};

static struct out *create(const struct trace_header *header, const struct out_style *style)
{
	struct out *out = calloc(1, sizeof(*out));

	if (!out)
		return NULL;
	out->header = header;
	out->style = *style;
	return out;
}

static void destroy(struct out *out)
{
	free(out);
}

static void add_safe(const struct out *out, struct buffer *buffer, const char *text)
{
	text__add_escaped(buffer, text, strlen(text), out->style.unicode);
}

/* A row about the tree as a whole. */
static void add_remark(const struct out *out, struct buffer *buffer, const char *remark)
{
	text__begin_color(buffer, TEXT_DIM, out->style.color);
	buffer__add_string(buffer, remark);
	text__end_color(buffer, out->style.color);
	buffer__add_char(buffer, '\n');
}

/* The stages that the user wants and gets otherwise than by probing them, each with its reason. */
static void add_stages(const struct out *out, struct buffer *buffer, enum attach_way way,
		       const char *what)
{
	int probe;

	for (probe = 0; probe < NR_PROBES; probe++) {
		const struct stage_plan *planned = &out->header->plan.probes[probe];

		if (!plan__is_shown(&out->header->plan, probe) || planned->way != way)
			continue;
		buffer__add_string(buffer, "# ");
		buffer__add_string(buffer, what);
		add_safe(out, buffer, planned->function);
		buffer__add_string(buffer, " (");
		add_safe(out, buffer, planned->reason);
		buffer__add_string(buffer, ")\n");
	}
}

static void begin(struct out *out, struct buffer *buffer)
{
	const struct trace_header *header = out->header;

	text__begin_color(buffer, TEXT_DIM, out->style.color);
	buffer__add_string(buffer, "# sockcreate-trace ");
	buffer__add_string(buffer, header->tool_version);
	buffer__add_string(buffer, ", Linux ");
	add_safe(out, buffer, header->kernel);
	buffer__add_char(buffer, ' ');
	add_safe(out, buffer, header->arch);
	buffer__add_char(buffer, '\n');
	add_stages(out, buffer, ATTACH_NONE, "not observed: ");
	add_stages(out, buffer, ATTACH_RECONSTRUCTED, "reconstructed: ");
	buffer__add_string(buffer,
			   "# rows: function, total latency, self latency, share, return value\n"
			   "# latencies are as measured: the cost of the probes is in them\n");
	text__end_color(buffer, out->style.color);
	buffer__add_char(buffer, '\n');
}

static void observed(struct out *out, const struct stage_plan *planned, struct buffer *buffer)
{
	text__begin_color(buffer, TEXT_DIM, out->style.color);
	buffer__add_string(buffer, "# observed from here on: ");
	add_safe(out, buffer, planned->function);
	text__end_color(buffer, out->style.color);
	buffer__add_string(buffer, "\n\n");
}

/* A task that the tool's PID namespace does not see has no number there. */
static void add_id(struct buffer *buffer, __u32 id)
{
	if (id)
		buffer__add_u64(buffer, id);
	else
		buffer__add_char(buffer, '?');
}

static void add_who(const struct out *out, const struct wire_record *record, struct buffer *buffer)
{
	text__begin_color(buffer, TEXT_BOLD, out->style.color);
	text__add_escaped(buffer, record->comm, strnlen(record->comm, WIRE_COMM_LEN),
			  out->style.unicode);
	buffer__add_char(buffer, '/');
	add_id(buffer, record->pid);
	if (record->tid != record->pid) {
		buffer__add_char(buffer, ':');
		add_id(buffer, record->tid);
	}
	text__end_color(buffer, out->style.color);
}

static void add_inodes(const struct wire_record *record, struct buffer *buffer)
{
	if (!record->nr_sockets)
		return;
	buffer__add_string(buffer, record->nr_sockets > 1 ? ", inodes " : ", inode ");
	buffer__add_u64(buffer, record->sockets[0].inode);
	if (record->nr_sockets > 1) {
		buffer__add_string(buffer, " and ");
		buffer__add_u64(buffer, record->sockets[1].inode);
	}
	if (record->ret < 0)
		buffer__add_string(buffer, " (released)");
}

/* Where it is not the system call that the head line looks like. */
static void add_way_in(const struct out *out, const struct tree *tree, struct buffer *buffer)
{
	const struct wire_record *record = tree->record;

	if (record->via != VIA_SOCKET && record->via != VIA_SOCKETPAIR &&
	    record->via != VIA_ACCEPT && record->via != VIA_ACCEPT4) {
		buffer__add_string(buffer, ", via ");
		buffer__add_string(buffer, via_name(record->via));
	}
	if (tree->origin && tree->origin->requester) {
		buffer__add_string(buffer, ", for ");
		add_safe(out, buffer, tree->origin->requester);
	}
	if (record->flags & WIRE_COMPAT)
		buffer__add_string(buffer, ", 32-bit");
}

/* What accept() has waited for a connection is no part of the work. */
static void add_latency(const struct out *out, const struct tree *tree, struct buffer *buffer)
{
	const struct span *root = &tree->spans[0];

	if (!root->complete) {
		buffer__add_string(buffer, RETURN_NOT_SEEN);
		return;
	}
	text__add_duration(buffer, root->duration_ns - root->waited_ns, out->style.unicode);
	if (!root->waited_ns)
		return;
	buffer__add_string(buffer, ", waited ");
	text__add_duration(buffer, root->waited_ns, out->style.unicode);
}

static void add_head(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	const struct wire_record *record = tree->record;
	__u64 real_ns = record->spans[0].start + (__u64)out->header->boot_to_real_ns;

	text__begin_color(buffer, TEXT_DIM, out->style.color);
	local_time__add(&out->clock, buffer, (__s64)real_ns, 6);
	text__end_color(buffer, out->style.color);
	buffer__add_char(buffer, ' ');
	add_who(out, record, buffer);
	buffer__add_char(buffer, ' ');
	call__add(buffer, record);
	if (record->ret < 0)
		text__begin_color(buffer, TEXT_RED, out->style.color);
	call__add_result(buffer, record);
	if (record->ret < 0)
		text__end_color(buffer, out->style.color);
	buffer__add_spaces(buffer, 2);
	add_latency(out, tree, buffer);
	add_inodes(record, buffer);
	call__add_made(buffer, record, ", made ");
	add_way_in(out, tree, buffer);
	buffer__add_char(buffer, '\n');
}

/* Where the error arose, and what it means there. */
static void add_failure(const struct out *out, const struct tree *tree, struct buffer *buffer)
{
	int span = why__span(tree);
	struct buffer reason = {};

	if (span == TREE_NO_SPAN)
		return;
	text__begin_color(buffer, TEXT_RED, out->style.color);
	buffer__add_string(buffer, "failed in ");
	add_safe(out, buffer, tree->spans[span].name);
	why__add_reason(&reason, tree, span);
	if (reason.size) {
		buffer__add_string(buffer, ": ");
		text__add_escaped(buffer, reason.data, reason.size, out->style.unicode);
	}
	buffer->failed |= reason.failed;
	buffer__free(&reason);
	text__end_color(buffer, out->style.color);
	buffer__add_char(buffer, '\n');
}

/* "(module net-pf-38: asked for in __sock_create by an unprivileged task, 122 ms, modprobe: status
 * 0)" */
static void add_module(const struct out *out, const struct tree *tree, int index,
		       struct buffer *buffer)
{
	const struct wire_module *module = &wire_record__modules(tree->record)[index];
	const struct span *span = modules__load(tree, index);

	text__begin_color(buffer, TEXT_DIM, out->style.color);
	buffer__add_string(buffer, "(module ");
	text__add_escaped(buffer, module->name, strnlen(module->name, sizeof(module->name)),
			  out->style.unicode);
	buffer__add_string(buffer, ": asked for in ");
	add_safe(out, buffer, modules__asker(tree, index)->name);
	if (!modules__is_privileged(module))
		buffer__add_string(buffer, " by an unprivileged task");
	if (span && span->complete) {
		buffer__add_string(buffer, ", ");
		text__add_duration(buffer, span->duration_ns, out->style.unicode);
		buffer__add_string(buffer, ", ");
		modules__add_result(buffer, span->ret);
	}
	buffer__add_char(buffer, ')');
	text__end_color(buffer, out->style.color);
	buffer__add_char(buffer, '\n');
}

static void add_unobserved(const struct out *out, struct buffer *buffer, const struct tree *tree)
{
	const struct stage_plan *planned = tree->unobserved;

	text__begin_color(buffer, TEXT_DIM, out->style.color);
	buffer__add_char(buffer, '(');
	add_safe(out, buffer, planned->function);
	buffer__add_string(buffer,
			   tree->record->nr_sockets ? " was called" : " may have been called");
	if (planned->way == ATTACH_NONE) {
		buffer__add_string(buffer, ", but is not observed: ");
		add_safe(out, buffer, planned->reason);
		buffer__add_char(buffer, ')');
	} else {
		buffer__add_string(buffer, ", but not observed yet: its module is new)");
	}
	text__end_color(buffer, out->style.color);
	buffer__add_char(buffer, '\n');
}

static void creation(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	int i;

	add_head(out, tree, buffer);
	add_failure(out, tree, buffer);
	tree_rows__add(buffer, tree, &out->style);
	stack_rows__add(buffer, tree->origin, &out->style);
	if (tree->record->flags & WIRE_SPANS_TRUNCATED)
		add_remark(out, buffer, "(more stages ran than a record holds: rows are missing)");
	if (tree->record->flags & WIRE_ENTRY_MISSED)
		add_remark(out, buffer, "(the entry of a stage was not seen: a row is missing)");
	for (i = 0; i < tree->record->nr_modules; i++)
		add_module(out, tree, i, buffer);
	if (tree->state && tree->state->lost)
		add_remark(out, buffer, "(its state is lost: there was no room for it)");
	if (tree->unobserved)
		add_unobserved(out, buffer, tree);
	buffer__add_char(buffer, '\n');
}

/* The account of the trace goes to standard error, not into the output. */
static void end(struct out *out, const struct trace_account *account, struct buffer *buffer)
{
	(void)out;
	(void)account;
	(void)buffer;
}

const struct out_format out_tree = {
	.name = "tree",
	.create = create,
	.begin = begin,
	.creation = creation,
	.observed = observed,
	.end = end,
	.destroy = destroy,
};
