// SPDX-License-Identifier: GPL-2.0
#include "creation/why_lsm.h"

#include <stdbool.h>
#include <string.h>

#include "text/put.h"

#define MAX_LIST 512 /* bytes of names that are shown */

/* The modules without a hook of their own in the creation or the acceptance of sockets. */
static const char *const bystanders[] = {
	"capability", "evm",	  "ima",       "integrity", "ipe",  "landlock",
	"loadpin",    "lockdown", "safesetid", "tomoyo",    "yama",
};

static bool is_named(const char *name, size_t size, const char *other)
{
	return strlen(other) == size && !memcmp(name, other, size);
}

static bool can_refuse(const char *name, size_t size)
{
	size_t i;

	for (i = 0; i < sizeof(bystanders) / sizeof(bystanders[0]); i++) {
		if (is_named(name, size, bystanders[i]))
			return false;
	}
	return size;
}

char *why_lsm__put_suspects(char *at, const char *active)
{
	bool bpf = false, others = false;
	size_t size, listed = 0;

	for (; active && *active; active += size + (active[size] == ',')) {
		size = strcspn(active, ",");
		if (!can_refuse(active, size) || listed + size > MAX_LIST)
			continue;
		at = put__string(at, listed ? " or " : ": ");
		at = put__bytes(at, active, size);
		listed += size;
		if (is_named(active, size, "bpf"))
			bpf = true;
		else
			others = true;
	}
	if (others)
		at = put__string(at, "; the audit log, or else dmesg, may say why");
	if (bpf)
		at = put__string(at, "; BPF programs are listed by bpftool prog");
	return at;
}
