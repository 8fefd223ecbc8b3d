// SPDX-License-Identifier: GPL-2.0
/*
 * The Trace Event format of Chrome, as Perfetto and speedscope read it: an event a line, each with
 * its comma before it, so that the text is whole with out_timeline.closing behind any event.
 *
 * speedscope takes an event's args for a part of the function's name, so that it would sum up no
 * two calls of a function. Only of args that come with the end of a span it takes no notice, while
 * Perfetto shows them with the span. So the outermost span is a pair of events, and the second one
 * has the args of the whole creation; all others are events without args.
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
#include "formats/json/json_in_flight.h"
#include "formats/json/json_names.h"
#include "formats/json/json_state.h"
#include "text/rfc3339.h"

#define GAP_TO_END_OF_CALLER 2 /* ns */
#define GAP_TO_NEXT_CALL     1
#define LEAST_LENGTH	     1 /* of an outermost span */

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

	json_names__fill(&out->names, &out->header->plan);
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

/* Begins an event, on a line of its own, up to its name. */
static void add_beginning(struct json *json, const char *beginning)
{
	buffer__add_string(json->buffer, json->comma ? ",\n" : "\n");
	buffer__add_string(json->buffer, beginning);
	json->comma = false;
}

#define TASK_MEMBERS(F, IF)      \
	F(u32, pid, record->pid) \
	F(u32, tid, record->tid)
DEFINE_MEMBERS(task, TASK_MEMBERS, const struct wire_record *record);

