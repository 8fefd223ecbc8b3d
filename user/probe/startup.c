// SPDX-License-Identifier: GPL-2.0
#include "probe/startup.h"

#include <time.h>

#include "text/log.h"

__u64 startup__now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

void startup__add(struct startup *startup, enum startup_phase phase, __u64 since_ns)
{
	startup->ns[phase] += startup__now_ns() - since_ns;
}

static unsigned long long milliseconds(const struct startup *startup, enum startup_phase phase)
{
	return startup->ns[phase] / 1000000;
}

void startup__log(const struct startup *startup)
{
	log_verbose("to begin took, in ms: %llu to read the kernel's types, %llu to find the "
		    "families' functions, %llu to load programs, %llu to attach them, %llu to "
		    "find out what they cost",
		    milliseconds(startup, STARTUP_TYPES), milliseconds(startup, STARTUP_FAMILIES),
		    milliseconds(startup, STARTUP_LOADING),
		    milliseconds(startup, STARTUP_ATTACHING),
		    milliseconds(startup, STARTUP_CALIBRATION));
}
