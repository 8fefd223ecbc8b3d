/* SPDX-License-Identifier: GPL-2.0 */
/* Looks up users by name. */
#ifndef NAMES_UID_H
#define NAMES_UID_H

#include <stdbool.h>
#include <linux/types.h>

/*
 * Find the uid of a user, as the system is configured to look up users (getpwnam(3)). A static
 * build only knows /etc/passwd. Return true and set *uid if there is such a user.
 */
bool user__find(const char *name, __u32 *uid);

#endif /* NAMES_UID_H */
