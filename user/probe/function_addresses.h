/* SPDX-License-Identifier: GPL-2.0 */
/* Where the kernel has its functions. Addresses serve to attach, and must never be shown. */
#ifndef PROBE_FUNCTION_ADDRESSES_H
#define PROBE_FUNCTION_ADDRESSES_H

#include <stdbool.h>
#include <linux/types.h>

/*
 * Look up the addresses of nr functions. Return whether all were found. That takes
 * FEATURE_KALLSYMS_LOOKUP and the right to see addresses (CAP_SYSLOG, kernel.kptr_restrict).
 */
bool function_addresses__find(const char *const *functions, __u64 *addresses, __u32 nr);

#endif /* PROBE_FUNCTION_ADDRESSES_H */
