// SPDX-License-Identifier: GPL-2.0
#include "formats/json/json_facts.h"

#include <limits.h>
#include <string.h>
#include <sys/wait.h>

#include "creation/module_requests.h"
#include "creation/why.h"
#include "names/names.h"
#include "text/put.h"
#include "text/rfc3339.h"

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

static void add_real_time(struct json *json, const char *key, __u64 boot_ns, __s64 boot_to_real_ns)
{
	struct rfc3339 rfc3339 = { 0 };
	char time[RFC3339_SIZE];

	rfc3339__put(&rfc3339, time, boot_ns, boot_to_real_ns);
	json__key(json, key);
	json__text(json, time, sizeof(time));
}

void json_facts__clock_change(struct json *json, const struct clock_change *change)
{
	char text[PUT_S64_SIZE];
	char *end = put__s64(text, clock_change__step(change));

	add_real_time(json, "time", change->at_ns, change->boot_to_real_ns);
	add_real_time(json, "before", change->at_ns, change->before_real_ns);
	json__key_s64(json, "step_ns", clock_change__step(change));
	json__key(json, "step_ns_str");
	json__text(json, text, (size_t)(end - text));
}

/* Names as kinds of values. */
#define FAMILY_FIELDS(F, IF)            \
	F(name_of_family, "\"", family) \
	F(nothing, "\"")
DEFINE_FIELDS(family, FAMILY_FIELDS, int family);

#define TYPE_FIELDS(F, IF)          \
	F(name_of_type, "\"", type) \
	F(nothing, "\"")
DEFINE_FIELDS(type, TYPE_FIELDS, int type);

#define PROTOCOL_FIELDS(F, IF)                      \
	F(name_of_protocol, "\"", family, protocol) \
	F(nothing, "\"")
DEFINE_FIELDS(protocol, PROTOCOL_FIELDS, int family, int protocol);

#define FLAGS_FIELDS(F, IF)                             \
	F(nothing, "[")                                 \
	IF(flags, names_of_flags, "\"", flags, "\",\"") \
	IF(flags, nothing, "\"")                        \
	F(nothing, "]")
DEFINE_FIELDS(flags, FLAGS_FIELDS, unsigned int flags);

#define ASKED_MEMBERS(F, IF)                                    \
	F(family, family, record->family)                       \
	F(type, type, record->type &SOCKET_TYPE_MASK)           \
	F(protocol, protocol, record->family, record->protocol) \
	F(flags, flags, call__flags(record))
DEFINE_MEMBERS(asked, ASKED_MEMBERS, const struct wire_record *record);

void json_facts__asked(struct json *json, const struct wire_record *record)
{
	ADD_MEMBERS(json, asked, record);
}

static bool has_fd(const struct wire_record *record, const struct wire_socket *socket)
{
	return socket->fd >= 0 && !call__is_direct(record);
}

#define SOCKET_MEMBERS(F, IF)                                                       \
	F(u64, inode, socket->inode)                                                \
	COOKIE_MEMBERS(F, IF, socket->cookie)                                       \
	F(s32_or_null, fd, has_fd(record, socket), socket->fd)                      \
	IF(call__is_direct(record), s32_or_null, slot, socket->fd >= 0, socket->fd) \
	F(family, family, socket->family)                                           \
	F(type, type, socket->type)                                                 \
	F(protocol, protocol, socket->family, call__made_protocol(record, socket))
DEFINE_OBJECT(socket, SOCKET_MEMBERS, const struct wire_record *record,
	      const struct wire_socket *socket);

void json_facts__sockets(struct json *json, const struct wire_record *record)
{
	int i;

	json__key(json, "sockets");
	json__array_begin(json);
	for (i = 0; i < record->nr_sockets && i < WIRE_MAX_SOCKETS; i++) {
		if (i)
			buffer__add_char(json->buffer, ',');
		ADD_FIELDS(json->buffer, socket, record, &record->sockets[i]);
	}
	json__array_end(json);
}

#define TRIED_MEMBERS(F, IF)                          \
	F(family, family, call__tried_family(record)) \
	F(protocol, protocol, call__tried_family(record), call__tried_protocol(record))
DEFINE_OBJECT(tried, TRIED_MEMBERS, const struct wire_record *record);

#define TRIED_KEY_MEMBERS(F, IF) F(tried, tried, record)
DEFINE_MEMBERS(tried_key, TRIED_KEY_MEMBERS, const struct wire_record *record);

void json_facts__tried(struct json *json, const struct wire_record *record)
{
	if (!call__tried_other(record))
		return;
	ADD_MEMBERS(json, tried_key, record);
}

void json_facts__task_netns(struct json *json, const struct wire_record *record)
{
	const struct wire_differences *differences = wire_record__differences(record);

	if (!differences || !differences->task_netns)
		return;
	json__key(json, "task_netns");
	json__u64(json, differences->task_netns);
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

char *put_error_name(char *at, __s32 ret)
{
	__u64 error = (__u64) - (__s64)ret;
	const char *name = error <= INT_MAX ? name_of_error((int)error) : NULL;

	return name ? put__string(at, name) : put__u64(at, error);
}

void json_facts__refusal(struct json *json, const struct wire_record *record)
{
	if (!record->refusal)
		return;
	json__key_string(json, "seccomp", refusal__name(record));
}

/* The error, or nothing where a signal came in its place. */
static void add_error(struct json *json, const struct wire_record *record)
{
	if (refusal__signal(record)) {
		json__key_null(json, "errno");
		json__key_null(json, "error");
		return;
	}
	json__key(json, "errno");
	ADD_MEMBERS(json, error, record->ret);
	json__key_string(json, "error", strerror(call__error(record->ret)));
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
	json__key_string(json, "stage",
			 tree->record->refusal ? REFUSAL_FUNCTION : tree->spans[span].name);
	add_error(json, tree->record);
	json__key(json, "reason");
	if (size)
		json__text(json, reason, size);
	else
		json__null(json);
	json__object_end(json);
}

/*
 * What came of a request: the exit status of modprobe, or the signal that ended it, or the error
 * because of which it did not run or was not waited for. load is NULL if that is not known.
 */
static void add_load_result(struct json *json, const struct span *load)
{
	bool exited = load && load->ret >= 0 && WIFEXITED(load->ret);
	bool killed = load && load->ret > 0 && WIFSIGNALED(load->ret);

	if (exited)
		json__key_u64(json, "status", (__u64)WEXITSTATUS(load->ret));
	else
		json__key_null(json, "status");
	if (killed)
		json__key_u64(json, "signal", (__u64)WTERMSIG(load->ret));
	else
		json__key_null(json, "signal");
	json__key(json, "errno");
	if (load && load->ret < 0)
		ADD_MEMBERS(json, error, load->ret);
	else
		json__null(json);
}

static void add_module(struct json *json, const struct tree *tree, int index)
{
	const struct wire_module *module = &wire_record__modules(tree->record)[index];
	const struct span *load = modules__request(tree, index);

	json__object_begin(json);
	json__key(json, "name");
	json__text(json, module->name, strnlen(module->name, sizeof(module->name)));
	json__key_string(json, "stage", modules__requester(tree, index)->name);
	json__key(json, "privileged");
	json__bool(json, modules__is_privileged(module));
	if (load && !load->complete)
		load = NULL;
	if (load)
		json__key_u64(json, "duration_ns", load->duration_ns);
	else
		json__key_null(json, "duration_ns");
	add_load_result(json, load);
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
