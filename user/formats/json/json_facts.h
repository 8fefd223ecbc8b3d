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

/* Keys family, type, protocol and flags, by name, as the call asked for. Not first in an object. */
void json_facts__asked(struct json *json, const struct wire_record *record);

/*
 * Key sockets: every socket that was made, also of a call that failed afterwards. Not first in an
 * object.
 */
void json_facts__sockets(struct json *json, const struct wire_record *record);

#define JSON_FACTS_COMM_SIZE JSON_TEXT_SIZE(WIRE_COMM_LEN)

/* Writes the thread's name as a string, as the functions of put.h do. */
static inline char *json_facts__put_comm(char *at, const struct wire_record *record)
{
	return json__put_text(at, record->comm, strnlen(record->comm, WIRE_COMM_LEN));
}

#define JSON_FACTS_ERROR_SIZE 32

/* Writes the name of the error -ret as a string, or its number in decimal; ret is negative. */
char *json_facts__put_error(char *at, __s32 ret);

#define JSON_FACTS_COOKIE_SIZE 96

/* Writes the keys cookie and cookie_str; of none, 0, null. Not first in an object. */
char *json_facts__put_cookie(char *at, __u64 cookie);

#define JSON_FACTS_FAILURE_SIZE 64

/* Writes the keys errno and failed of a span that has failed. Not first in an object. */
char *json_facts__put_failure(char *at, const struct span *span);

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

/* Key listener of an accept(): the listening socket; of any other creation none. */
void json_facts__listener(struct json *json, const struct wire_record *record);

/*
 * Writes the key waited_ns of an accept() as a whole, and of those of its other spans that have
 * waited: ns of the duration. Of any other creation none. Not first in an object.
 */
static inline char *json_facts__put_waited(char *at, const struct tree *tree,
					   const struct span *span)
{
	bool is_root = span->parent == TREE_NO_SPAN;

	if ((!span->waited_ns && !is_root) || !span->complete || !call__is_accept(tree->record))
		return at;
	at = put__string(at, ",\"waited_ns\":");
	return put__u64(at, span->waited_ns);
}

#define JSON_FACTS_ATTACH_SIZE 32

/* Writes the key attach: how a span was observed. Not first in an object. */
static inline char *json_facts__put_attach(char *at, enum attach_way way)
{
	static const struct {
		char text[JSON_FACTS_ATTACH_SIZE];
		unsigned char size;
	} texts[] = {
#define TEXT(name) { ",\"attach\":\"" name "\"", sizeof(",\"attach\":\"" name "\"") - 1 }
		[ATTACH_NONE] = TEXT("none"),
		[ATTACH_FENTRY] = TEXT("fentry"),
		[ATTACH_KPROBE] = TEXT("kprobe"),
		[ATTACH_KPROBE_MULTI] = TEXT("kprobe.multi"),
		[ATTACH_RECONSTRUCTED] = TEXT("reconstructed"),
#undef TEXT
	};

	memcpy(at, texts[way].text, sizeof(texts[way].text));
	return at + texts[way].size;
}

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
