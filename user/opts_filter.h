/* SPDX-License-Identifier: GPL-2.0 */
/* The values of the options that filter. */
#ifndef OPTS_FILTER_H
#define OPTS_FILTER_H

#include "opts.h"

enum filter_option {
	FILTER_PID,
	FILTER_TID,
	FILTER_UID,
	FILTER_COMM,
	FILTER_FAMILY,
	FILTER_TYPE,
	FILTER_PROTOCOL,
	FILTER_CGROUP,
	FILTER_NETNS,
};

/*
 * Adds the values of a comma-separated list ("\," is a comma, "\\" a backslash) to the filter that
 * option sets. Not OPTS_RUN if one of them is bad, which has been explained on standard error.
 */
enum opts_result opts_filter__add(struct options *options, enum filter_option option,
				  const char *list);

/* Whether the processes, threads and cgroups that were named exist; explains if not. */
enum opts_result opts_filter__check(const struct options *options);

void opts_filter__free(struct options *options);

#endif /* OPTS_FILTER_H */
