// SPDX-License-Identifier: GPL-2.0
#include "trace/stuck.h"

#include <stdlib.h>
#include <string.h>

#include "creation/in_flight.h"
#include "symbols/task_status.h"
#include "text/log.h"
#include "trace/sessions.h"

/* As many creations are named on standard error at a time. Outputs have all of them. */
#define MAX_SENTENCES 16

/*
 * A task that runs at each of so many looks may have left the call unseen. So it is reported, but
 * not as certain. Of most that hang /proc tells at the first look that they do.
 */
#define UNCERTAIN_LOOKS 4

/* What is known of a slot since the last look. */
struct seen {
	__u64 start;   /* of its creation, or 0 */
	int uncertain; /* looks at which it was not known whether the task is inside */
	bool reported;
};

struct stuck {
	const struct state *state;
	const struct plan *plan;
	struct pipeline *pipeline;
	__u64 limit_ns;
	__u64 now_ns;
	int sentences;	     /* written in this look */
	int unwritten;	     /* left out in this look */
	struct session copy; /* of the session that is being described */
	struct seen seen[NR_SLOTS];
};

struct stuck *stuck__new(const struct state *state, const struct plan *plan,
			 struct pipeline *pipeline, __u64 limit_ns)
{
	struct stuck *stuck = calloc(1, sizeof(*stuck));

	if (!stuck)
		return NULL;
	stuck->state = state;
	stuck->plan = plan;
	stuck->pipeline = pipeline;
	stuck->limit_ns = limit_ns;
	return stuck;
}

void stuck__free(struct stuck *stuck)
{
	free(stuck);
}

/* Add what only /proc tells by now: the record gets it at the return. */
static void find_task(struct in_flight *creation, struct wire_record *record)
{
	struct task_status status;

	if (!record->tid || !task_status__read(&status, "/proc", record->tid))
		return;
	memcpy(record->comm, status.comm, sizeof(record->comm));
	record->ppid = status.ppid;
	record->uid = status.uid;
	creation->known = true;
}

/*
 * Describe the creation in a slot. Return false if there is none any more, if it has returned
 * unseen, or if it waits in accept(), which it may do for ever. The task cannot have ended while
 * its session is the same, so what was read of it in between is true.
 */
static bool describe(struct stuck *stuck, __u32 slot, struct in_flight *creation)
{
	struct session *copy = &stuck->copy;
	enum task_call_place place;
	__u64 start;

	if (!sessions__copy(stuck->state, slot, copy) || sessions__is_waiting(copy))
		return false;
	start = copy->record.spans[0].start;
	if (!in_flight__describe(creation, copy, stuck->plan, stuck->now_ns))
		return false;
	find_task(creation, &copy->record);
	place = sessions__find_task(&copy->record);
	creation->certain = place == TASK_CALL_INSIDE;
	return place != TASK_CALL_OUTSIDE && sessions__start(stuck->state, slot) == start;
}

/* Print a sentence with print, or only count it if there were many. */
static void say(struct stuck *stuck, const struct in_flight *creation,
		void (*print)(const char *format, ...))
{
	struct buffer sentence = { 0 };

	if (stuck->sentences == MAX_SENTENCES) {
		stuck->unwritten++;
		return;
	}
	stuck->sentences++;
	in_flight__add_sentence(&sentence, creation);
	buffer__add_char(&sentence, '\0');
	if (!sentence.failed)
		print("%s", sentence.data);
	buffer__free(&sentence);
}

static void begin_look(struct stuck *stuck, __u64 now_ns)
{
	stuck->now_ns = now_ns;
	stuck->sentences = stuck->unwritten = 0;
}

static void report(struct stuck *stuck, struct in_flight *creation, enum in_flight_event event)
{
	creation->event = event;
	say(stuck, creation, log_warning);
	pipeline__in_flight(stuck->pipeline, creation);
}

static void end_reports(const struct stuck *stuck)
{
	if (stuck->unwritten)
		log_warning("%d more creations have not returned either", stuck->unwritten);
}

void stuck__look(struct stuck *stuck, __u64 now_ns)
{
	struct in_flight creation;
	__u32 slot;

	if (!stuck->limit_ns)
		return;
	begin_look(stuck, now_ns);
	for (slot = 0; slot < NR_SLOTS; slot++) {
		struct seen *seen = &stuck->seen[slot];
		__u64 start = sessions__start(stuck->state, slot);

		if (start != seen->start) {
			*seen = (struct seen){ .start = start };
			continue;
		}
		if (!start || seen->reported || now_ns < start || now_ns - start < stuck->limit_ns)
			continue;
		if (!describe(stuck, slot, &creation))
			continue;
		if (!creation.certain && ++seen->uncertain < UNCERTAIN_LOOKS)
			continue;
		report(stuck, &creation, IN_FLIGHT_STUCK);
		seen->reported = true;
	}
	end_reports(stuck);
}

void stuck__list(struct stuck *stuck, __u64 now_ns)
{
	struct in_flight creation;
	bool any = false;
	__u32 slot;

	begin_look(stuck, now_ns);
	for (slot = 0; slot < NR_SLOTS; slot++) {
		if (!describe(stuck, slot, &creation))
			continue;
		any = true;
		stuck->sentences = 0;
		say(stuck, &creation, log_answer);
	}
	if (!any)
		log_answer("no creation is under way");
}

void stuck__end(struct stuck *stuck, __u64 now_ns)
{
	struct in_flight creation;
	__u32 slot;

	begin_look(stuck, now_ns);
	for (slot = 0; slot < NR_SLOTS; slot++) {
		if (describe(stuck, slot, &creation))
			report(stuck, &creation, IN_FLIGHT_AT_END);
	}
	end_reports(stuck);
}
