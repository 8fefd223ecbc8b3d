/* SPDX-License-Identifier: GPL-2.0 */
/* The values of the options that filter. */
#ifndef OPTIONS_FILTER_OPTIONS_H
#define OPTIONS_FILTER_OPTIONS_H

#include "options/options.h"

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
 * option sets. Not OPTIONS_RUN if one of them is bad, which has been explained on standard error.
 */
enum options_result filter_options__add(struct options *options, enum filter_option option,
					const char *list);

/* Whether the processes, threads and cgroups that were named exist; explains if not. */
enum options_result filter_options__check(const struct options *options);

void filter_options__free(struct options *options);

#endif /* OPTIONS_FILTER_OPTIONS_H */
