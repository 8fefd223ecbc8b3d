/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's BTF says of what can be observed, and how. */
#ifndef KERNEL_BTF_H
#define KERNEL_BTF_H

#include <linux/types.h>
#include <stdbool.h>

#include "stage.h"

#define KERNEL_BTF_MAX_ARGUMENTS 6 /* that the BPF programs can look behind */

struct kernel_btf {
	__u64 stages;	 /* STAGE_BIT()s of the stages whose functions the BTF has */
	__u64 renamed;	 /* STAGE_BIT()s of those of them that it has by their other name */
	__u64 no_fentry; /* STAGE_BIT()s of those that fentry can't observe: variadic ones */
	__u8 arguments[NR_STAGES]; /* how many each function takes */
	bool fprobe_per_task;	   /* see struct plan_facts */
};

/*
 * Reads the facts. path is a file, or NULL for the kernel's own BTF. 0, or -1 if it cannot be read,
 * which has been explained on standard error.
 */
int kernel_btf__read(const char *path, struct kernel_btf *facts);

#endif /* KERNEL_BTF_H */
