/* SPDX-License-Identifier: GPL-2.0 */
/* Users by name. */
#ifndef NAMES_UID_H
#define NAMES_UID_H

#include <stdbool.h>
#include <linux/types.h>

/*
 * The uid of a user, looked up as the system is configured to (getpwnam(3)); a static build knows
 * only /etc/passwd. True and *uid if there is such a user.
 */
bool user__find(const char *name, __u32 *uid);

#endif /* NAMES_UID_H */
