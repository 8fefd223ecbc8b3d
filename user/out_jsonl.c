// SPDX-License-Identifier: GPL-2.0
/* One JSON object a line: a header, one for each creation, and the account. */
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "json_facts.h"
#include "json_state.h"
#include "rfc3339.h"

#define FORMAT_VERSION 1

struct out {
	const struct trace_header *header;
	struct rfc3339 rfc3339;
};

static struct out *jsonl_create(const struct trace_header *header, const struct out_style *style)
{
	struct out *out = calloc(1, sizeof(*out));

	(void)style;
	if (out)
		out->header = header;
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

	begin_line(&json, buffer, "header");
	json__key_u64(&json, "version", FORMAT_VERSION);
	json_facts__host(&json, out->header);
	json_facts__stages(&json, &out->header->plan);
	end_line(&json);
}

/* Behind the header's, in the same words. */
static void jsonl_observed(struct out *out, const struct stage_plan *planned, struct buffer *buffer)
{
	struct json json;

	(void)out;
	begin_line(&json, buffer, "stage");
	json_facts__stage(&json, planned);
	end_line(&json);
}

static void add_when(struct out *out, struct json *json, const struct wire_record *record)
{
	json__key(json, "time");
	buffer__add_char(json->buffer, '"');
	rfc3339__add(&out->rfc3339, json->buffer, record->spans[0].start,
		     out->header->boot_to_real_ns);
	buffer__add_char(json->buffer, '"');
	json->comma = true;
	json__key_u64_twin(json, "ts_ns", record->spans[0].start);
}

static void add_who(struct json *json, const struct wire_record *record)
{
	json__key_u64(json, "pid", record->pid);
	json__key_u64(json, "tid", record->tid);
	json__key_u64(json, "ppid", record->ppid);
	json__key_u64(json, "uid", record->uid);
	json_facts__comm(json, record);
	json__key_u64_twin(json, "cgroup_id", record->cgroup_id);
	json__key_u64(json, "netns", record->netns);
}

static void add_text_or_null(struct json *json, const char *key, const char *text)
{
	json__key(json, key);
	if (text)
		json__text(json, text, strlen(text));
	else
		json__null(json);
}

/* What the process is, beyond numbers; null where it was gone before it could be asked. */
static void add_process(struct json *json, const struct origin *origin)
{
	add_text_or_null(json, "exe", origin ? origin->exe : NULL);
	if (origin && origin->exe_deleted) {
		json__key(json, "exe_deleted");
		json__bool(json, true);
	}
	add_text_or_null(json, "cgroup", origin ? origin->cgroup : NULL);
}

static void add_arguments(struct json *json, const struct wire_record *record)
{
	json__key(json, "args");
	json__object_begin(json);
	json__key_s64(json, "family", record->family);
	json__key_s64(json, "type", record->type);
	json__key_s64(json, "protocol", record->protocol);
	if (call__is_accept(record))
		json__key_u64(json, "flags", record->accept_flags);
	json__object_end(json);
}

/* The result of the call, and the first socket that the caller got of it. */
static void add_result(struct json *json, const struct tree *tree)
{
	const struct wire_record *record = tree->record;
	bool complete = tree->spans[0].complete;
	const struct wire_socket *socket = NULL;

	if (complete && record->ret >= 0 && record->nr_sockets)
		socket = &record->sockets[0];
	json__key(json, "ret");
	if (complete && (call__is_system_call(record) || record->ret < 0))
		json__s64(json, record->ret);
	else
		json__null(json);
	json__key(json, "errno");
	if (complete && record->ret < 0)
		json_facts__error(json, record->ret);
	else
		json__null(json);
	if (socket)
		json__key_u64(json, "inode", socket->inode);
	else
		json__key_null(json, "inode");
	if (socket && socket->cookie)
		json__key_u64_twin(json, "cookie", socket->cookie);
	else
		json__key_null_twin(json, "cookie");
}

static void add_duration(struct json *json, const char *key, const struct span *span, __u64 ns)
{
	if (span->complete)
		json__key_u64(json, key, ns);
	else
		json__key_null(json, key);
}

/* Its depth is bounded by TREE_MAX_SPANS. */
static void add_span(struct json *json, const struct tree *tree, int index)
{
	const struct span *span = &tree->spans[index];
	int child;

	json__object_begin(json);
	json__key_string(json, "name", span->name);
	json__key_u64(json, "start_ns", span->start_ns);
	add_duration(json, "duration_ns", span, span->duration_ns);
	add_duration(json, "self_ns", span, span->self_ns);
	json_facts__waited(json, tree, span);
	json__key(json, "ret");
	if (json_facts__has_integer(span))
		json__s64(json, span->ret);
	else
		json__null(json);
	json_facts__failure(json, span);
	json__key_string(json, "attach", attach_way_name(span->attach));
	if (!span->complete) {
		json__key(json, "complete");
		json__bool(json, false);
	}
	json_state__span(json, tree, index);
	json__key(json, "children");
	json__array_begin(json);
	for (child = span->first_child; child != TREE_NO_SPAN;
	     child = tree->spans[child].next_sibling)
		add_span(json, tree, child);
	json__array_end(json);
	json__object_end(json);
}

static void jsonl_creation(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	const struct wire_record *record = tree->record;
	struct json json;

	begin_line(&json, buffer, "socket");
	json__key_u64(&json, "seq", tree->sequence);
	add_when(out, &json, record);
	add_who(&json, record);
	add_process(&json, tree->origin);
	json__key_string(&json, "via", via_name(record->via));
	json_facts__requester(&json, tree->origin);
	json_facts__compat(&json, record);
	json_facts__asked(&json, record);
	add_arguments(&json, record);
	add_result(&json, tree);
	json_facts__why(&json, tree);
	json_facts__modules(&json, tree);
	json_facts__sockets(&json, record);
	json_facts__listener(&json, record);
	add_duration(&json, "duration_ns", &tree->spans[0], tree->spans[0].duration_ns);
	json_facts__waited(&json, tree, &tree->spans[0]);
	json_facts__gaps(&json, record);
	json_state__loss(&json, tree);
	if (tree->unobserved)
		json__key_string(&json, "unobserved", tree->unobserved->function);
	json_facts__stacks(&json, tree->origin);
	json__key(&json, "tree");
	add_span(&json, tree, 0);
	end_line(&json);
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

	(void)out;
	begin_line(&json, buffer, "end");
	json__key_u64(&json, "sockets", account->shown);
	json__key_u64(&json, "failed", account->failed);
	json__key_u64(&json, "filtered", account->filtered);
	json__key_u64(&json, "not_shown", account->not_shown);
	json__key_u64(&json, "in_flight", account->in_flight);
	json__key_u64(&json, "probe_missed", account->probe_missed);
	json__key_u64(&json, "foreign", account->foreign);
	json__key_u64(&json, "unfollowed", account->unfollowed);
	json__key(&json, "lost");
	json__object_begin(&json);
	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		json__key_u64(&json, reasons[i].name, account->lost[reasons[i].reason]);
	json__object_end(&json);
	end_line(&json);
}

static void jsonl_destroy(struct out *out)
{
	free(out);
}

const struct out_format out_jsonl = {
	.name = "jsonl",
	.create = jsonl_create,
	.begin = jsonl_begin,
	.creation = jsonl_creation,
	.observed = jsonl_observed,
	.end = jsonl_end,
	.destroy = jsonl_destroy,
};
