/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VERBS_LIST_STAGES_H
#define VERBS_LIST_STAGES_H

#include "options/options.h"

/* Prints the table of the functions that can be observed, and how each is on this kernel. Returns
 * as verbs__run(). */
int verb_list_stages(const struct options *options);

#endif /* VERBS_LIST_STAGES_H */
