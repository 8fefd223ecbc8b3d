/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's BTF says of the stages. */
#ifndef KERNEL_BTF_H
#define KERNEL_BTF_H

#include <linux/types.h>

/*
 * Which stages' functions the BTF has, as STAGE_BIT()s in *found. btf is a file, or NULL for the
 * kernel's own. 0, or -1 if it cannot be read, which has been explained on standard error.
 */
int kernel_btf__stages(const char *btf, __u64 *found);

#endif /* KERNEL_BTF_H */
