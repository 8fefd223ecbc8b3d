/* SPDX-License-Identifier: GPL-2.0 */
/* Which stages are to be observed: --detail and --stages. */
#ifndef OPTIONS_STAGE_OPTIONS_H
#define OPTIONS_STAGE_OPTIONS_H

#include "options/options.h"

/* The stages of a level of detail, as STAGE_BIT()s. */
__u64 stage_options__up_to(enum stage_detail detail);

/* Those of accept(), which are of no level. */
__u64 stage_options__of_accept(void);

/*
 * Picks those of accept(): all of them, or if some are picked already only its system calls, which
 * are always observed, and what io_uring calls.
 */
void stage_options__add_accept(struct options *options);

/* --detail LEVEL. Not OPTIONS_RUN if it is bad, which has been explained on standard error. */
enum options_result stage_options__set_detail(struct options *options, const char *level);

/*
 * --stages LIST: adds the stages of a comma-separated list of functions, "core" and "full". The
 * first list replaces what is observed by default; the ways into the kernel always are. Returns as
 * stage_options__set_detail().
 */
enum options_result stage_options__add(struct options *options, const char *list);

#endif /* OPTIONS_STAGE_OPTIONS_H */
