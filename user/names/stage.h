/* SPDX-License-Identifier: GPL-2.0 */
/* What the front end knows of each stage: the table bpf/stages.def as data. */
#ifndef NAMES_STAGE_H
#define NAMES_STAGE_H

#include <stdbool.h>
#include <linux/types.h>

#include "names/way_in.h"
#include "shared/stages.h"

#define STAGE_NONE (-1)

struct stage_info {
	const char *id;		/* "SYS_SOCKET": its BPF programs are enter_<id> and exit_<id> */
	const char *name;	/* the kernel function: "__sys_socket"; see plan__function() */
	const char *other_name; /* the same on other kernels, or NULL */
	enum via via;		/* VIA_NONE unless it is an outermost stage */
	enum stage_returns returns;
	__s32 least_success; /* a call that returned less has failed: see stage__has_failed() */
	__u8 arguments;	     /* how many it takes, or ARGUMENTS_VARY */
	__u64 parents;	     /* STAGE_BIT()s as declared; see plan__parents() for those in force */
	/*
	 * The sibling after whose successful return the span is taken to run where the function
	 * cannot be probed, or STAGE_NONE.
	 */
	int reconstructed_after;
	enum stage_detail detail;
	const char *phrase; /* what the function does, without a final stop */
};

extern const struct stage_info stages[NR_STAGES];

/* Whether a call has failed that returned ret: an integer, or enum pointer_result. */
static inline bool stage__has_failed(enum stage stage, __s32 ret)
{
	return ret < stages[stage].least_success;
}

/* STAGE_BIT()s of those with reconstructed_after. */
extern const __u64 stages_reconstructible;

#endif /* NAMES_STAGE_H */
