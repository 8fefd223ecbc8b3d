/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When system calls that seccomp refuses are watched. Watching makes every system call of all tasks
 * that have a filter slower, so unless --seccomp asks for it, it is done only while a process of
 * the trace has a filter. A trace is of certain processes if it has a COMMAND or filters by them
 * (selection__is_of_processes()). That a process has a filter is seen when the trace begins, and
 * later when one of its tasks gets one. Where neither shows it, as of a process that comes into a
 * cgroup, it is looked for every few seconds.
 */
#ifndef TRACE_SECCOMP_WATCH_H
#define TRACE_SECCOMP_WATCH_H

#include <stdbool.h>

#include "creation/account.h"
#include "plan/selection.h"
#include "probe/tracer.h"

/* Zeroes are a valid object that watches nothing. */
struct seccomp_watch {
	const struct selection *selection;
	struct tracer *tracer;
	bool initial_pid_namespace; /* the processes of COMMAND are known by their numbers */
	bool automatic;		    /* begin and end as processes of the trace have filters */
	bool sees_installs;	    /* state.seccomp_installed_ns is set */
	bool attached;
	bool was_attached; /* at any time */
	bool had_filter;   /* a process of the trace has, or had, a filter */
	bool missed_tasks; /* at any time, not all that could have one could be looked at */
	int error;	   /* a positive errno: attaching has failed, and is not tried again */
	__u64 checked_ns;  /* when filters were looked for last, by the boot clock */
	__u64 gap_ns;	   /* how long filters were not watched, after processes had got them */
};

/*
 * Begin to watch, if that is asked for or needed at once. selection and tracer must outlive the
 * object. Return -1 after printing an error, where it was asked for and can't be done.
 */
int seccomp_watch__begin(struct seccomp_watch *watch, struct tracer *tracer,
			 const struct selection *selection, bool initial_pid_namespace);

/* Begin to watch if a task of the trace has got a filter. This costs next to nothing if not. */
void seccomp_watch__update(struct seccomp_watch *watch);

/* To be called every few seconds: look for filters, and stop watching where there are none. */
void seccomp_watch__tick(struct seccomp_watch *watch);

/* Complete the account: whether processes of the trace had filters that were not watched. */
void seccomp_watch__end(struct seccomp_watch *watch, struct trace_account *account);

#endif /* TRACE_SECCOMP_WATCH_H */
