/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The wall clock (CLOCK_REALTIME) as seen from the boot clock, also when it is set: by date(1), by
 * a step of NTP, by a leap second. Slewing (adjtime(3)) moves both clocks alike.
 */
#ifndef KERNEL_WALL_CLOCK_H
#define KERNEL_WALL_CLOCK_H

#include <stdbool.h>

#include "kernel/boot_clock.h"

/* What CLOCK_REALTIME is ahead of the boot clock, and how far that can be wrong. */
struct wall_offset {
	__s64 ns;
	__s64 error_ns;
};

struct wall_clock {
	int fd; /* readable once the clock has been set; -1 if closed */
	struct wall_offset offset;
};

/* That the clock was set: from one offset to another one. */
struct clock_change {
	__u64 at_ns;	      /* the boot clock when the change was noticed */
	__s64 before_real_ns; /* CLOCK_REALTIME minus the boot clock */
	__s64 boot_to_real_ns;
};

/* Return how far the clock was put forward, in ns; negative if it was put back. */
static inline __s64 clock_change__step(const struct clock_change *change)
{
	/* Clocks that are far apart must not overflow. */
	return (__s64)((__u64)change->boot_to_real_ns - (__u64)change->before_real_ns);
}

/* Begin to watch the clock, then read it. Return -1 and set errno on failure. */
int wall_clock__open(struct wall_clock *wall, const struct boot_clock *boot);

/*
 * If the clock has been set since the last call, describe how and return true. Return false as
 * well if it shows the same as before all the same, as after a suspension.
 */
bool wall_clock__has_changed(struct wall_clock *wall, const struct boot_clock *boot,
			     struct clock_change *change);

/* Return whether the two offsets differ by more than they can be wrong. */
bool wall_offset__differs(const struct wall_offset *a, const struct wall_offset *b);

/* May be called again, and for a clock whose fd is -1. */
void wall_clock__close(struct wall_clock *wall);

#endif /* KERNEL_WALL_CLOCK_H */
