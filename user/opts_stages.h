/* SPDX-License-Identifier: GPL-2.0 */
/* Which stages are to be observed: --detail and --stages. */
#ifndef OPTS_STAGES_H
#define OPTS_STAGES_H

#include "opts.h"

/* The stages of a level of detail, as STAGE_BIT()s. */
__u64 opts_stages__up_to(enum stage_detail detail);

/* Those of accept(), which are of no level. */
__u64 opts_stages__of_accept(void);

/*
 * Picks those of accept(): all of them, or if some are picked already only its system calls, which
 * are always observed, and what io_uring calls.
 */
void opts_stages__add_accept(struct options *options);

/* --detail LEVEL. Not OPTS_RUN if it is bad, which has been explained on standard error. */
enum opts_result opts_stages__set_detail(struct options *options, const char *level);

/*
 * --stages LIST: adds the stages of a comma-separated list of functions, "core" and "full". The
 * first list replaces what is observed by default; the ways into the kernel always are. Returns as
 * opts_stages__set_detail().
 */
enum opts_result opts_stages__add(struct options *options, const char *list);

#endif /* OPTS_STAGES_H */
