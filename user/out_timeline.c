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

#include "json_facts.h"
#include "json_state.h"
#include "rfc3339.h"

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

	json__key(json, "start_time");
	buffer__add_char(json->buffer, '"');
	rfc3339__add(&rfc3339, json->buffer, header->start_boot_ns, header->boot_to_real_ns);
	buffer__add_char(json->buffer, '"');
	json->comma = true;
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
	json_facts__stages(json, &out->header->plan);
	json__object_end(json);
	json__key(json, "traceEvents");
	json__array_begin(json);
}

static void begin_event(struct json *json, const char *phase, const char *name,
			const struct wire_record *record)
{
	json__line(json);
	json__object_begin(json);
	json__key_string(json, "ph", phase);
	json__key_string(json, "name", name);
	json__key_u64(json, "pid", record->pid);
	json__key_u64(json, "tid", record->tid);
}

/* kind is "process_name" or "thread_name". speedscope wants a ts in every event. */
static void add_name(struct json *json, const char *kind, const struct wire_record *record)
{
	begin_event(json, "M", kind, record);
	json__key_u64(json, "ts", 0);
	json__key(json, "args");
	json__object_begin(json);
	json__key(json, "name");
	json__text(json, record->comm, strnlen(record->comm, sizeof(record->comm)));
	json__object_end(json);
	json__object_end(json);
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

static void add_extent(struct json *json, const struct extent *extent, __u64 ts, __u64 start_ts)
{
	__u64 begin = saturating_add(ts, extent->begin);
	bool negative = begin < start_ts;

	json__key(json, "ts");
	json__microseconds(json, negative ? start_ts - begin : begin - start_ts, negative);
	json__key(json, "dur");
	json__microseconds(json, extent->end - extent->begin, false);
}

static void add_span_facts(struct json *json, const struct tree *tree, const struct span *span)
{
	if (json_facts__has_integer(span))
		json__key_s64(json, "ret", span->ret);
	json_facts__failure(json, span);
	json_facts__waited(json, tree, span);
	json__key_string(json, "attach", attach_way_name(span->attach));
	if (!span->complete) {
		json__key(json, "complete");
		json__bool(json, false);
	}
}

static void add_creation_facts(struct json *json, const struct tree *tree)
{
	const struct wire_record *record = tree->record;

	json__key_u64(json, "sequence", tree->sequence);
	json__key_string(json, "via", via_name(record->via));
	json_facts__requester(json, tree->origin);
	json_facts__compat(json, record);
	json_facts__asked(json, record);
	json_facts__why(json, tree);
	json_facts__modules(json, tree);
	json_facts__sockets(json, record);
	json_facts__listener(json, record);
	json__key_u64(json, "ppid", record->ppid);
	json__key_u64(json, "uid", record->uid);
	json__key(json, "cgroup_id");
	json__u64_string(json, record->cgroup_id);
	json__key_u64(json, "netns", record->netns);
	json_facts__stacks(json, tree->origin);
	json_facts__gaps(json, record);
	json_state__loss(json, tree);
}

static void timeline_creation(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	struct extent extents[TREE_MAX_SPANS];
	struct json *json = &out->json;
	int i;

	json->buffer = buffer;
	name_process(out, tree->record);
	name_thread(out, tree->record);
	for (i = 0; i < tree->nr_spans; i++) {
		const struct span *span = &tree->spans[i];

		extents[i] = i ? extent_of_call(tree, span, &extents[span->parent])
			       : extent_of_root(tree);
		begin_event(json, "X", span->name, tree->record);
		add_extent(json, &extents[i], tree->record->spans[0].start,
			   out->header->start_boot_ns);
		json__key_string(json, "cat", "socket");
		json__key(json, "args");
		json__object_begin(json);
		add_span_facts(json, tree, span);
		json_state__span(json, tree, i);
		if (i == 0)
			add_creation_facts(json, tree);
		json__object_end(json);
		json__object_end(json);
	}
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
	.create = timeline_create,
	.begin = timeline_begin,
	.creation = timeline_creation,
	.end = timeline_end,
	.destroy = timeline_destroy,
	.closing = "\n]}\n",
};
