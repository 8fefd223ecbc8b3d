/* SPDX-License-Identifier: GPL-2.0 */
/* What the tool can be asked to do. One file a verb; verbs.c picks among them. */
#ifndef VERBS_VERBS_H
#define VERBS_VERBS_H

#include "options/options.h"

/*
 * Does what the command line asks for: options->verb. Returns an exit status: 0, that of the
 * COMMAND, or 1 for a failure that has been explained.
 */
int verbs__run(const struct options *options);

#endif /* VERBS_VERBS_H */
