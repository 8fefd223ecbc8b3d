/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the running kernel has of that in which kernels differ: the table bpf/shared/features.def,
 * found out.
 */
#ifndef KERNEL_FEATURES_H
#define KERNEL_FEATURES_H

#include <stdbool.h>

#include "kernel/host.h"
#include "kernel/kernel_btf.h"
#include "shared/features.h"

struct features {
	bool has[NR_FEATURES]; /* by enum feature */
};

struct btf;

/* List the NR_FEATURES types that tell what a kernel has; the caller finds their numbers. */
void features__list_types(struct kernel_btf_type *types);

/*
 * Find out what the kernel has: from its BTF (or a file in place of that), in which the types have
 * been found, and by loading small programs. What can't be found out for want of privileges counts
 * as missing.
 */
void features__read(struct features *features, const struct btf *btf,
		    const struct kernel_btf_type *types, const struct host *host);

/* List on standard error, with -v, what the kernel has and what it does not have. */
void features__log(const struct features *features);

#endif /* KERNEL_FEATURES_H */
