/* SPDX-License-Identifier: GPL-2.0 */
/* A creation that has not ended: what its session says of it while it is under way. */
#ifndef CREATION_IN_FLIGHT_H
#define CREATION_IN_FLIGHT_H

#include <stdbool.h>

#include "creation/origin.h"
#include "plan/plan.h"
#include "shared/state.h"
#include "text/buffer.h"

/* Why a creation that is under way is shown. */
enum in_flight_event {
	IN_FLIGHT_STUCK,  /* it has taken as long as --stuck says */
	IN_FLIGHT_AT_END, /* the trace ends before it */
};

struct in_flight {
	enum in_flight_event event;
	/*
	 * What is known at the entry: when, who, and what was asked for. Of what is recorded at the
	 * return, comm, uid and ppid are there if known is set, and the rest is not.
	 */
	const struct wire_record *record;
	bool known;   /* the task was found in /proc */
	bool certain; /* it is known to be inside; else its return may have been missed */
	const struct origin *origin; /* only exe is looked up; or NULL */
	__u64 age_ns;		     /* the time since the entry, as measured */
	const char *function;	     /* the innermost one that has not returned */
	const char *module; /* the one that this function has asked for last, or NULL; any bytes */
};

/* Return the name of the event in outputs. */
const char *in_flight__event_name(const struct in_flight *creation);

/*
 * Describe the creation of a session, a consistent copy that the caller owns: what is not known yet
 * is cleared in it, and creation points into it and into plan. now_ns is of the boot clock. Event,
 * origin, and what known stands for are left to the caller. Return false if the session has no open
 * span or is damaged.
 */
bool in_flight__describe(struct in_flight *creation, struct session *session,
			 const struct plan *plan, __u64 now_ns);

/*
 * Append one sentence for people, without a final stop. Names of others are as they are: any bytes
 * but NUL, which the log escapes.
 */
void in_flight__add_sentence(struct buffer *buffer, const struct in_flight *creation);

#endif /* CREATION_IN_FLIGHT_H */
