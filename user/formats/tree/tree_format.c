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

#include "creation/module_requests.h"
#include "creation/state_changes.h"
#include "creation/syscall_text.h"
#include "creation/why.h"
#include "formats/clock_row.h"
#include "formats/format.h"
#include "formats/stack_rows.h"
#include "formats/tree/trace_head.h"
#include "formats/tree/tree_rows.h"
#include "text/duration.h"
#include "text/local_time.h"
#include "text/text.h"

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

static void begin(struct out *out, struct buffer *buffer)
{
	trace_head__add(buffer, out->header, &out->style);
}

static void observed(struct out *out, int probe, struct buffer *buffer)
{
	text__begin_color(buffer, TEXT_DIM, out->style.color);
	buffer__add_string(buffer, "# observed from here on: ");
	add_safe(out, buffer, out->header->plan.probes[probe].function);
	text__end_color(buffer, out->style.color);
	buffer__add_string(buffer, "\n\n");
}

static void clock_set(struct out *out, const struct clock_change *change, struct buffer *buffer)
{
	clock_row__add(buffer, change, &out->clock, &out->style);
	buffer__add_char(buffer, '\n');
}

#define WHEN_FIELDS(F, IF)                             \
	F(begin_color, "", TEXT_DIM, out->style.color) \
	F(local_us, "", &out->clock, real_ns)          \
	F(end_color, "", out->style.color)             \
	F(nothing, " ")
DEFINE_FIELDS(when, WHEN_FIELDS, struct out *out, __s64 real_ns);

static void add_when(struct out *out, const struct wire_record *record, struct buffer *buffer)
{
	__u64 real_ns = record->spans[0].start + (__u64)out->header->boot_to_real_ns;

	ADD_FIELDS(buffer, when, out, (__s64)real_ns);
}

#define SIZEOF_id SIZEOF_u32

/* A task that the tool's PID namespace does not see has no number there. */
static char *put_id(char *at, __u32 id)
{
	return id ? put__u64(at, id) : put__char(at, '?');
}

#define IDS_FIELDS(F, IF)                                    \
	F(id, "/", record->pid)                              \
	IF(record->tid != record->pid, id, ":", record->tid) \
	F(end_color, "", color)                              \
	F(nothing, " ")
DEFINE_FIELDS(ids, IDS_FIELDS, const struct wire_record *record, bool color);

static void add_who(const struct out *out, const struct wire_record *record, struct buffer *buffer)
{
	text__begin_color(buffer, TEXT_BOLD, out->style.color);
	text__add_escaped(buffer, record->comm, strnlen(record->comm, WIRE_COMM_LEN),
			  out->style.unicode);
	ADD_FIELDS(buffer, ids, record, out->style.color);
}

#define INODES_FIELDS(F, IF)                                   \
	IF(nr == 1, u64, ", inode ", record->sockets[0].inode) \
	IF(nr > 1, u64, ", inodes ", record->sockets[0].inode) \
	IF(nr > 1, u64, " and ", record->sockets[1].inode)     \
	IF(nr && record->ret < 0, nothing, " (released)")
DEFINE_FIELDS(inodes, INODES_FIELDS, const struct wire_record *record, int nr);

/* Where the socket is not in the network namespace of the task. */
#define NAMESPACES_FIELDS(F, IF)         \
	F(u32, ", netns ", netns)        \
	F(u32, " (task's: ", task_netns) \
	F(nothing, ")")
DEFINE_FIELDS(namespaces, NAMESPACES_FIELDS, __u32 netns, __u32 task_netns);

/* Where it is not the system call that the head line looks like. */
static void add_way_in(const struct out *out, const struct tree *tree, struct buffer *buffer)
{
	const struct wire_record *record = tree->record;
	const struct wire_differences *differences = wire_record__differences(record);

	if (!way_in(record->via)->named_by_call) {
		buffer__add_string(buffer, ", via ");
		buffer__add_string(buffer, via_name(record->via));
	}
	if (tree->origin && tree->origin->requester) {
		buffer__add_string(buffer, ", for ");
		add_safe(out, buffer, tree->origin->requester);
	}
	if (record->flags & WIRE_COMPAT)
		buffer__add_string(buffer, ", 32-bit");
	if (differences && differences->task_netns)
		ADD_FIELDS(buffer, namespaces, record->netns, differences->task_netns);
}

