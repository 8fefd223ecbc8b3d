/* SPDX-License-Identifier: GPL-2.0 */
/* Loading the BPF programs and attaching them as planned. */
#ifndef PROBE_ATTACH_H
#define PROBE_ATTACH_H

#include "probe/startup.h"
#include "probe/tracer.h"

/*
 * Loads and attaches what the plan says, and corrects the plan where the kernel refuses. config is
 * taken as given; to startup it is added what the phases take. The gate is closed: nothing is
 * recorded before tracer__set_gate(). NULL on failure, which has been explained on standard error.
 */
struct tracer *tracer__attach(struct plan *plan, const struct config *config,
			      const struct load_options *options, struct startup *startup);

/*
 * Attaches what observes no stage: the events in the life of modules, and as config asks for them
 * of a COMMAND's processes and of tasks that wait in accept(). Hands the programs the cgroups to
 * filter by, config.filter.nr_cgroups descriptors that may be closed then. -1 on failure,
 * explained.
 */
int tracer__attach_events(struct tracer *tracer, const struct plan *plan, const int *cgroup_fds);

/*
 * Attaches one more probe while the trace runs: its function has come, or been replaced, with a
 * module. The plan says afterwards whether it could be.
 */
void tracer__attach_more(struct tracer *tracer, struct plan *plan, int probe);

/* Detaches and unloads everything. tracer may be NULL. */
void tracer__detach(struct tracer *tracer);

#endif /* PROBE_ATTACH_H */
