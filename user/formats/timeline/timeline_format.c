// SPDX-License-Identifier: GPL-2.0
/*
 * The Trace Event format of Chrome, as Perfetto and speedscope read it: an event a line, each with
 * its comma before it, so that the text is whole with out_timeline.closing behind any event.
 *
 * Both programs nest events by their times alone and compute those in double: speedscope adds ts
 * and dur as microseconds, Perfetto cuts each to whole nanoseconds. An end can so come out up to
 * 2 ns too early or a hair too late, and a call that ends at the very end of its caller, or where
 * the next one begins, as reconstructed ones do, would be nested wrongly, in speedscope with
 * everything that follows. Such a call is therefore drawn a little shorter.
 */
#include <stdlib.h>
#include <string.h>

#include "formats/json/json_facts.h"
#include "formats/json/json_names.h"
#include "formats/json/json_state.h"
#include "text/rfc3339.h"

#define GAP_TO_END_OF_CALLER 2 /* ns */
#define GAP_TO_NEXT_CALL     1

/* Powers of two. Names that fell out of the tables are only said once more. */
#define NR_NAMED_PROCESSES 256
#define NR_NAMED_THREADS   1024

struct named_task {
	bool used;
	__u32 pid;
	__u32 tid;
	char comm[WIRE_COMM_LEN];
};

struct out {
	const struct trace_header *header;
	struct json json; /* its buffer is set at each call */
	struct json_names names;
	struct named_task processes[NR_NAMED_PROCESSES];
	struct named_task threads[NR_NAMED_THREADS];
};

/* From where to where a span is drawn, in ns since the creation's outermost entry. */
struct extent {
	__u64 begin;
	__u64 end;
};

static struct out *timeline_create(const struct trace_header *header, const struct out_style *style)
{
	struct out *out = calloc(1, sizeof(*out));

	(void)style;
	if (out)
		out->header = header;
	return out;
}

static void add_start(struct json *json, const struct trace_header *header)
{
	struct rfc3339 rfc3339 = { 0 };
	char time[RFC3339_SIZE];

	rfc3339__put(&rfc3339, time, header->start_boot_ns, header->boot_to_real_ns);
	json__key(json, "start_time");
	json__text(json, time, sizeof(time));
	json__key(json, "start_boot_ns");
	json__u64_string(json, header->start_boot_ns);
}

static void timeline_begin(struct out *out, struct buffer *buffer)
{
	struct json *json = &out->json;

	json__init(json, buffer);
	json__object_begin(json);
	json__key_string(json, "displayTimeUnit", "ns");
	json__key(json, "otherData");
	json__object_begin(json);
	json_facts__host(json, out->header);
	add_start(json, out->header);
	json_facts__stages(json, out->header);
	json__object_end(json);
	json__key(json, "traceEvents");
	json__array_begin(json);
}

/* Room for members of an object: so many of a number each. */
#define MEMBERS_SIZE(numbers) ((numbers) * (PUT_U64_SIZE + 24))

/* What all events of a creation have in common: ",\"pid\":1,\"tid\":1". */
struct task_text {
	size_t size;
	char text[MEMBERS_SIZE(2)];
};

static void make_task_text(struct task_text *task, const struct wire_record *record)
{
	char *at = put__string(task->text, ",\"pid\":");

	at = put__u64(at, record->pid);
	at = put__string(at, ",\"tid\":");
	at = put__u64(at, record->tid);
	task->size = (size_t)(at - task->text);
}

/* kind is "process_name" or "thread_name". speedscope wants a ts in every event. */
static void add_name(struct json *json, const char *kind, const struct wire_record *record)
{
	struct task_text task;
	char *at = json__reserve(json, MEMBERS_SIZE(6) + JSON_FACTS_COMM_SIZE);

	if (!at)
		return;
	make_task_text(&task, record);
	at = put__string(at, json->comma ? ",\n" : "\n");
	at = put__string(at, "{\"ph\":\"M\",\"name\":\"");
	at = put__string(at, kind);
	at = put__char(at, '"');
	at = put__bytes(at, task.text, task.size);
	at = put__string(at, ",\"ts\":0,\"args\":{\"name\":");
	at = json_facts__put_comm(at, record);
	json__commit(json, put__string(at, "}}"));
}

