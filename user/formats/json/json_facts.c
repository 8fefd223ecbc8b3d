// SPDX-License-Identifier: GPL-2.0
#include "formats/json/json_facts.h"

#include <limits.h>
#include <string.h>

#include "creation/module_requests.h"
#include "creation/why.h"
#include "names/names.h"

void json_facts__host(struct json *json, const struct trace_header *header)
{
	static const char tool[] = "sockcreate-trace ";
	char text[64];
	size_t size = strnlen(header->tool_version, sizeof(text) - sizeof(tool));

	memcpy(text, tool, sizeof(tool) - 1);
	memcpy(text + sizeof(tool) - 1, header->tool_version, size);
	json__key(json, "tool");
	json__text(json, text, sizeof(tool) - 1 + size);
	json__key(json, "kernel");
	json__text(json, header->kernel, strnlen(header->kernel, sizeof(header->kernel)));
	json__key(json, "arch");
	json__text(json, header->arch, strnlen(header->arch, sizeof(header->arch)));
}

void json_facts__stage(struct json *json, const struct trace_header *header, int probe)
{
	const struct stage_plan *planned = &header->plan.probes[probe];
	const struct probe_cost *cost = &header->costs.probes[probe];

	json__key_string(json, "name", planned->function);
	json__key_string(json, "attach", attach_way_name(planned->way));
	json__key(json, "reason");
	json__text(json, planned->reason, strnlen(planned->reason, sizeof(planned->reason)));
	if (!cost->inner_ns)
		return;
	json__key_u64(json, "inner_cost_ns", cost->inner_ns);
	json__key_u64(json, "outer_cost_ns", cost->outer_ns);
}

void json_facts__stages(struct json *json, const struct trace_header *header)
{
	int probe;

	json__key_string(json, "latency", header->costs.known ? "corrected" : "measured");
	json__key(json, "stages");
	json__array_begin(json);
	for (probe = 0; probe < NR_PROBES; probe++) {
		if (!plan__is_shown(&header->plan, probe))
			continue;
		json__object_begin(json);
		json_facts__stage(json, header, probe);
		json__object_end(json);
	}
	json__array_end(json);
}

#define NAMES_SIZE (3 * NAME_SIZE + sizeof("\"family\":\"\",\"type\":\"\",\"protocol\":\"\""))
#define ASKED_SIZE (NAMES_SIZE + NAME_SIZE + sizeof(",\"flags\":[\"\"]"))
#define SOCKET_SIZE \
	(NAMES_SIZE + JSON_FACTS_COOKIE_SIZE + 2 * PUT_U64_SIZE + sizeof(",{\"inode\":,\"fd\":,}"))
#define SOCKETS_SIZE (WIRE_MAX_SOCKETS * SOCKET_SIZE + sizeof(",\"sockets\":[]"))

static char *put_names(char *at, int family, int type, int protocol)
{
	at = put__string(at, "\"family\":\"");
	at = put_name_of_family(at, family);
	at = put__string(at, "\",\"type\":\"");
	at = put_name_of_type(at, type);
	at = put__string(at, "\",\"protocol\":\"");
	at = put_name_of_protocol(at, family, protocol);
	return put__char(at, '"');
}

static char *put_flags(char *at, unsigned int flags)
{
	if (!flags)
		return put__string(at, ",\"flags\":[]");
	at = put__string(at, ",\"flags\":[\"");
	at = put_names_of_flags(at, flags, "\",\"");
	return put__string(at, "\"]");
}

void json_facts__asked(struct json *json, const struct wire_record *record)
{
	char *at = json__reserve(json, ASKED_SIZE);

	if (!at)
		return;
	at = put__char(at, ',');
	at = put_names(at, record->family, record->type & SOCKET_TYPE_MASK, record->protocol);
	json__commit(json, put_flags(at, call__flags(record)));
}

char *json_facts__put_cookie(char *at, __u64 cookie)
{
	if (!cookie)
		return put__string(at, ",\"cookie\":null,\"cookie_str\":null");
	at = put__string(at, ",\"cookie\":");
	at = put__u64(at, cookie);
	at = put__string(at, ",\"cookie_str\":\"");
	at = put__u64(at, cookie);
	return put__char(at, '"');
}

static char *put_socket(char *at, const struct wire_record *record,
			const struct wire_socket *socket)
{
	at = put__string(at, "{\"inode\":");
	at = put__u64(at, socket->inode);
	at = json_facts__put_cookie(at, socket->cookie);
	at = put__string(at, ",\"fd\":");
	at = socket->fd >= 0 ? put__s64(at, socket->fd) : put__string(at, "null");
	at = put__char(at, ',');
	at = put_names(at, socket->family, socket->type, call__made_protocol(record, socket));
	return put__char(at, '}');
}

