// SPDX-License-Identifier: GPL-2.0
/* One JSON object a line: a header, one for each creation, and the account. */
#include <stdlib.h>
#include <string.h>

#include "creation/syscall_text.h"
#include "formats/json/json_facts.h"
#include "formats/json/json_in_flight.h"
#include "formats/json/json_names.h"
#include "formats/json/json_process.h"
#include "formats/json/json_state.h"
#include "text/rfc3339.h"

#define FORMAT_VERSION 1

struct out {
	const struct trace_header *header;
	bool no_tree;
	struct rfc3339 rfc3339;
	struct json_names names;
	struct json_executed executed;
};

static struct out *jsonl_create(const struct trace_header *header, const struct out_style *style)
{
	struct out *out = calloc(1, sizeof(*out));

	if (!out)
		return NULL;
	out->header = header;
	out->no_tree = style->no_tree;
	return out;
}

static void begin_line(struct json *json, struct buffer *buffer, const char *event)
{
	json__init(json, buffer);
	json__object_begin(json);
	json__key_string(json, "event", event);
}

static void end_line(struct json *json)
{
	json__object_end(json);
	buffer__add_char(json->buffer, '\n');
}

static void jsonl_begin(struct out *out, struct buffer *buffer)
{
	struct json json;

	json_names__fill(&out->names, &out->header->plan);
	begin_line(&json, buffer, "header");
	json__key_u64(&json, "version", FORMAT_VERSION);
	json_facts__host(&json, out->header);
	json_facts__stages(&json, out->header);
	end_line(&json);
}

/* Behind the header's, in the same words. */
static void jsonl_observed(struct out *out, int probe, struct buffer *buffer)
{
	struct json json;

	json_names__fill(&out->names, &out->header->plan);
	begin_line(&json, buffer, "stage");
	json_facts__stage(&json, out->header, probe);
	end_line(&json);
}

/* From here on times follow the clock as it is now. */
static void jsonl_clock_set(struct out *out, const struct clock_change *change,
			    struct buffer *buffer)
{
	struct json json;

	(void)out;
	begin_line(&json, buffer, "clock");
	json_facts__clock_change(&json, change);
	json__key_u64_twin(&json, "ts_ns", change->at_ns);
	end_line(&json);
}

/* A time of day as a kind of value. */
#define TIME_FIELDS(F, IF)                                                     \
	F(rfc3339, "\"", &out->rfc3339, boot_ns, out->header->boot_to_real_ns) \
	F(nothing, "\"")
DEFINE_FIELDS(time, TIME_FIELDS, struct out *out, __u64 boot_ns);

/* What comes first, up to what only the process itself tells. */
#define HEAD_MEMBERS(F, IF)                              \
	F(u64, seq, tree->sequence)                      \
	F(time, time, out, record->spans[0].start)       \
	F(u64, ts_ns, record->spans[0].start)            \
	F(u64_string, ts_ns_str, record->spans[0].start) \
	F(u32, pid, record->pid)                         \
	F(u32, tid, record->tid)                         \
	F(u32, ppid, record->ppid)                       \
	F(u32, uid, record->uid)                         \
	F(comm, comm, record)                            \
	F(process_comm, process_comm, record)            \
	F(u64, cgroup_id, record->cgroup_id)             \
	F(u64_string, cgroup_id_str, record->cgroup_id)  \
	F(u32, netns, record->netns)
DEFINE_MEMBERS(head, HEAD_MEMBERS, struct out *out, const struct tree *tree,
	       const struct wire_record *record);

#define ARGUMENTS_MEMBERS(F, IF)           \
	F(s32, family, record->family)     \
	F(s32, type, record->type)         \
	F(s32, protocol, record->protocol) \
	IF(call__is_accept(record), u32, flags, record->accept_flags)
DEFINE_OBJECT(arguments, ARGUMENTS_MEMBERS, const struct wire_record *record);

#define RAW_ARGUMENTS_MEMBERS(F, IF) F(arguments, args, record)
DEFINE_MEMBERS(raw_arguments, RAW_ARGUMENTS_MEMBERS, const struct wire_record *record);

/* The first socket that the caller got of the call, or NULL. */
static const struct wire_socket *socket_got(const struct tree *tree)
{
	const struct wire_record *record = tree->record;

	if (!tree->spans[0].complete || record->ret < 0 || !record->nr_sockets)
		return NULL;
	return &record->sockets[0];
}

static bool has_error(const struct tree *tree)
{
	return tree->record->ret < 0 && tree__has_result(tree);
}

/* Whether the caller got a number: a descriptor, 0 or an error. */
static bool has_result(const struct tree *tree)
{
	return has_error(tree) || (tree__has_result(tree) && call__has_number(tree->record));
}

#define SIZEOF_error_or_null SIZEOF_error

static char *put_error_or_null(char *at, bool known, __s32 ret)
{
	return known ? put_error(at, ret) : put__string(at, "null");
}

