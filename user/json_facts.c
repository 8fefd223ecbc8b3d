// SPDX-License-Identifier: GPL-2.0
#include "json_facts.h"

#include <limits.h>
#include <string.h>

#include "call.h"
#include "modules.h"
#include "names.h"
#include "why.h"

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

void json_facts__stage(struct json *json, const struct stage_plan *planned)
{
	json__key_string(json, "name", planned->function);
	json__key_string(json, "attach", attach_way_name(planned->way));
	json__key(json, "reason");
	json__text(json, planned->reason, strnlen(planned->reason, sizeof(planned->reason)));
}

void json_facts__stages(struct json *json, const struct plan *plan)
{
	int probe;

	json__key(json, "stages");
	json__array_begin(json);
	for (probe = 0; probe < NR_PROBES; probe++) {
		if (!plan__is_shown(plan, probe))
			continue;
		json__object_begin(json);
		json_facts__stage(json, &plan->probes[probe]);
		json__object_end(json);
	}
	json__array_end(json);
}

static void add_names(struct json *json, int family, int type, int protocol)
{
	char name[NAME_SIZE];

	json__key_string(json, "family", name_of_family(family, name));
	json__key_string(json, "type", name_of_type(type, name));
	json__key_string(json, "protocol", name_of_protocol(family, protocol, name));
}

static void add_flag(const char *flag, void *context)
{
	json__string(context, flag);
}

void json_facts__asked(struct json *json, const struct wire_record *record)
{
	add_names(json, record->family, record->type & TYPE_MASK, record->protocol);
	json__key(json, "flags");
	json__array_begin(json);
	visit_flags(call__flags(record), add_flag, json);
	json__array_end(json);
}

static void add_socket(struct json *json, const struct wire_record *record,
		       const struct wire_socket *socket)
{
	json__object_begin(json);
	json__key_u64(json, "inode", socket->inode);
	if (socket->cookie)
		json__key_u64_twin(json, "cookie", socket->cookie);
	else
		json__key_null_twin(json, "cookie");
	if (socket->fd >= 0)
		json__key_s64(json, "fd", socket->fd);
	else
		json__key_null(json, "fd");
	add_names(json, socket->family, socket->type, call__made_protocol(record, socket));
	json__object_end(json);
}

void json_facts__sockets(struct json *json, const struct wire_record *record)
{
	int i;

	json__key(json, "sockets");
	json__array_begin(json);
	for (i = 0; i < record->nr_sockets && i < WIRE_MAX_SOCKETS; i++)
		add_socket(json, record, &record->sockets[i]);
	json__array_end(json);
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

void json_facts__waited(struct json *json, const struct tree *tree, const struct span *span)
{
	if (!call__is_accept(tree->record) || !span->complete)
		return;
	if (span->waited_ns || span->parent == TREE_NO_SPAN)
		json__key_u64(json, "waited_ns", span->waited_ns);
}

void json_facts__comm(struct json *json, const struct wire_record *record)
{
	json__key(json, "comm");
	json__text(json, record->comm, strnlen(record->comm, sizeof(record->comm)));
}

void json_facts__error(struct json *json, __s32 ret)
{
	__u64 error = (__u64) - (__s64)ret;
	const char *name = error <= INT_MAX ? name_of_error((int)error) : NULL;

	if (name)
		json__string(json, name);
	else
		json__u64_string(json, error);
}

void json_facts__failure(struct json *json, const struct span *span)
{
	if (!span->failed)
		return;
	if (span->ret < 0) {
		json__key(json, "errno");
		json_facts__error(json, span->ret);
	}
	json__key(json, "failed");
	json__bool(json, true);
}

void json_facts__why(struct json *json, const struct tree *tree)
{
	int span = why__span(tree);
	struct buffer reason = {};

	if (span == TREE_NO_SPAN)
		return;
	why__add_reason(&reason, tree, span);
	json__key(json, "failure");
	json__object_begin(json);
	json__key_string(json, "stage", tree->spans[span].name);
	json__key(json, "errno");
	json_facts__error(json, tree->record->ret);
	json__key_string(json, "error", strerror(call__error(tree->record->ret)));
	json__key(json, "reason");
	if (reason.size)
		json__text(json, reason.data, reason.size);
	else
		json__null(json);
	json__object_end(json);
	json->buffer->failed |= reason.failed;
	buffer__free(&reason);
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

bool json_facts__has_integer(const struct span *span)
{
	if (!span->complete)
		return false;
	switch (stages[span->stage].returns) {
	case RETURNS_FD:
	case RETURNS_ERRNO:
	case RETURNS_PROTOCOL:
		return true;
	case RETURNS_POINTER:
		return span->ret < 0;
	case RETURNS_VOID:
		break;
	}
	return false;
}
