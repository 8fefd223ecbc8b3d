/* SPDX-License-Identifier: GPL-2.0 */
/* Facts of a trace as JSON, in the same words in every format that is JSON. */
#ifndef FORMATS_JSON_JSON_FACTS_H
#define FORMATS_JSON_JSON_FACTS_H

#include <stdbool.h>

#include "creation/syscall_text.h"
#include "formats/format.h"
#include "text/json.h"

/* Keys tool, kernel and arch. */
void json_facts__host(struct json *json, const struct trace_header *header);

/* Keys name, attach, reason and, where it is known, what a probe costs. */
void json_facts__stage(struct json *json, const struct trace_header *header, int probe);

/* Key stages: an object of those for each function that is picked. */
void json_facts__stages(struct json *json, const struct trace_header *header);

/*
 * Keys time and before: what the wall clock was set to, and from. Keys step_ns and step_ns_str: by
 * how much.
 */
void json_facts__clock_change(struct json *json, const struct clock_change *change);

/* Keys family, type, protocol and flags, by name, as the call asked for. Not first in an object. */
void json_facts__asked(struct json *json, const struct wire_record *record);

/*
 * Key sockets: every socket that was made, also of a call that failed afterwards. Not first in an
 * object.
 */
void json_facts__sockets(struct json *json, const struct wire_record *record);

/* A thread's name, any bytes, as a kind of value. */
#define SIZEOF_comm JSON_TEXT_SIZE(WIRE_COMM_LEN)

static inline char *put_comm(char *at, const struct wire_record *record)
{
	return json__put_text(at, record->comm, strnlen(record->comm, WIRE_COMM_LEN));
}

/* The same of its process. */
#define SIZEOF_process_comm JSON_TEXT_SIZE(WIRE_COMM_LEN)

static inline char *put_process_comm(char *at, const struct wire_record *record)
{
	return json__put_text(at, record->process_comm,
			      strnlen(record->process_comm, WIRE_COMM_LEN));
}

/* The name of the error -ret, or its number in decimal; ret is negative. Without quotes. */
char *put_error_name(char *at, __s32 ret);
#define SIZEOF_error_name (ERROR_NAME_SIZE - 1)

/* The same as a kind of value. */
#define ERROR_FIELDS(F, IF)      \
	F(error_name, "\"", ret) \
	F(nothing, "\"")
DEFINE_FIELDS(error, ERROR_FIELDS, __s32 ret);

/* How a span was observed, as a kind of value. */
#define ATTACH_TEXT_SIZE 16
#define SIZEOF_attach	 ATTACH_TEXT_SIZE

static inline char *put_attach(char *at, enum attach_way way)
{
	static const struct {
		char text[ATTACH_TEXT_SIZE];
		unsigned char size;
	} texts[] = {
#define TEXT(name) { "\"" name "\"", sizeof("\"" name "\"") - 1 }
		[ATTACH_NONE] = TEXT("none"),
		[ATTACH_FENTRY] = TEXT("fentry"),
		[ATTACH_KPROBE] = TEXT("kprobe"),
		[ATTACH_KPROBE_SESSION] = TEXT("kprobe.session"),
		[ATTACH_KPROBE_MULTI] = TEXT("kprobe.multi"),
		[ATTACH_RECONSTRUCTED] = TEXT("reconstructed"),
#undef TEXT
	};

	memcpy(at, texts[way].text, sizeof(texts[way].text));
	return at + texts[way].size;
}

/* The members of a socket by which ss and BPF programs know it: null where it has no cookie. */
#define COOKIE_MEMBERS(F, IF, value)         \
	F(u64_or_null, cookie, value, value) \
	F(u64_string_or_null, cookie_str, value, value)

/* Those of a span that has failed. */
#define FAILURE_MEMBERS(F, IF)                                     \
	IF(span->failed && span->ret < 0, error, errno, span->ret) \
	IF(span->failed, boolean, failed, true)

/* How long an accept() has waited: as a whole, and those of its other spans that have. */
#define WAITED_MEMBERS(F, IF) \
	IF(json_facts__has_waited(tree, span), u64, waited_ns, span->waited_ns)

static inline bool json_facts__has_waited(const struct tree *tree, const struct span *span)
{
	bool is_root = span->parent == TREE_NO_SPAN;

	return (span->waited_ns || is_root) && span->complete && call__is_accept(tree->record);
}

/* What seccomp did, if it refused the call. */
void json_facts__refusal(struct json *json, const struct wire_record *record);

/* Key failure: the stage in which the error arose, and why; nothing if the creation did not fail.
 */
void json_facts__why(struct json *json, const struct tree *tree);

/* Key modules: those that were asked for; nothing if none was. */
void json_facts__modules(struct json *json, const struct tree *tree);

/* Key requester: the kernel's function that wanted a socket of its own; nothing where there is
 * none. */
void json_facts__requester(struct json *json, const struct origin *origin);

/* Keys kernel_stack and user_stack, as far as there are any. origin may be NULL in either. */
void json_facts__stacks(struct json *json, const struct origin *origin);

/* "compat": true, where a 32-bit system call has made the creation. */
void json_facts__compat(struct json *json, const struct wire_record *record);

/* Key tried: an object of family and protocol, where a creation failed with others than asked for.
 */
void json_facts__tried(struct json *json, const struct wire_record *record);

/* Key task_netns, where the task's network namespace is not the socket's; else none. */
void json_facts__task_netns(struct json *json, const struct wire_record *record);

/* Key listener of an accept(): the listening socket; of any other creation none. */
void json_facts__listener(struct json *json, const struct wire_record *record);

/* Keys truncated and incomplete, where the record is; else none. */
void json_facts__gaps(struct json *json, const struct wire_record *record);

/*
 * Whether the span's ret is an integer to show: what an int function returned, or a pointer
 * function's -errno.
 */
static inline bool json_facts__has_integer(const struct span *span)
{
	enum stage_returns returns = stages[span->stage].returns;

	if (!span->complete || returns == RETURNS_VOID)
		return false;
	return returns != RETURNS_POINTER || span->ret < 0;
}

#endif /* FORMATS_JSON_JSON_FACTS_H */