#define ARGUMENTS_AND_RESULT_MEMBERS(F, IF)                       \
	F(arguments, args, record)                                \
	F(s32_or_null, ret, has_result(tree), record->ret)        \
	F(error_or_null, errno, has_error(tree), record->ret)     \
	F(u64_or_null, inode, socket, socket ? socket->inode : 0) \
	COOKIE_MEMBERS(F, IF, socket ? socket->cookie : 0)
DEFINE_MEMBERS(arguments_and_result, ARGUMENTS_AND_RESULT_MEMBERS, const struct tree *tree,
	       const struct wire_record *record, const struct wire_socket *socket);

/* All that a span says but for its state and the calls that it has made. */
#define SPAN_MEMBERS(F, IF)                                            \
	F(function, name, &out->names, span)                           \
	F(u64, start_ns, span->start_ns)                               \
	F(u64_or_null, duration_ns, span->complete, span->duration_ns) \
	F(u64_or_null, measured_ns, span->complete, span->measured_ns) \
	F(u64_or_null, self_ns, span->complete, span->self_ns)         \
	IF(span->at_most_ns, u64, at_most_ns, span->at_most_ns)        \
	WAITED_MEMBERS(F, IF)                                          \
	F(s32_or_null, ret, json_facts__has_integer(span), span->ret)  \
	FAILURE_MEMBERS(F, IF)                                         \
	F(attach, attach, span->attach)                                \
	IF(!span->complete, boolean, complete, false)
DEFINE_OPEN_OBJECT(span, SPAN_MEMBERS, const struct out *out, const struct tree *tree,
		   const struct span *span);

/* What comes before the calls that it has made. */
static void add_span_itself(struct out *out, struct json *json, const struct tree *tree, int index)
{
	ADD_MEMBERS(json, span, out, tree, &tree->spans[index]);
	if (tree->state)
		json_state__span(json, tree, index);
}

/* Its depth is bounded by TREE_MAX_SPANS. */
static void add_span(struct out *out, struct json *json, const struct tree *tree, int index)
{
	int child = tree->spans[index].first_child;

	add_span_itself(out, json, tree, index);
	buffer__add_string(json->buffer, ",\"children\":[");
	while (child != TREE_NO_SPAN) {
		add_span(out, json, tree, child);
		child = tree->spans[child].next_sibling;
		if (child != TREE_NO_SPAN)
			buffer__add_char(json->buffer, ',');
	}
	buffer__add_string(json->buffer, "]}");
}

/* The whole tree: the outermost span. Of a call that was refused there is nothing but its name. */
static void add_tree(struct out *out, struct json *json, const struct tree *tree)
{
	json__key(json, "tree");
	if (!tree->record->refusal) {
		add_span(out, json, tree, 0);
		return;
	}
	add_span_itself(out, json, tree, 0);
	buffer__add_string(json->buffer, ",\"not_called\":true,\"children\":[]}");
}

#define DURATION_MEMBERS(F, IF)                                        \
	F(u64_or_null, duration_ns, span->complete, span->duration_ns) \
	F(u64_or_null, measured_ns, span->complete, span->measured_ns) \
	WAITED_MEMBERS(F, IF)
DEFINE_MEMBERS(duration, DURATION_MEMBERS, const struct tree *tree, const struct span *span);

static void jsonl_creation(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	const struct wire_record *record = tree->record;
	struct json json;

	begin_line(&json, buffer, "socket");
	ADD_MEMBERS(&json, head, out, tree, record);
	json_executed__add(&out->executed, &json, tree->origin);
	json_process__cgroup(&json, tree->origin);
	json__key_string(&json, "via", via_name(record->via));
	json_facts__requester(&json, tree->origin);
	json_facts__compat(&json, record);
	json_facts__task_netns(&json, record);
	json_facts__asked(&json, record);
	ADD_MEMBERS(&json, arguments_and_result, tree, record, socket_got(tree));
	json_facts__tried(&json, record);
	json_facts__refusal(&json, record);
	json_facts__why(&json, tree);
	json_facts__modules(&json, tree);
	json_facts__sockets(&json, record);
	json_facts__listener(&json, record);
	ADD_MEMBERS(&json, duration, tree, &tree->spans[0]);
	json_facts__gaps(&json, record);
	json_state__loss(&json, tree);
	if (tree->unobserved)
		json__key_string(&json, "unobserved", tree->unobserved->function);
	json_facts__stacks(&json, tree->origin);
	if (!out->no_tree)
		add_tree(out, &json, tree);
	end_line(&json);
}

/* When it began and which task has called, as the event of a finished creation has them. */
#define IN_FLIGHT_MEMBERS(F, IF)                         \
	F(time, time, out, record->spans[0].start)       \
	F(u64, ts_ns, record->spans[0].start)            \
	F(u64_string, ts_ns_str, record->spans[0].start) \
	F(u32, pid, record->pid)                         \
	F(u32, tid, record->tid)
