// SPDX-License-Identifier: GPL-2.0
#include "creation/why.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "creation/why_lsm.h"
#include "creation/why_modules.h"
#include "creation/why_rules.h"
#include "text/put.h"

/*
 * Return whether a call's error can be the cause of its caller's error: they are equal, or one of
 * the two returned NULL, which carries no error number.
 */
static bool has_error_of(const struct span *span, const struct span *caller)
{
	if (!span->failed || span->stage == STAGE_REQUEST_MODULE)
		return false;
	return span->ret >= 0 || caller->ret >= 0 || span->ret == caller->ret;
}

/* Return the last child of a span that can have caused its error, or TREE_NO_SPAN. */
static int find_cause(const struct tree *tree, int span)
{
	int cause = TREE_NO_SPAN;
	int child;

	for (child = tree->spans[span].first_child; child != TREE_NO_SPAN;
	     child = tree->spans[child].next_sibling) {
		if (has_error_of(&tree->spans[child], &tree->spans[span]))
			cause = child;
	}
	return cause;
}

int why__span(const struct tree *tree)
{
	int span = 0;
	int cause;

	if (!tree__has_failed(tree))
		return TREE_NO_SPAN;
	while ((cause = find_cause(tree, span)) != TREE_NO_SPAN)
		span = cause;
	return span;
}

/* Write ": the limit (RLIMIT_NOFILE) is 64" with the limit that was reached, if that is known. */
static char *put_descriptor_limit(char *at, const struct tree *tree)
{
	bool nr_open = tree->record->flags & WIRE_NR_OPEN_REACHED;
	__u64 limit = nr_open ? tree->nr_open : tree->record->descriptor_limit;

	/* If it is above the process's limit, fs.nr_open has been raised since. */
	if (!limit || limit > tree->record->descriptor_limit)
		return at;
	at = put__string(at, ": the limit (");
	at = put__string(at, nr_open ? "fs.nr_open" : "RLIMIT_NOFILE");
	at = put__string(at, ") is ");
	return put__u64(at, limit);
}

/* Return whether a module could have prevented the error. */
static bool is_missing(int error)
{
	return error == EAFNOSUPPORT || error == ESOCKTNOSUPPORT || error == EPROTONOSUPPORT;
}

char *why__put_reason(char *at, const struct tree *tree, int span)
{
	const struct rule *rule;
	int interrupted;

	if (tree->record->refusal)
		return refusal__put(at, tree->record);
	rule = why_rules__find(tree, span);
	if (!rule)
		return at;
	if (rule->stage == STAGE_SOCK_CREATE && !strcmp(rule->reason, NOT_REGISTERED) &&
	    tree->record->family == AF_INET6 && tree->ipv6_is_off)
		return put__string(at, "IPv6 is switched off (ipv6.disable=1)");
	interrupted = is_missing(why_rules__error(tree, span))
			      ? why_modules__interrupted(tree, span)
			      : -1;
	if (interrupted >= 0)
		return why_modules__put_interrupted(at, tree, interrupted);
	at = put__string(at, rule->reason);
	if (!strncmp(rule->reason, DENIED_BY_LSM, strlen(DENIED_BY_LSM)))
		at = why_lsm__put_suspects(at, tree, span);
	if (!strcmp(rule->reason, NO_DESCRIPTOR))
		at = put_descriptor_limit(at, tree);
	if (is_missing(why_rules__error(tree, span)))
		at = why_modules__put_missing(at, tree, span);
	return at;
}
