// SPDX-License-Identifier: GPL-2.0
#include "names/uid.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#ifdef STATIC_BUILD

/*
 * In a static binary, getpwnam() would load shared libraries, and work only with those of the very
 * C library that the binary was built with.
 */
bool user__find(const char *name, __u32 *uid)
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *user = NULL;

	if (!file)
		return false;
	do {
		user = fgetpwent(file);
	} while (user && strcmp(user->pw_name, name));
	if (user)
		*uid = user->pw_uid;
	fclose(file);
	return user;
}

#else

bool user__find(const char *name, __u32 *uid)
{
	const struct passwd *user = getpwnam(name);

	if (user)
		*uid = user->pw_uid;
	return user;
}

#endif
