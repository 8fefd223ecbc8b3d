// SPDX-License-Identifier: GPL-2.0
#include "kernel/socket_flags.h"

#include <stdio.h>
#include <string.h>

#define REST_SIZE sizeof("|18446744073709551615")

/*
 * These were macros in include/linux/net.h. 6.16 (commit 0e81cfd971dc "af_unix: Move
 * SOCK_PASS{CRED,PIDFD,SEC} to struct sock.") removed some, gave their numbers to others, and made
 * the rest an enum, which BTF describes.
 */
const struct socket_flags socket_flags_before_6_16 = {
	.names = {
		[2] = "SOCK_NOSPACE",
		[3] = "SOCK_PASSCRED",
		[4] = "SOCK_PASSSEC",
		[5] = "SOCK_SUPPORT_ZC",
		[6] = "SOCK_CUSTOM_SOCKOPT",
		[7] = "SOCK_PASSPIDFD",
	},
};

void socket_flags__add(struct socket_flags *flags, __s64 bit, const char *name)
{
	/* The enum also has SOCKWQ_* in it, which are bits of the flags in struct socket_wq. */
	if (strncmp(name, "SOCK_", strlen("SOCK_")) != 0)
		return;
	if (bit < 0 || bit >= SOCKET_FLAGS_BITS || strlen(name) >= SOCKET_FLAGS_NAME_SIZE)
		return;
	strcpy(flags->names[bit], name);
}

void socket_flags__put(const struct socket_flags *flags, __u64 set, char *text, size_t size)
{
	size_t used = 0;
	int bit;

	text[0] = '\0';
	for (bit = 0; bit < SOCKET_FLAGS_BITS; bit++) {
		const char *name = flags->names[bit];

		if (!(set & 1ULL << bit) || !*name)
			continue;
		if (used + strlen("|") + strlen(name) + REST_SIZE > size)
			continue;
		used += snprintf(text + used, size - used, "%s%s", used ? "|" : "", name);
		set &= ~(1ULL << bit);
	}
	if (used && set)
		snprintf(text + used, size - used, "|%llu", set);
}
