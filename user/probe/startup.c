// SPDX-License-Identifier: GPL-2.0
#include "probe/startup.h"

#include "kernel/host.h"
#include "text/log.h"

void startup__add(struct startup *startup, enum startup_phase phase, __u64 since_ns)
{
	startup->ns[phase] += host__boot_ns() - since_ns;
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
