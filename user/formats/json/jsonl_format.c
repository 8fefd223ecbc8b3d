// SPDX-License-Identifier: GPL-2.0
/* One JSON object a line: a header, one for each creation, and the account. */
#include <stdlib.h>
#include <string.h>

#include "creation/syscall_text.h"
#include "formats/json/json_facts.h"
#include "formats/json/json_names.h"
#include "formats/json/json_state.h"
#include "text/rfc3339.h"

#define FORMAT_VERSION 1

struct out {
	const struct trace_header *header;
	struct rfc3339 rfc3339;
	struct json_names names;
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
	json_facts__stages(&json, out->header);
	end_line(&json);
}

/* Behind the header's, in the same words. */
static void jsonl_observed(struct out *out, int probe, struct buffer *buffer)
{
	struct json json;

	memset(&out->names, 0, sizeof(out->names));
	begin_line(&json, buffer, "stage");
	json_facts__stage(&json, out->header, probe);
	end_line(&json);
}

/* Room for members of an object: so many of a number each, or of a number and its twin. */
#define MEMBERS_SIZE(numbers) ((numbers) * (PUT_U64_SIZE + 32))

static char *put_when(struct out *out, char *at, const struct wire_record *record)
{
	at = put__string(at, ",\"time\":\"");
	at = rfc3339__put(&out->rfc3339, at, record->spans[0].start, out->header->boot_to_real_ns);
	at = put__string(at, "\",\"ts_ns\":");
	at = put__u64(at, record->spans[0].start);
	at = put__string(at, ",\"ts_ns_str\":\"");
	at = put__u64(at, record->spans[0].start);
	return put__char(at, '"');
}

static char *put_who(char *at, const struct wire_record *record)
{
	at = put__string(at, ",\"pid\":");
	at = put__u64(at, record->pid);
	at = put__string(at, ",\"tid\":");
	at = put__u64(at, record->tid);
	at = put__string(at, ",\"ppid\":");
	at = put__u64(at, record->ppid);
	at = put__string(at, ",\"uid\":");
	at = put__u64(at, record->uid);
	at = put__string(at, ",\"comm\":");
	at = json_facts__put_comm(at, record);
	at = put__string(at, ",\"cgroup_id\":");
	at = put__u64(at, record->cgroup_id);
	at = put__string(at, ",\"cgroup_id_str\":\"");
	at = put__u64(at, record->cgroup_id);
	at = put__string(at, "\",\"netns\":");
	return put__u64(at, record->netns);
}

#define HEAD_SIZE (MEMBERS_SIZE(12) + RFC3339_SIZE + JSON_FACTS_COMM_SIZE)

/* The line's beginning, up to what only the process itself tells. */
static void add_head(struct out *out, struct json *json, const struct tree *tree)
{
	char *at = json__reserve(json, HEAD_SIZE);

	if (!at)
		return;
	at = put__string(at, "{\"event\":\"socket\",\"seq\":");
	at = put__u64(at, tree->sequence);
	at = put_when(out, at, tree->record);
	json__commit(json, put_who(at, tree->record));
}

/* key with all that is around it. */
static void add_text_or_null(struct json *json, const char *key, const char *text)
{
	size_t key_size = strlen(key);
	size_t size = text ? strlen(text) : 0;
	char *at = json__reserve(json, key_size + JSON_TEXT_SIZE(size) + sizeof("null"));

	if (!at)
		return;
	at = put__bytes(at, key, key_size);
	json__commit(json, text ? json__put_text(at, text, size) : put__string(at, "null"));
}

/* What the process is, beyond numbers; null where it was gone before it could be asked. */
static void add_process(struct json *json, const struct origin *origin)
{
	add_text_or_null(json, ",\"exe\":", origin ? origin->exe : NULL);
	if (origin && origin->exe_deleted) {
		json__key(json, "exe_deleted");
		json__bool(json, true);
	}
	add_text_or_null(json, ",\"cgroup\":", origin ? origin->cgroup : NULL);
}

static char *put_arguments(char *at, const struct wire_record *record)
{
	at = put__string(at, ",\"args\":{\"family\":");
	at = put__s64(at, record->family);
	at = put__string(at, ",\"type\":");
	at = put__s64(at, record->type);
	at = put__string(at, ",\"protocol\":");
	at = put__s64(at, record->protocol);
	if (call__is_accept(record)) {
		at = put__string(at, ",\"flags\":");
		at = put__u64(at, record->accept_flags);
	}
	return put__char(at, '}');
}

/* The first socket that the caller got of the call, or NULL. */
static const struct wire_socket *socket_got(const struct tree *tree)
{
	const struct wire_record *record = tree->record;

	if (!tree->spans[0].complete || record->ret < 0 || !record->nr_sockets)
		return NULL;
	return &record->sockets[0];
}