/* kind is "process_name" or "thread_name". speedscope wants a ts in every event. */
static void add_name(struct json *json, const char *kind, const struct wire_record *record)
{
	add_beginning(json, "{\"ph\":\"M\",\"name\":");
	json__string(json, kind);
	ADD_MEMBERS(json, task, record);
	json__key_u64(json, "ts", 0);
	json__key(json, "args");
	json__object_begin(json);
	json__key(json, "name");
	ADD_MEMBERS(json, comm, record);
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

/*
 * The outermost span; without its return seen it must still hold all others. It has a length: the
 * events of its begin and its end would otherwise change places.
 */
static struct extent extent_of_root(const struct tree *tree)
{
	const struct span *root = &tree->spans[0];
	struct extent extent = { 0, root->complete && root->duration_ns ? root->duration_ns
									: LEAST_LENGTH };
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

/* A time since the trace began, which can be before that. */
#define TIMESTAMP_FIELDS(F, IF)                           \
	IF(time < start, microseconds, "-", start - time) \
	IF(time >= start, microseconds, "", time - start)
DEFINE_FIELDS(timestamp, TIMESTAMP_FIELDS, __u64 time, __u64 start);

/* In which thread and when. */
#define MOMENT_MEMBERS(F, IF) \
	TASK_MEMBERS(F, IF)   \
	F(timestamp, ts, saturating_add(record->spans[0].start, moment), start_ns)
DEFINE_MEMBERS(moment, MOMENT_MEMBERS, const struct wire_record *record, __u64 moment,
	       __u64 start_ns);

/* The event with which the outermost span begins. Events of names are before it: it has a comma. */
#define BEGIN_FIELDS(F, IF)                                                     \
	F(function, ",\n{\"ph\":\"B\",\"name\":", &out->names, &tree->spans[0]) \
	F(moment, "", tree->record, extent->begin, out->header->start_boot_ns)  \
	F(nothing, "}")
DEFINE_FIELDS(begin, BEGIN_FIELDS, const struct out *out, const struct tree *tree,
	      const struct extent *extent);

#define LENGTH_MEMBERS(F, IF) F(microseconds, dur, extent->end - extent->begin)
DEFINE_MEMBERS(length, LENGTH_MEMBERS, const struct extent *extent);

/* The event of a call. */
#define CALL_FIELDS(F, IF)                                                     \
	F(function, ",\n{\"ph\":\"X\",\"name\":", &out->names, span)           \
	F(moment, "", tree->record, extent->begin, out->header->start_boot_ns) \
	F(length, "", extent)                                                  \
	F(nothing, "}")
DEFINE_FIELDS(call, CALL_FIELDS, const struct out *out, const struct tree *tree,
	      const struct span *span, const struct extent *extent);

/* What a span says of itself, beside its name and its time. */
#define SPAN_MEMBERS(F, IF)                                                            \
	IF(json_facts__has_integer(span), s32, ret, span->ret)                         \
	FAILURE_MEMBERS(F, IF)                                                         \
	WAITED_MEMBERS(F, IF)                                                          \
	IF(span->complete && span->measured_ns != span->duration_ns, u64, measured_ns, \
	   span->measured_ns)                                                          \
	F(attach, attach, span->attach)                                                \
	IF(!span->complete && !tree->record->refusal, boolean, complete, false)
DEFINE_OPEN_OBJECT(outermost, SPAN_MEMBERS, const struct tree *tree, const struct span *span);

#define NAMED_SPAN_MEMBERS(F, IF)            \
	F(function, name, &out->names, span) \
	SPAN_MEMBERS(F, IF)
DEFINE_OPEN_OBJECT(named_span, NAMED_SPAN_MEMBERS, const struct out *out, const struct tree *tree,
		   const struct span *span);

/* The event with which the outermost span ends, up to the last of that span's own args. */
#define END_FIELDS(F, IF)                                                       \
	F(function, ",\n{\"ph\":\"E\",\"name\":", &out->names, &tree->spans[0]) \
	F(moment, "", tree->record, extent->end, out->header->start_boot_ns)    \
	F(outermost, ",\"args\":", tree, &tree->spans[0])
DEFINE_FIELDS(end, END_FIELDS, const struct out *out, const struct tree *tree,
	      const struct extent *extent);

/* Both events of a creation that seccomp refused, which called no function. */
#define REFUSED_FIELDS(F, IF)                                                 \
	F(nothing, ",\n{\"ph\":\"B\",\"name\":\"" REFUSAL_FRAME "\"")         \
	F(moment, "", tree->record, 0, out->header->start_boot_ns)            \
	F(nothing, "},\n{\"ph\":\"E\",\"name\":\"" REFUSAL_FRAME "\"")        \
	F(moment, "", tree->record, LEAST_LENGTH, out->header->start_boot_ns) \
	F(outermost, ",\"args\":", tree, &tree->spans[0])
DEFINE_FIELDS(refused, REFUSED_FIELDS, const struct out *out, const struct tree *tree);

#define IDS_MEMBERS(F, IF)                          \
	F(u32, ppid, record->ppid)                  \
	F(u32, uid, record->uid)                    \
	F(u64_string, cgroup_id, record->cgroup_id) \
	F(u32, netns, record->netns)
DEFINE_MEMBERS(ids, IDS_MEMBERS, const struct wire_record *record);

static void add_creation_facts(struct json *json, const struct tree *tree)
{
	const struct wire_record *record = tree->record;

	json__key_u64(json, "sequence", tree->sequence);
	json__key_string(json, "via", via_name(record->via));
	json_facts__requester(json, tree->origin);
	json_facts__compat(json, record);
	json_facts__task_netns(json, record);
	json_facts__asked(json, record);
	json_facts__tried(json, record);
	json_facts__refusal(json, record);
	json_facts__why(json, tree);
	json_facts__modules(json, tree);
	json_facts__sockets(json, record);
	json_facts__listener(json, record);
	ADD_MEMBERS(json, ids, record);
	json_facts__stacks(json, tree->origin);
	json_facts__gaps(json, record);
	json_state__loss(json, tree);
}

/* What the calls below the outermost span say of themselves, in the order of their events. */
static void add_spans(struct out *out, const struct tree *tree)
{
	struct json *json = &out->json;
	int i;

	json__key(json, "spans");
	json__array_begin(json);
	for (i = 1; i < tree->nr_spans; i++) {
		if (i > 1)
			buffer__add_char(json->buffer, ',');
		ADD_MEMBERS(json, named_span, out, tree, &tree->spans[i]);
		if (tree->state)
			json_state__span(json, tree, i);
		buffer__add_char(json->buffer, '}');
	}
	json__array_end(json);
}

/* All events of a creation, up to the args of the last one. */
static void add_events(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	struct extent extents[TREE_MAX_SPANS];
	int i;

	extents[0] = extent_of_root(tree);
	ADD_FIELDS(buffer, begin, out, tree, &extents[0]);
	for (i = 1; i < tree->nr_spans; i++) {
		const struct span *span = &tree->spans[i];

		extents[i] = extent_of_call(tree, span, &extents[span->parent]);
		ADD_FIELDS(buffer, call, out, tree, span, &extents[i]);
	}
	ADD_FIELDS(buffer, end, out, tree, &extents[0]);
}

static void timeline_creation(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	struct json *json = &out->json;

	json->buffer = buffer;
	name_process(out, tree->record);
	name_thread(out, tree->record);
	if (tree->record->refusal)
		ADD_FIELDS(buffer, refused, out, tree);
	else
		add_events(out, tree, buffer);
	json->comma = true;
	if (tree->state)
		json_state__span(json, tree, 0);
	add_creation_facts(json, tree);
	add_spans(out, tree);
	buffer__add_string(buffer, "}}");
}

/* A mark on the thread's track where it was seen: its span comes when it ends, if it does. */
static void timeline_in_flight(struct out *out, const struct in_flight *creation,
			       struct buffer *buffer)
{
	const struct wire_record *record = creation->record;
	struct json *json = &out->json;

	json->buffer = buffer;
	if (creation->known) {
		name_process(out, record);
		name_thread(out, record);
	}
	add_beginning(json, "{\"ph\":\"i\",\"s\":\"t\",\"name\":");
	json__string(json, in_flight__event_name(creation));
	ADD_MEMBERS(json, moment, record, creation->age_ns, out->header->start_boot_ns);
	json__key(json, "args");
	json__object_begin(json);
	json_in_flight__caller(json, creation);
	json_in_flight__call(json, creation);
	json__object_end(json);
	json__object_end(json);
}

/* It has no event of its own for that. */
static void timeline_observed(struct out *out, int probe, struct buffer *buffer)
{
	(void)probe;
	(void)buffer;
	json_names__fill(&out->names, &out->header->plan);
}

#define INSTANT_MEMBERS(F, IF) F(timestamp, ts, at_ns, start_ns)
DEFINE_MEMBERS(instant, INSTANT_MEMBERS, __u64 at_ns, __u64 start_ns);

/* An event of all tracks. The timeline itself goes by the boot clock, which nobody sets. */
static void timeline_clock_set(struct out *out, const struct clock_change *change,
			       struct buffer *buffer)
{
	struct json *json = &out->json;

	json->buffer = buffer;
	add_beginning(json, "{\"ph\":\"i\",\"s\":\"g\",\"name\":\"clock set\",\"pid\":0,\"tid\":0");
	json->comma = true;
	ADD_MEMBERS(json, instant, change->at_ns, out->header->start_boot_ns);
	json__key(json, "args");
	json__object_begin(json);
	json_facts__clock_change(json, change);
	json__object_end(json);
	json__object_end(json);
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
	.needs = { .tree = true, .state = true, .stacks = true },
	.closing = "\n]}\n",
	.create = timeline_create,
	.destroy = timeline_destroy,
	.creation = timeline_creation,
	.begin = timeline_begin,
	.in_flight = timeline_in_flight,
	.observed = timeline_observed,
	.clock_set = timeline_clock_set,
	.end = timeline_end,
};