static void remember(struct named_task *task, const struct wire_record *record)
{
	task->used = true;
	task->pid = record->pid;
	task->tid = record->tid;
	memcpy(task->comm, record->comm, sizeof(task->comm));
}

/* A process is named after its first thread, or until that makes a socket after any other. */
static void name_process(struct out *out, const struct wire_record *record)
{
	struct named_task *task = &out->processes[record->pid % NR_NAMED_PROCESSES];
	bool known = task->used && task->pid == record->pid;

	if (known && record->tid != record->pid)
		return;
	if (known && !memcmp(task->comm, record->comm, sizeof(task->comm)))
		return;
	add_name(&out->json, "process_name", record);
	remember(task, record);
}

static void name_thread(struct out *out, const struct wire_record *record)
{
	struct named_task *task = &out->threads[record->tid % NR_NAMED_THREADS];

	if (task->used && task->pid == record->pid && task->tid == record->tid &&
	    !memcmp(task->comm, record->comm, sizeof(task->comm)))
		return;
	add_name(&out->json, "thread_name", record);
	remember(task, record);
}

static __u64 saturating_add(__u64 a, __u64 b)
{
	return a > ~(__u64)0 - b ? ~(__u64)0 : a + b;
}

static __u64 clamp(__u64 value, __u64 least, __u64 most)
{
	return value < least ? least : value > most ? most : value;
}

/* The outermost span; without its return seen it must still hold all others. */
static struct extent extent_of_root(const struct tree *tree)
{
	const struct span *root = &tree->spans[0];
	struct extent extent = { 0, root->complete ? root->duration_ns : 0 };
	int i;

	for (i = 1; i < tree->nr_spans && !root->complete; i++) {
		const struct span *span = &tree->spans[i];
		__u64 end = saturating_add(span->start_ns, span->duration_ns);

		if (end > extent.end)
			extent.end = end;
	}
	return extent;
}

/* Within that of the caller. A span whose return was not seen lasts as long as it can have. */
static struct extent extent_of_call(const struct tree *tree, const struct span *span,
				    const struct extent *caller)
{
	__u64 begin = clamp(span->start_ns, caller->begin, caller->end);
	__u64 latest = begin, end;

	if (caller->end - begin > GAP_TO_END_OF_CALLER)
		latest = caller->end - GAP_TO_END_OF_CALLER;
	if (span->next_sibling != TREE_NO_SPAN) {
		__u64 next = tree->spans[span->next_sibling].start_ns;

		if (next <= latest)
			latest = next > begin ? next - GAP_TO_NEXT_CALL : begin;
	}
	end = span->complete ? saturating_add(span->start_ns, span->duration_ns) : latest;
	return (struct extent){ begin, clamp(end, begin, latest) };
}

static char *put_extent(char *at, const struct extent *extent, __u64 ts, __u64 start_ts)
{
	__u64 begin = saturating_add(ts, extent->begin);

	at = put__string(at, begin < start_ts ? ",\"ts\":-" : ",\"ts\":");
	at = json__put_microseconds(at, begin < start_ts ? start_ts - begin : begin - start_ts);
	at = put__string(at, ",\"dur\":");
	return json__put_microseconds(at, extent->end - extent->begin);
}

/* The args that any span has, from their bracket on. */
static char *put_span_facts(char *at, const struct tree *tree, const struct span *span)
{
	char *first;

	at = put__string(at, ",\"cat\":\"socket\",\"args\":");
	first = at;
	if (json_facts__has_integer(span)) {
		at = put__string(at, ",\"ret\":");
		at = put__s64(at, span->ret);
	}
	if (span->failed)
		at = json_facts__put_failure(at, span);
	at = json_facts__put_waited(at, tree, span);
	if (span->complete && span->measured_ns != span->duration_ns) {
		at = put__string(at, ",\"measured_ns\":");
		at = put__u64(at, span->measured_ns);
	}
	at = json_facts__put_attach(at, span->attach);
	*first = '{'; /* for the first one's comma */
	return span->complete ? at : put__string(at, ",\"complete\":false");
}