DEFINE_MEMBERS(in_flight, IN_FLIGHT_MEMBERS, struct out *out, const struct wire_record *record);

static void jsonl_in_flight(struct out *out, const struct in_flight *creation,
			    struct buffer *buffer)
{
	struct json json;

	begin_line(&json, buffer, in_flight__event_name(creation));
	ADD_MEMBERS(&json, in_flight, out, creation->record);
	json_in_flight__caller(&json, creation);
	json_in_flight__call(&json, creation);
	ADD_MEMBERS(&json, raw_arguments, creation->record);
	end_line(&json);
}

/* Which processes have lost creations, if any is known to. */
static void add_lost_processes(struct json *json, const struct trace_account *account)
{
	int i;

	if (!account->nr_lost_processes)
		return;
	json__key(json, "lost_by");
	json__array_begin(json);
	for (i = 0; i < account->nr_lost_processes; i++) {
		const struct lost_process *process = &account->lost_processes[i];

		json__object_begin(json);
		json__key_u64(json, "pid", process->pid);
		json__key_u64(json, "uid", process->uid);
		json__key(json, "comm");
		json__text(json, process->comm, strnlen(process->comm, sizeof(process->comm)));
		json__key_u64(json, "lost", process->count);
		json__object_end(json);
	}
	json__array_end(json);
}

static void add_time(struct out *out, struct json *json, const char *key, __u64 boot_ns)
{
	char text[RFC3339_SIZE + 1] = "";

	rfc3339__put(&out->rfc3339, text, boot_ns, out->header->boot_to_real_ns);
	json__key_string(json, key, text);
}

/* When the probes of one way did not fire. */
static void add_spell(struct out *out, struct json *json, const struct blind_spell *spell)
{
	json__object_begin(json);
	json__key_string(json, "attach", attach_way_name(spell->way));
	add_time(out, json, "from", spell->fired_ns);
	if (spell->again_ns)
		add_time(out, json, "to", spell->again_ns);
	else
		json__key_null(json, "to");
	json__key_u64(json, "least_ns", blind_spell__least_ns(spell));
	json__key_u64(json, "most_ns", blind_spell__most_ns(spell));
	json__key_string_or_null(json, "switch", spell->cause);
	json__object_end(json);
}

static void add_blindness(struct out *out, struct json *json, const struct blindness *blindness)
{
	__u32 i;

	json__key(json, "blind");
	json__array_begin(json);
	for (i = 0; i < blindness->nr; i++)
		add_spell(out, json, &blindness->spells[i]);
	json__array_end(json);
	if (blindness->more)
		json__key_u64(json, "blind_more", blindness->more);
}

static void jsonl_end(struct out *out, const struct trace_account *account, struct buffer *buffer)
{
	static const struct {
		enum lost_reason reason;
		const char *name;
	} reasons[] = {
#define LOST(id, name_, phrase) { LOST_##id, #name_ },
		LOST_CREATION_REASONS(LOST) LOST_SPAN_REASONS(LOST)
#undef LOST
	};
	struct json json;
	size_t i;

	begin_line(&json, buffer, "end");
	json__key_u64(&json, "sockets", account->shown);
	json__key_u64(&json, "failed", account->failed);
	json__key_u64(&json, "filtered", account->filtered);
	json__key_u64(&json, "not_shown", account->not_shown);
	json__key_u64(&json, "in_flight", account->in_flight);
	json__key_u64(&json, "probe_missed", account->probe_missed);
	json__key_u64(&json, "foreign", account->foreign);
	json__key_u64(&json, "unfollowed", account->unfollowed);
	if (account->seccomp_gap_ns)
		json__key_u64(&json, "seccomp_gap_ns", account->seccomp_gap_ns);
	if (account->seccomp_unwatched)
		json__key_string(&json, "seccomp_unwatched", account->seccomp_unwatched);
	if (account->seccomp_unknown)
		json__key_string(&json, "seccomp_unknown", account->seccomp_unknown);
	json__key(&json, "lost");
	json__object_begin(&json);
	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		json__key_u64(&json, reasons[i].name, account->lost[reasons[i].reason]);
	json__object_end(&json);
	add_lost_processes(&json, account);
	add_blindness(out, &json, &account->blindness);
	end_line(&json);
}

static void jsonl_destroy(struct out *out)
{
	json_executed__free(&out->executed);
	free(out);
}

const struct out_format out_jsonl = {
	.name = "jsonl",
	.help = "one JSON object on each line, for programs",
	.ending = "jsonl",
	.can_be_appended = true,
	.needs = { .tree = true,
		   .processes = true,
		   .process_names = true,
		   .state = true,
		   .stacks = true,
		   .optional_tree = true },
	.create = jsonl_create,
	.destroy = jsonl_destroy,
	.creation = jsonl_creation,
	.begin = jsonl_begin,
	.in_flight = jsonl_in_flight,
	.observed = jsonl_observed,
	.clock_set = jsonl_clock_set,
	.end = jsonl_end,
};
