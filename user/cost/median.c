// SPDX-License-Identifier: GPL-2.0
#include "cost/median.h"

#include <stdlib.h>

static int compare(const void *one, const void *other)
{
	__u64 a = *(const __u64 *)one, b = *(const __u64 *)other;

	return a < b ? -1 : a > b;
}

__u64 median(__u64 *values, size_t nr)
{
	qsort(values, nr, sizeof(*values), compare);
	return values[nr / 2];
}
