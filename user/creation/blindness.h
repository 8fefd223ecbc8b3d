/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When a trace has seen nothing although its probes were attached, because these did not fire.
 * Whether they fire is tried from time to time (trace/proving.h), so a spell of blindness is known
 * to begin and to end between two attempts.
 */
#ifndef CREATION_BLINDNESS_H
#define CREATION_BLINDNESS_H

#include <stdbool.h>
#include <stdio.h>
#include <linux/types.h>

#include "plan/plan.h"
#include "shared/proof.h"

#define BLINDNESS_MAX_SPELLS 16

/* All times are of CLOCK_BOOTTIME, in ns. */
struct blind_spell {
	enum attach_way way;
	const char *cause; /* the switch that was off, or NULL if that is not known; static */
	__u64 fired_ns;	   /* when its probes had fired last before */
	__u64 failed_ns;   /* the first time that they were seen not to fire */
	__u64 still_ns;	   /* the last time */
	__u64 again_ns;	   /* when they fired again, or 0 if they did not */
};

/* All zeroes are a trace that has seen everything. */
struct blindness {
	__s64 boot_to_real_ns; /* CLOCK_REALTIME less CLOCK_BOOTTIME */
	__u32 nr;	       /* of spells */
	__u64 more;	       /* further spells, for which there was no room */
	struct blind_spell spells[BLINDNESS_MAX_SPELLS];
};

/*
 * Note a spell that begins. spell->still_ns is that of spell->failed_ns. Return its index for
 * blindness__go_on() and blindness__end(), or -1 if there is no room.
 */
int blindness__begin(struct blindness *blindness, const struct blind_spell *spell);

/* The probes of a spell did not fire again, or fired again, at a time. spell may be -1. */
void blindness__go_on(struct blindness *blindness, int spell, __u64 now_ns);
void blindness__end(struct blindness *blindness, int spell, __u64 now_ns);

/* Return the shortest and the longest time that a spell can have lasted. */
__u64 blind_spell__least_ns(const struct blind_spell *spell);
__u64 blind_spell__most_ns(const struct blind_spell *spell);

/* Print a line for each spell. */
void blindness__print(FILE *file, const struct blindness *blindness);

#endif /* CREATION_BLINDNESS_H */