void json_facts__sockets(struct json *json, const struct wire_record *record)
{
	char *at = json__reserve(json, SOCKETS_SIZE);
	int i;

	if (!at)
		return;
	at = put__string(at, ",\"sockets\":[");
	for (i = 0; i < record->nr_sockets && i < WIRE_MAX_SOCKETS; i++) {
		if (i)
			at = put__char(at, ',');
		at = put_socket(at, record, &record->sockets[i]);
	}
	json__commit(json, put__char(at, ']'));
}

void json_facts__listener(struct json *json, const struct wire_record *record)
{
	const struct wire_socket *listener = &record->sockets[WIRE_LISTENER];

	if (!call__is_accept(record))
		return;
	json__key(json, "listener");
	json__object_begin(json);
	json__key(json, "fd");
	if (call__has_listener_fd(record))
		json__s64(json, listener->fd);
	else
		json__null(json);
	json__key(json, "inode");
	if (listener->inode)
		json__u64(json, listener->inode);
	else
		json__null(json);
	json__object_end(json);
}

char *json_facts__put_error(char *at, __s32 ret)
{
	__u64 error = (__u64) - (__s64)ret;
	const char *name = error <= INT_MAX ? name_of_error((int)error) : NULL;

	at = put__char(at, '"');
	at = name ? put__string(at, name) : put__u64(at, error);
	return put__char(at, '"');
}

char *json_facts__put_failure(char *at, const struct span *span)
{
	if (span->ret < 0) {
		at = put__string(at, ",\"errno\":");
		at = json_facts__put_error(at, span->ret);
	}
	return put__string(at, ",\"failed\":true");
}

static void add_error(struct json *json, __s32 ret)
{
	char *at = json__reserve(json, JSON_FACTS_ERROR_SIZE);

	if (at)
		json__commit(json, json_facts__put_error(at, ret));
}

void json_facts__why(struct json *json, const struct tree *tree)
{
	int span = why__span(tree);
	char reason[WHY_REASON_SIZE];
	size_t size;

	if (span == TREE_NO_SPAN)
		return;
	size = (size_t)(why__put_reason(reason, tree, span) - reason);
	json__key(json, "failure");
	json__object_begin(json);
	json__key_string(json, "stage", tree->spans[span].name);
	json__key(json, "errno");
	add_error(json, tree->record->ret);
	json__key_string(json, "error", strerror(call__error(tree->record->ret)));
	json__key(json, "reason");
	if (size)
		json__text(json, reason, size);
	else
		json__null(json);
	json__object_end(json);
}

static void add_module(struct json *json, const struct tree *tree, int index)
{
	const struct wire_module *module = &wire_record__modules(tree->record)[index];
	const struct span *load = modules__load(tree, index);

	json__object_begin(json);
	json__key(json, "name");
	json__text(json, module->name, strnlen(module->name, sizeof(module->name)));
	json__key_string(json, "stage", modules__asker(tree, index)->name);
	json__key(json, "privileged");
	json__bool(json, modules__is_privileged(module));
	if (load && load->complete) {
		json__key_u64(json, "duration_ns", load->duration_ns);
		json__key_s64(json, "ret", load->ret);
	} else {
		json__key_null(json, "duration_ns");
		json__key_null(json, "ret");
	}
	json__object_end(json);
}

void json_facts__modules(struct json *json, const struct tree *tree)
{
	int i;

	if (!tree->record->nr_modules)
		return;
	json__key(json, "modules");
	json__array_begin(json);
	for (i = 0; i < tree->record->nr_modules; i++)
		add_module(json, tree, i);
	json__array_end(json);
}

void json_facts__requester(struct json *json, const struct origin *origin)
{
	if (origin && origin->requester)
		json__key_string(json, "requester", origin->requester);
}

static void add_stack(struct json *json, const char *key, const char *const *frames, int nr)
{
	int i;

	if (!nr)
		return;
	json__key(json, key);
	json__array_begin(json);
	for (i = 0; i < nr; i++)
		json__text(json, frames[i], strlen(frames[i]));
	json__array_end(json);
}

void json_facts__stacks(struct json *json, const struct origin *origin)
{
	if (!origin)
		return;
	add_stack(json, "kernel_stack", origin->kernel_frames, origin->nr_kernel_frames);
	add_stack(json, "user_stack", origin->user_frames, origin->nr_user_frames);
}

void json_facts__compat(struct json *json, const struct wire_record *record)
{
	if (!(record->flags & WIRE_COMPAT))
		return;
	json__key(json, "compat");
	json__bool(json, true);
}

void json_facts__gaps(struct json *json, const struct wire_record *record)
{
	if (record->flags & WIRE_SPANS_TRUNCATED) {
		json__key(json, "truncated");
		json__bool(json, true);
	}
	if (record->flags & (WIRE_EXIT_MISSED | WIRE_ENTRY_MISSED)) {
		json__key(json, "incomplete");
		json__bool(json, true);
	}
}