#define SPAN_SIZE                                                               \
	(MEMBERS_SIZE(9) + sizeof(struct task_text) + JSON_FACTS_FAILURE_SIZE + \
	 JSON_FACTS_ATTACH_SIZE)

/* An event up to the last of those args. */
static void add_event(struct out *out, const struct tree *tree, const struct span *span,
		      const struct extent *extent, const struct task_text *task)
{
	struct json *json = &out->json;
	char *at = json__reserve(json, SPAN_SIZE + json_names__size(&out->names, span));

	if (!at)
		return;
	at = put__string(at, json->comma ? ",\n" : "\n");
	at = put__string(at, "{\"ph\":\"X\",\"name\":");
	at = json_names__put(&out->names, at, span);
	memcpy(at, task->text, sizeof(task->text));
	at += task->size;
	at = put_extent(at, extent, tree->record->spans[0].start, out->header->start_boot_ns);
	json__commit(json, put_span_facts(at, tree, span));
}

static void add_sequence_and_via(struct json *json, const struct tree *tree)
{
	char *at = json__reserve(json, MEMBERS_SIZE(2));

	if (!at)
		return;
	at = put__string(at, ",\"sequence\":");
	at = put__u64(at, tree->sequence);
	at = put__string(at, ",\"via\":\"");
	at = put__string(at, via_name(tree->record->via));
	json__commit(json, put__char(at, '"'));
}

static void add_ids(struct json *json, const struct wire_record *record)
{
	char *at = json__reserve(json, MEMBERS_SIZE(4));

	if (!at)
		return;
	at = put__string(at, ",\"ppid\":");
	at = put__u64(at, record->ppid);
	at = put__string(at, ",\"uid\":");
	at = put__u64(at, record->uid);
	at = put__string(at, ",\"cgroup_id\":\"");
	at = put__u64(at, record->cgroup_id);
	at = put__string(at, "\",\"netns\":");
	json__commit(json, put__u64(at, record->netns));
}

static void add_creation_facts(struct json *json, const struct tree *tree)
{
	const struct wire_record *record = tree->record;

	add_sequence_and_via(json, tree);
	json_facts__requester(json, tree->origin);
	json_facts__compat(json, record);
	json_facts__asked(json, record);
	json_facts__why(json, tree);
	json_facts__modules(json, tree);
	json_facts__sockets(json, record);
	json_facts__listener(json, record);
	add_ids(json, record);
	json_facts__stacks(json, tree->origin);
	json_facts__gaps(json, record);
	json_state__loss(json, tree);
}

static void timeline_creation(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	struct extent extents[TREE_MAX_SPANS];
	struct task_text task;
	int i;

	out->json.buffer = buffer;
	name_process(out, tree->record);
	name_thread(out, tree->record);
	make_task_text(&task, tree->record);
	for (i = 0; i < tree->nr_spans; i++) {
		const struct span *span = &tree->spans[i];

		extents[i] = i ? extent_of_call(tree, span, &extents[span->parent])
			       : extent_of_root(tree);
		add_event(out, tree, span, &extents[i], &task);
		if (tree->state)
			json_state__span(&out->json, tree, i);
		if (i == 0)
			add_creation_facts(&out->json, tree);
		buffer__add_string(buffer, "}}");
	}
}

/* It has no event of its own for that. */
static void timeline_observed(struct out *out, int probe, struct buffer *buffer)
{
	(void)probe;
	(void)buffer;
	memset(&out->names, 0, sizeof(out->names));
}

static void timeline_end(struct out *out, const struct trace_account *account,
			 struct buffer *buffer)
{
	(void)out;
	(void)account;
	buffer__add_string(buffer, out_timeline.closing);
}

static void timeline_destroy(struct out *out)
{
	free(out);
}

const struct out_format out_timeline = {
	.name = "timeline",
	.help = "Chrome's trace event format, for Perfetto or speedscope",
	.ending = "json",
	.needs = { .tree = true, .state = true },
	.closing = "\n]}\n",
	.create = timeline_create,
	.destroy = timeline_destroy,
	.creation = timeline_creation,
	.begin = timeline_begin,
	.observed = timeline_observed,
	.end = timeline_end,
};
