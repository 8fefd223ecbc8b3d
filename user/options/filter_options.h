/* SPDX-License-Identifier: GPL-2.0 */
/* The options that filter: see filters.def. */
#ifndef OPTIONS_FILTER_OPTIONS_H
#define OPTIONS_FILTER_OPTIONS_H

#include "options/options.h"

/*
 * Does what a filter's option says. value is NULL where it takes none, or a comma-separated list
 * ("\," is a comma, "\\" a backslash), or one number. Not OPTIONS_RUN if it is bad, which has been
 * explained on standard error.
 */
enum options_result filter_options__add(struct options *options, enum option_id option,
					const char *value);

/* Whether the processes, threads and cgroups that were named exist; explains if not. */
enum options_result filter_options__check(const struct options *options);

void filter_options__free(struct options *options);

#endif /* OPTIONS_FILTER_OPTIONS_H */
