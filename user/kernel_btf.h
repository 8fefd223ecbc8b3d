/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's BTF says of what can be observed, and how. */
#ifndef KERNEL_BTF_H
#define KERNEL_BTF_H

#include <linux/types.h>
#include <stdbool.h>

struct kernel_btf {
	__u64 stages;	      /* STAGE_BIT()s of the stages whose functions the BTF has */
	bool fprobe_per_task; /* see struct plan_facts */
};

/*
 * Reads the facts. path is a file, or NULL for the kernel's own BTF. 0, or -1 if it cannot be read,
 * which has been explained on standard error.
 */
int kernel_btf__read(const char *path, struct kernel_btf *facts);

#endif /* KERNEL_BTF_H */
