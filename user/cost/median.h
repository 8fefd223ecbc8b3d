/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COST_MEDIAN_H
#define COST_MEDIAN_H

#include <linux/types.h>
#include <stddef.h>

/* The upper median of nr values, 1 or more, which it sorts. */
__u64 median(__u64 *values, size_t nr);

#endif /* COST_MEDIAN_H */