/* What accept() has waited for a connection is no part of the work. */
#define LATENCY_FIELDS(F, IF)                                                         \
	IF(!root->complete, nothing, "  " RETURN_NOT_SEEN)                            \
	IF(root->complete, duration_bound, "  ", root->duration_ns - root->waited_ns, \
	   span__at_most(root), unicode)                                              \
	IF(root->complete && root->waited_ns, duration, ", waited ", root->waited_ns, unicode)
DEFINE_FIELDS(latency, LATENCY_FIELDS, const struct span *root, bool unicode);

/* What came of the call. */
static void add_outcome(const struct out *out, const struct tree *tree, struct buffer *buffer)
{
	const struct wire_record *record = tree->record;
	bool red = out->style.color && record->ret < 0;

	text__begin_color(buffer, TEXT_RED, red);
	call__add_result(buffer, record);
	text__end_color(buffer, red);
	if (!record->refusal)
		ADD_FIELDS(buffer, latency, &tree->spans[0], out->style.unicode);
	ADD_FIELDS(buffer, inodes, record, record->nr_sockets);
	call__add_made(buffer, record, ", made ");
	call__add_tried(buffer, record, ", tried as ");
}

static void add_head(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	add_when(out, tree->record, buffer);
	add_who(out, tree->record, buffer);
	call__add(buffer, tree->record);
	add_outcome(out, tree, buffer);
	add_way_in(out, tree, buffer);
	buffer__add_char(buffer, '\n');
}

/* That the function was not called, and who answered in its place. */
static void add_refusal(const struct out *out, const struct tree *tree, struct buffer *buffer)
{
	char sentence[REFUSAL_SENTENCE_SIZE];
	size_t size = (size_t)(refusal__put(sentence, tree->record) - sentence);

	text__begin_color(buffer, TEXT_RED, out->style.color);
	buffer__add_string(buffer, tree->record->ret < 0 ? "failed before " : "answered before ");
	add_safe(out, buffer, tree->spans[0].name);
	buffer__add_string(buffer, ": ");
	buffer__add(buffer, sentence, size);
	text__end_color(buffer, out->style.color);
	buffer__add_char(buffer, '\n');
}

/* Where the error arose, and what it means there. */
static void add_failure(const struct out *out, const struct tree *tree, struct buffer *buffer)
{
	int span = why__span(tree);
	char reason[WHY_REASON_SIZE];
	size_t size;

	if (tree->record->refusal)
		add_refusal(out, tree, buffer);
	if (span == TREE_NO_SPAN || tree->record->refusal)
		return;
	text__begin_color(buffer, TEXT_RED, out->style.color);
	buffer__add_string(buffer, "failed in ");
	add_safe(out, buffer, tree->spans[span].name);
	size = (size_t)(why__put_reason(reason, tree, span) - reason);
	if (size) {
		buffer__add_string(buffer, ": ");
		text__add_escaped(buffer, reason, size, out->style.unicode);
	}
	text__end_color(buffer, out->style.color);
	buffer__add_char(buffer, '\n');
}

/* "(module net-pf-38: asked for in __sock_create by an unprivileged task, 122 ms, modprobe: status
 * 0)" */
static void add_module(const struct out *out, const struct tree *tree, int index,
		       struct buffer *buffer)
{
	const struct wire_module *module = &wire_record__modules(tree->record)[index];
	const struct span *span = modules__request(tree, index);

	text__begin_color(buffer, TEXT_DIM, out->style.color);
	buffer__add_string(buffer, "(module ");
	text__add_escaped(buffer, module->name, strnlen(module->name, sizeof(module->name)),
			  out->style.unicode);
	buffer__add_string(buffer, ": asked for in ");
	add_safe(out, buffer, modules__requester(tree, index)->name);
	if (!modules__is_privileged(module))
		buffer__add_string(buffer, " by an unprivileged task");
	if (span && span->complete) {
		buffer__add_string(buffer, ", ");
		ADD_FIELDS(buffer, duration_bound, span->duration_ns, span__at_most(span),
			   out->style.unicode);
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
	if (!tree->record->refusal)
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

const struct out_format out_tree = {
	.name = "tree",
	.help = "a tree of functions with their latencies, for people",
	.ending = "txt",
	.needs = { .tree = true, .state = true, .stacks = true },
	.create = create,
	.destroy = destroy,
	.creation = creation,
	.begin = begin,
	.observed = observed,
	.clock_set = clock_set,
};
