// SPDX-License-Identifier: GPL-2.0
#include "creation/in_flight.h"

#include <errno.h>
#include <string.h>

#include "creation/syscall_text.h"
#include "creation/tree.h"
#include "shared/families.h"
#include "text/duration.h"
#include "text/fields.h"

const char *in_flight__event_name(const struct in_flight *creation)
{
	return creation->event == IN_FLIGHT_STUCK ? "stuck" : "in_flight";
}

/* Return the innermost open span, or NULL if none is open or the session is damaged. */
static const struct wire_span *find_innermost(const struct session *session)
{
	__u32 level = session->innermost / sizeof(struct open_span);
	__u32 index = level && level <= MAX_DEPTH ? session->open[level].index : WIRE_MAX_SPANS;
	const struct wire_span *span = &session->record.spans[index];

	if (index >= WIRE_MAX_SPANS || index >= session->record.nr_spans)
		return NULL;
	return span->stage < NR_STAGES && span->family < NR_FAMILIES ? span : NULL;
}

static const char *find_function(const struct wire_record *record, const struct wire_span *span,
				 const struct plan *plan)
{
	const char *planned = plan->probes[wire_span__probe(span, record)].function;

	return planned[0] ? planned : stages[span->stage].name;
}

/* Return the name of the last module that was asked for in a span, or NULL. */
static const char *find_module(struct wire_record *record, const struct wire_span *span)
{
	int i;

	for (i = record->nr_modules; i > 0; i--) {
		struct wire_module *module = &record->details.modules[i - 1];

		if (&record->spans[module->span] != span)
			continue;
		module->name[WIRE_MODULE_LEN - 1] = '\0';
		return module->name;
	}
	return NULL;
}

/* What is set at the return is that of an earlier creation in the same slot. */
static void clear_later_members(struct wire_record *record)
{
	record->ret = -EINPROGRESS;
	record->cpu = record->ppid = record->uid = 0;
	record->sequence = record->cgroup_id = record->descriptor_limit = 0;
	record->process_start_ns = record->exec_id = 0;
	memset(record->comm, 0, sizeof(record->comm));
	/* Stacks lie elsewhere in a session than in a record that was read. */
	record->nr_kernel_frames = record->nr_user_frames = 0;
}

bool in_flight__describe(struct in_flight *creation, struct session *session,
			 const struct plan *plan, __u64 now_ns)
{
	struct wire_record *record = &session->record;
	const struct wire_span *innermost = find_innermost(session);
	__u64 start = record->spans[0].start;

	if (!innermost || record->spans[0].stage >= NR_STAGES || record->via >= NR_WAYS_IN ||
	    record->nr_sockets > WIRE_MAX_SOCKETS || record->nr_modules > WIRE_MAX_MODULES)
		return false;
	clear_later_members(record);
	memset(creation, 0, sizeof(*creation));
	creation->record = record;
	creation->age_ns = now_ns > start ? now_ns - start : 0;
	creation->function = find_function(record, innermost, plan);
	creation->module = find_module(record, innermost);
	return true;
}

static void add_who(struct buffer *buffer, const struct in_flight *creation)
{
	const struct wire_record *record = creation->record;

	if (!record->tid) {
		buffer__add_string(buffer, "a process of another PID namespace");
		return;
	}
	if (creation->known)
		buffer__add(buffer, record->comm, strnlen(record->comm, sizeof(record->comm)));
	else
		buffer__add_char(buffer, '?');
	buffer__add_char(buffer, '/');
	buffer__add_u64(buffer, record->pid);
	if (record->tid == record->pid)
		return;
	buffer__add_char(buffer, ':');
	buffer__add_u64(buffer, record->tid);
}

void in_flight__add_sentence(struct buffer *buffer, const struct in_flight *creation)
{
	add_who(buffer, creation);
	buffer__add_string(buffer, ": ");
	call__add(buffer, creation->record);
	buffer__add_string(buffer, creation->certain ? " has not returned for "
						     : " may not have returned for ");
	ADD_FIELDS(buffer, duration, creation->age_ns, false);
	buffer__add_string(buffer, creation->certain ? ": it is in " : ": it was seen in ");
	buffer__add_string(buffer, creation->function);
	if (!creation->module)
		return;
	buffer__add_string(buffer, ", which has asked for the module ");
	buffer__add_string(buffer, creation->module);
}
