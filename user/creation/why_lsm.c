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

/* Return whether the module's own hook was seen to agree. */
static bool has_agreed(const struct tree *tree, int span, const char *name, size_t size)
{
	int child;

	for (child = tree->spans[span].first_child; child != TREE_NO_SPAN;
	     child = tree->spans[child].next_sibling) {
		const struct span *hook = &tree->spans[child];

		if (hook->complete && !hook->failed && stage__is_hook_of(hook->stage, name, size))
			return true;
	}
	return false;
}

/* Write where more can be learnt of a refusal by BPF programs, or by one of the others. */
static char *put_places(char *at, bool bpf, bool others)
{
	if (others)
		at = put__string(at, "; the audit log, or else dmesg, may say why");
	if (bpf)
		at = put__string(at, "; BPF programs are listed by bpftool prog");
	return at;
}

static char *put_module(char *at, enum stage hook)
{
	size_t size = stage__module_length(hook);
	bool bpf = is_named(stages[hook].name, size, "bpf");

	at = put__string(at, ": ");
	at = put__bytes(at, stages[hook].name, size);
	return put_places(at, bpf, !bpf);
}

char *why_lsm__put_suspects(char *at, const struct tree *tree, int span)
{
	const char *active = tree->security_modules;
	bool bpf = false, others = false;
	size_t size, listed = 0;

	if (stages_lsm & STAGE_BIT(tree->spans[span].stage))
		return put_module(at, tree->spans[span].stage);
	for (; active && *active; active += size + (active[size] == ',')) {
		size = strcspn(active, ",");
		if (!can_refuse(active, size) || listed + size > MAX_LIST ||
		    has_agreed(tree, span, active, size))
			continue;
		at = put__string(at, listed ? " or " : ": ");
		at = put__bytes(at, active, size);
		listed += size;
		if (is_named(active, size, "bpf"))
			bpf = true;
		else
			others = true;
	}
	return put_places(at, bpf, others);
}