static char *put_result(char *at, const struct tree *tree)
{
	const struct wire_record *record = tree->record;
	const struct wire_socket *socket = socket_got(tree);
	bool failed = tree->spans[0].complete && record->ret < 0;

	at = put__string(at, ",\"ret\":");
	if (failed || (tree->spans[0].complete && call__is_system_call(record)))
		at = put__s64(at, record->ret);
	else
		at = put__string(at, "null");
	at = put__string(at, ",\"errno\":");
	at = failed ? json_facts__put_error(at, record->ret) : put__string(at, "null");
	at = put__string(at, ",\"inode\":");
	at = socket ? put__u64(at, socket->inode) : put__string(at, "null");
	return json_facts__put_cookie(at, socket ? socket->cookie : 0);
}

#define ARGUMENTS_AND_RESULT_SIZE (MEMBERS_SIZE(6) + JSON_FACTS_ERROR_SIZE + JSON_FACTS_COOKIE_SIZE)

static void add_arguments_and_result(struct json *json, const struct tree *tree)
{
	char *at = json__reserve(json, ARGUMENTS_AND_RESULT_SIZE);

	if (!at)
		return;
	at = put_arguments(at, tree->record);
	json__commit(json, put_result(at, tree));
}

static char *put_number_or_null(char *at, bool known, __u64 number)
{
	return known ? put__u64(at, number) : put__string(at, "null");
}

/* All that a span says of time, but for waiting. */
static char *put_times(char *at, const struct span *span)
{
	at = put__string(at, ",\"start_ns\":");
	at = put__u64(at, span->start_ns);
	at = put__string(at, ",\"duration_ns\":");
	at = put_number_or_null(at, span->complete, span->duration_ns);
	at = put__string(at, ",\"measured_ns\":");
	at = put_number_or_null(at, span->complete, span->measured_ns);
	at = put__string(at, ",\"self_ns\":");
	return put_number_or_null(at, span->complete, span->self_ns);
}

static char *put_return(char *at, const struct span *span)
{
	at = put__string(at, ",\"ret\":");
	if (json_facts__has_integer(span))
		at = put__s64(at, span->ret);
	else
		at = put__string(at, "null");
	if (span->failed)
		at = json_facts__put_failure(at, span);
	at = json_facts__put_attach(at, span->attach);
	return span->complete ? at : put__string(at, ",\"complete\":false");
}

#define SPAN_SIZE (MEMBERS_SIZE(7) + JSON_FACTS_FAILURE_SIZE + JSON_FACTS_ATTACH_SIZE)

/* What comes before the calls that it has made. */
static void add_span_itself(struct out *out, struct json *json, const struct tree *tree, int index)
{
	const struct span *span = &tree->spans[index];
	char *at = json__reserve(json, SPAN_SIZE + json_names__size(&out->names, span));

	if (!at)
		return;
	at = put__string(at, "{\"name\":");
	at = json_names__put(&out->names, at, span);
	at = put_times(at, span);
	at = json_facts__put_waited(at, tree, span);
	json__commit(json, put_return(at, span));
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

static void add_duration(struct json *json, const struct tree *tree)
{
	const struct span *root = &tree->spans[0];
	char *at = json__reserve(json, MEMBERS_SIZE(3));

	if (!at)
		return;
	at = put__string(at, ",\"duration_ns\":");
	at = put_number_or_null(at, root->complete, root->duration_ns);
	at = put__string(at, ",\"measured_ns\":");
	at = put_number_or_null(at, root->complete, root->measured_ns);
	json__commit(json, json_facts__put_waited(at, tree, root));
}

static void add_via(struct json *json, const struct wire_record *record)
{
	buffer__add_string(json->buffer, ",\"via\":\"");
	buffer__add_string(json->buffer, via_name(record->via));
	buffer__add_char(json->buffer, '"');
}

static void jsonl_creation(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	const struct wire_record *record = tree->record;
	struct json json;

	json__init(&json, buffer);
	add_head(out, &json, tree);
	add_process(&json, tree->origin);
	add_via(&json, record);
	json_facts__requester(&json, tree->origin);
	json_facts__compat(&json, record);
	json_facts__asked(&json, record);
	add_arguments_and_result(&json, tree);
	json_facts__why(&json, tree);
	json_facts__modules(&json, tree);
	json_facts__sockets(&json, record);
	json_facts__listener(&json, record);
	add_duration(&json, tree);
	json_facts__gaps(&json, record);
	json_state__loss(&json, tree);
	if (tree->unobserved)
		json__key_string(&json, "unobserved", tree->unobserved->function);
	json_facts__stacks(&json, tree->origin);
	buffer__add_string(buffer, ",\"tree\":");
	add_span(out, &json, tree, 0);
	buffer__add_string(buffer, "}\n");
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
	.help = "a JSON object a line, for programs",
	.ending = "jsonl",
	.needs = { .tree = true, .processes = true, .state = true },
	.create = jsonl_create,
	.destroy = jsonl_destroy,
	.creation = jsonl_creation,
	.begin = jsonl_begin,
	.observed = jsonl_observed,
	.end = jsonl_end,
};
