/* SPDX-License-Identifier: GPL-2.0 */
/* What each option does: the columns of option.def and filters.def that say so. */
#ifndef OPTIONS_ACTIONS_H
#define OPTIONS_ACTIONS_H

#include "options/options.h"

/*
 * Does what an option says; value is NULL for one that takes none, and else may be kept. Not
 * OPTIONS_RUN if the value is bad, which has been explained on standard error.
 */
enum options_result option__apply(enum option_id option, struct options *options,
				  const char *value);

#endif /* OPTIONS_ACTIONS_H */
