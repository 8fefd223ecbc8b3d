// SPDX-License-Identifier: GPL-2.0
#include "trace/seccomp_watch.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kernel/boot_clock.h"
#include "kernel/seccomp_mode.h"
#include "probe/seccomp_programs.h"
#include "text/log.h"

#define TASKS_AT_A_TIME	     1024 /* looked at in one go, which takes some 30 ms */
#define PROCESSES_OF_COMMAND 256

/* What is found of several: a filter counts more than what is not known, and that than none. */
static enum seccomp_finding worse(enum seccomp_finding one, enum seccomp_finding other)
{
	if (one == SECCOMP_FOUND || other == SECCOMP_FOUND)
		return SECCOMP_FOUND;
	return one == SECCOMP_UNKNOWN ? one : other;
}

static enum seccomp_finding find_in_command(const struct seccomp_watch *watch, int *budget)
{
	enum seccomp_finding found = SECCOMP_FOUND_NONE;
	__u32 pids[PROCESSES_OF_COMMAND];
	int i, nr = tracer__list_command(watch->tracer, pids, PROCESSES_OF_COMMAND);

	if (nr < 0 || (nr && !watch->initial_pid_namespace))
		return SECCOMP_UNKNOWN;
	for (i = 0; i < nr && found != SECCOMP_FOUND; i++)
		found = worse(found, seccomp_mode__of_process(pids[i], budget));
	return found;
}

static enum seccomp_finding find_filters(struct seccomp_watch *watch)
{
	const struct selection *selection = watch->selection;
	const struct filter *filter = &selection->filter;
	enum seccomp_finding found = SECCOMP_FOUND_NONE;
	int budget = TASKS_AT_A_TIME;
	__u32 i;

	for (i = 0; i < filter->pids.nr; i++)
		found = worse(found, seccomp_mode__of_process(filter->pids.values[i], &budget));
	for (i = 0; i < filter->tids.nr; i++)
		found = worse(found, seccomp_mode__of_thread(filter->tids.values[i], &budget));
	for (i = 0; i < filter->nr_cgroups; i++)
		found = worse(found, seccomp_mode__of_cgroup(selection->cgroups[i], &budget));
	/* Those of a COMMAND do not count: their filters are noticed as they come, or why_unknown()
	 * says that they are not. */
	watch->missed_tasks |= found == SECCOMP_UNKNOWN;
	if (selection->command)
		found = worse(found, find_in_command(watch, &budget));
	return found;
}

/* A COMMAND that has not started yet will have the filters of this process. */
static enum seccomp_finding find_filters_at_first(struct seccomp_watch *watch)
{
	int budget = 1;

	if (watch->selection->command)
		return seccomp_mode__of_thread((__u32)getpid(), &budget);
	return find_filters(watch);
}

static void attach(struct seccomp_watch *watch)
{
	watch->had_filter = true;
	if (watch->attached || watch->error)
		return;
	watch->error = -seccomp_programs__attach(watch->tracer);
	watch->attached = !watch->error;
	watch->was_attached |= watch->attached;
	if (watch->error)
		log_verbose("what seccomp refuses cannot be watched: %s", strerror(watch->error));
}

static const char *explain(int error)
{
	return error == ENOENT || error == ENOTSUP || error == 524 /* the kernel's ENOTSUPP */
		       ? "the kernel cannot observe __seccomp_filter() by fentry"
		       : strerror(error);
}

static int begin_always(struct seccomp_watch *watch)
{
	int error = -seccomp_programs__attach(watch->tracer);

	if (error) {
		log_error("--seccomp: refused calls cannot be observed: %s", explain(error));
		return -1;
	}
	watch->attached = watch->was_attached = true;
	if (!seccomp_programs__see_kills(watch->tracer))
		log_warning("--seccomp: threads that are killed one by one are not seen, since the "
			    "kernel has no audit_seccomp()");
	else if (!seccomp_mode__logs_kills())
		log_warning("--seccomp: not all calls that kill are seen, since "
			    "kernel.seccomp.actions_logged does not have kill_process and "
			    "kill_thread");
	return 0;
}

int seccomp_watch__begin(struct seccomp_watch *watch, struct tracer *tracer,
			 const struct selection *selection, bool initial_pid_namespace)
{
	int error;

	watch->selection = selection;
	watch->tracer = tracer;
	watch->initial_pid_namespace = initial_pid_namespace;
	if (selection->seccomp)
		return begin_always(watch);
	watch->automatic = selection__may_watch_seccomp(selection);
	if (!watch->automatic)
		return 0;
	error = -seccomp_programs__attach_install(tracer);
	watch->sees_installs = !error;
	if (error)
		log_verbose("do_seccomp cannot be observed: %s", strerror(error));
	watch->checked_ns = boot_clock__ns(&watch->tracer->clock);
	if (find_filters_at_first(watch) == SECCOMP_FOUND)
		attach(watch);
	return 0;
}

void seccomp_watch__update(struct seccomp_watch *watch)
{
	__u64 installed_ns;

	if (!watch->automatic || watch->attached || watch->error)
		return;
	installed_ns = tracer__state(watch->tracer)->seccomp_installed_ns;
	if (!installed_ns)
		return;
	attach(watch);
	if (watch->attached)
		watch->gap_ns += boot_clock__ns(&watch->tracer->clock) - installed_ns;
}

/* Stop, and have the next filter noticed. It is looked for once more, lest one came meanwhile. */
static void stop(struct seccomp_watch *watch)
{
	tracer__state(watch->tracer)->seccomp_installed_ns = 0;
	if (find_filters(watch) != SECCOMP_FOUND_NONE)
		return;
	seccomp_programs__detach(watch->tracer);
	watch->attached = false;
}

void seccomp_watch__tick(struct seccomp_watch *watch)
{
	__u64 since_ns = watch->checked_ns;

	if (!watch->automatic || watch->error)
		return;
	/* What is seen when it happens need not be looked for. */
	if (!watch->attached && watch->sees_installs && !watch->selection->filter.nr_cgroups)
		return;
	watch->checked_ns = boot_clock__ns(&watch->tracer->clock);
	switch (find_filters(watch)) {
	case SECCOMP_FOUND:
		if (watch->attached)
			break;
		attach(watch);
		if (watch->attached)
			watch->gap_ns += boot_clock__ns(&watch->tracer->clock) - since_ns;
		break;
	case SECCOMP_FOUND_NONE:
		if (watch->attached)
			stop(watch);
		break;
	case SECCOMP_UNKNOWN:
		break;
	}
}

static const char *why_unknown(const struct seccomp_watch *watch)
{
	if (watch->selection->command && !watch->sees_installs)
		return "do_seccomp() cannot be observed, so filters that COMMAND installs are not "
		       "noticed at once";
	return watch->missed_tasks ? "not all processes and threads could be looked at" : NULL;
}

void seccomp_watch__end(struct seccomp_watch *watch, struct trace_account *account)
{
	if (!watch->automatic)
		return;
	account->seccomp_gap_ns = watch->gap_ns;
	if (watch->was_attached)
		return;
	if (!watch->had_filter)
		watch->had_filter = tracer__state(watch->tracer)->seccomp_installed_ns ||
				    find_filters(watch) == SECCOMP_FOUND;
	if (watch->had_filter)
		account->seccomp_unwatched =
			watch->error ? explain(watch->error)
				     : "the filter was found only when the trace ended";
	else
		account->seccomp_unknown = why_unknown(watch);
}
