/* SPDX-License-Identifier: GPL-2.0 */
/* Loading the BPF programs and attaching them as planned. */
#ifndef PROBE_ATTACH_H
#define PROBE_ATTACH_H

#include "probe/startup.h"
#include "probe/tracer.h"

/*
 * Load and attach what the plan says, and correct the plan where the kernel refuses. config is
 * taken as given. The time that each phase takes is added to startup. The gate stays closed, so
 * nothing is recorded before tracer__set_gate(). Return NULL on failure, which has been explained
 * on standard error.
 */
struct tracer *tracer__attach(struct plan *plan, const struct config *config,
			      const struct load_options *options, struct startup *startup);

/*
 * Attach the programs that observe no stage: those for modules and, as config asks for them,
 * those for a COMMAND's processes and for tasks that wait in accept(). Pass the cgroups to filter
 * by to the programs: config.filter.nr_cgroups descriptors, which the caller may close afterwards.
 * Return -1 on failure, explained.
 */
int tracer__attach_events(struct tracer *tracer, const struct plan *plan, const int *cgroup_fds);

/*
 * Attach one more probe while the trace runs, because a module has brought or replaced its
 * function. The plan says afterwards whether that worked.
 */
void tracer__attach_more(struct tracer *tracer, struct plan *plan, int probe);

/* Detach and unload everything. tracer may be NULL. */
void tracer__detach(struct tracer *tracer);

#endif /* PROBE_ATTACH_H */
