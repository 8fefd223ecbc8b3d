// SPDX-License-Identifier: GPL-2.0
/*
 * The rules are read off the kernel's sources: net/socket.c, and the create functions in
 * net/ipv4/af_inet.c, net/ipv6/af_inet6.c, net/packet/af_packet.c and so on, from 5.10 to 7.2.
 */
#include "why.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "call.h"
#include "names.h"

#define ANY_ERROR 0

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* Where and when a sentence is true. */
struct rule {
	enum stage stage;
	int error; /* positive, or ANY_ERROR */
	bool (*applies)(const struct tree *tree, int span);
	const char *reason;
};

static const struct span *find_child(const struct tree *tree, int span, enum stage stage)
{
	int child;

	for (child = tree->spans[span].first_child; child != TREE_NO_SPAN;
	     child = tree->spans[child].next_sibling) {
		if (tree->spans[child].stage == stage)
			return &tree->spans[child];
	}
	return NULL;
}

static bool succeeded(const struct tree *tree, int span, enum stage stage)
{
	const struct span *child = find_child(tree, span, stage);

	return child && child->complete && !child->failed;
}

static bool always(const struct tree *tree, int span)
{
	(void)tree;
	(void)span;
	return true;
}

/* Before it has called anything, but for modules that it had loaded. */
static bool at_once(const struct tree *tree, int span)
{
	int child;

	for (child = tree->spans[span].first_child; child != TREE_NO_SPAN;
	     child = tree->spans[child].next_sibling) {
		if (tree->spans[child].stage != STAGE_REQUEST_MODULE)
			return false;
	}
	return true;
}

static int type_of(const struct tree *tree)
{
	return tree->record->type & TYPE_MASK;
}

/* The family whose create function it is: another than the creation's where one is in another. */
static int family_of(const struct tree *tree, int span)
{
	return tree->spans[span].family;
}

static bool is_inet(const struct tree *tree, int span)
{
	return family_of(tree, span) == AF_INET || family_of(tree, span) == AF_INET6;
}

static bool of_raw_before_sock(const struct tree *tree, int span)
{
	return is_inet(tree, span) && type_of(tree) == SOCK_RAW && at_once(tree, span);
}

static bool of_packet_at_once(const struct tree *tree, int span)
{
	return family_of(tree, span) == AF_PACKET && at_once(tree, span);
}

static bool of_xdp_at_once(const struct tree *tree, int span)
{
	return family_of(tree, span) == AF_XDP && at_once(tree, span);
}

static bool of_key_at_once(const struct tree *tree, int span)
{
	return family_of(tree, span) == AF_KEY && at_once(tree, span);
}

static bool of_inet_at_once(const struct tree *tree, int span)
{
	return is_inet(tree, span) && at_once(tree, span);
}

static bool of_ping(const struct tree *tree, int span)
{
	return is_inet(tree, span) && type_of(tree) == SOCK_DGRAM &&
	       (tree->record->protocol == IPPROTO_ICMP ||
		tree->record->protocol == IPPROTO_ICMPV6) &&
	       succeeded(tree, span, STAGE_SK_ALLOC);
}

static bool of_mptcp(const struct tree *tree, int span)
{
	return is_inet(tree, span) && tree->record->protocol == IPPROTO_MPTCP;
}

/*
 * What is left at the end of inet_create() and inet6_create() is the cgroup's program, where the
 * protocol's own functions can't have failed: they were seen not to, or always return 0.
 */
static bool of_inet_after_protocol(const struct tree *tree, int span)
{
	if (!is_inet(tree, span) || !succeeded(tree, span, STAGE_SK_ALLOC) ||
	    !find_child(tree, span, STAGE_SOCK_INIT_DATA))
		return false;
	if (type_of(tree) == SOCK_RAW)
		return true;
	if (type_of(tree) == SOCK_DGRAM)
		return tree->record->protocol == 0 || tree->record->protocol == IPPROTO_UDP;
	return type_of(tree) == SOCK_STREAM &&
	       (tree->record->protocol == 0 || tree->record->protocol == IPPROTO_TCP);
}

static bool before_family(const struct tree *tree, int span)
{
	return !find_child(tree, span, STAGE_FAMILY_CREATE) &&
	       find_child(tree, span, STAGE_SOCK_ALLOC);
}

/* What follows a create function that succeeded is only the security modules' second hook. */
static bool after_family(const struct tree *tree, int span)
{
	return succeeded(tree, span, STAGE_FAMILY_CREATE) &&
	       !find_child(tree, span, STAGE_SECURITY_SOCKET_POST_CREATE);
}

static bool without_first_socket(const struct tree *tree, int span)
{
	return !find_child(tree, span, STAGE_SOCK_CREATE);
}

/* Of accept(): before it has taken the descriptor of the new socket, or right then. */
static bool without_file(const struct tree *tree, int span)
{
	return !find_child(tree, span, STAGE_DO_ACCEPT) &&
	       !find_child(tree, span, STAGE_GET_UNUSED_FD_FLAGS);
}

static bool after_both_sockets(const struct tree *tree, int span)
{
	(void)span;
	return tree->record->nr_sockets == WIRE_MAX_SOCKETS;
}

#define NO_DESCRIPTOR  "no descriptor is left"
#define DENIED_BY_LSM  "a security module (LSM) denied it"
#define BAD_FLAGS      "the type has bits that are neither a type's nor known flags"
#define NOT_LISTENING  "the socket does not listen, or not any more"
#define NO_CONNECTIONS "sockets of this type accept no connections"
#define NO_FILE	       "the system has no open file left (fs.file-max)"

/* The first that holds. */
static const struct rule rules[] = {
	{ STAGE_SYS_SOCKET, EINVAL, at_once, BAD_FLAGS },
	{ STAGE_SYS_SOCKETPAIR, EINVAL, at_once, BAD_FLAGS },
	{ STAGE_SYS_SOCKET_FILE, EINVAL, at_once, BAD_FLAGS },
	{ STAGE_SYS_SOCKETPAIR, EMFILE, without_first_socket, NO_DESCRIPTOR },
	{ STAGE_SYS_ACCEPT4, EMFILE, without_file, NO_DESCRIPTOR },
	{ STAGE_SYS_ACCEPT4, EBADF, without_file,
	  "the descriptor is not open, or was opened with O_PATH" },
	{ STAGE_DO_ACCEPT, ENOTSOCK, at_once, "the descriptor is not a socket" },
	{ STAGE_SECURITY_SOCKET_ACCEPT, ANY_ERROR, always, DENIED_BY_LSM },
	{ STAGE_SYS_ACCEPT4, EINVAL, without_file,
	  "the flags have bits that are neither SOCK_CLOEXEC nor SOCK_NONBLOCK" },
	{ STAGE_INET_CSK_ACCEPT, EINVAL, always, NOT_LISTENING },
	{ STAGE_INET_ACCEPT, EINVAL, always, NOT_LISTENING },
	{ STAGE_UNIX_ACCEPT, EINVAL, always, NOT_LISTENING },
	{ STAGE_UNIX_ACCEPT, EOPNOTSUPP, always, NO_CONNECTIONS },
	{ STAGE_DO_ACCEPT, EOPNOTSUPP, always, NO_CONNECTIONS },
	{ STAGE_SYS_SOCKETPAIR, EFAULT, without_first_socket,
	  "the array for the descriptors can't be written to" },
	{ STAGE_SYS_SOCKETPAIR, EOPNOTSUPP, after_both_sockets,
	  "the family makes no pairs of sockets of this type" },
	{ STAGE_SOCK_MAP_FD, EMFILE, always, NO_DESCRIPTOR },
	{ STAGE_GET_UNUSED_FD_FLAGS, EMFILE, always, NO_DESCRIPTOR },
	{ STAGE_SOCK_ALLOC_FILE, ENFILE, always, NO_FILE },
	{ STAGE_ALLOC_FILE_PSEUDO, ENFILE, always, NO_FILE },
	{ STAGE_SOCK_ALLOC_FILE, ENOMEM, always, "no memory for the file" },
	{ STAGE_ALLOC_FILE_PSEUDO, ENOMEM, always, "no memory for the file" },
	{ STAGE_SOCK_CREATE, EAFNOSUPPORT, at_once, "there is no family of this number" },
	{ STAGE_SOCK_CREATE, EAFNOSUPPORT, before_family, "the family is not registered" },
	{ STAGE_SOCK_CREATE, EINVAL, at_once, "there is no type of this number" },
	{ STAGE_SOCK_CREATE, EPERM, after_family, DENIED_BY_LSM " when it was made" },
	{ STAGE_SOCK_CREATE, EACCES, after_family, DENIED_BY_LSM " when it was made" },
	{ STAGE_SECURITY_SOCKET_CREATE, ANY_ERROR, always, DENIED_BY_LSM },
	{ STAGE_SECURITY_SOCKET_POST_CREATE, ANY_ERROR, always, DENIED_BY_LSM " when it was made" },
	{ STAGE_SOCK_ALLOC, ANY_ERROR, always, "no memory for the socket and its inode" },
	{ STAGE_SK_ALLOC, ANY_ERROR, always,
	  "no memory for the sock, or a security module (LSM) refused its part of it" },
	{ STAGE_FAMILY_CREATE, EPERM, of_raw_before_sock,
	  "raw sockets need CAP_NET_RAW over the network namespace" },
	{ STAGE_FAMILY_CREATE, EPERM, of_packet_at_once,
	  "packet sockets need CAP_NET_RAW over the network namespace" },
	{ STAGE_FAMILY_CREATE, EPERM, of_xdp_at_once,
	  "AF_XDP sockets need CAP_NET_RAW over the network namespace" },
	{ STAGE_FAMILY_CREATE, EPERM, of_key_at_once,
	  "AF_KEY sockets need CAP_NET_ADMIN over the network namespace" },
	{ STAGE_FAMILY_CREATE, EINVAL, of_inet_at_once, "there is no protocol of this number" },
	{ STAGE_FAMILY_CREATE, EACCES, of_ping,
	  "the group may not use ping sockets (net.ipv4.ping_group_range)" },
	{ STAGE_PING_INIT_SOCK, EACCES, always,
	  "the group may not use ping sockets (net.ipv4.ping_group_range)" },
	{ STAGE_FAMILY_CREATE, ENOPROTOOPT, of_mptcp,
	  "MPTCP is switched off in the network namespace (net.mptcp.enabled)" },
	{ STAGE_MPTCP_INIT_SOCK, ENOPROTOOPT, always,
	  "MPTCP is switched off in the network namespace (net.mptcp.enabled)" },
	{ STAGE_FAMILY_CREATE, ANY_ERROR, of_inet_after_protocol,
	  "a BPF program of the cgroup (cgroup/sock_create) denied it" },
	{ STAGE_FAMILY_CREATE, ESOCKTNOSUPPORT, at_once, "the family has no such type" },
	{ STAGE_FAMILY_CREATE, EPROTONOSUPPORT, at_once,
	  "the family has no such protocol for this type" },
};

/* Whether a call has the same error as its caller, or a NULL that became the caller's error. */
static bool has_error(const struct span *span, __s32 error)
{
	if (!span->failed || span->stage == STAGE_REQUEST_MODULE)
		return false;
	if (stages[span->stage].returns == RETURNS_POINTER && span->ret == POINTER_NULL)
		return true;
	return span->ret == error;
}

/* The last call of a span that has the error, or TREE_NO_SPAN. */
static int find_cause(const struct tree *tree, int span, __s32 error)
{
	int cause = TREE_NO_SPAN;
	int child;

	for (child = tree->spans[span].first_child; child != TREE_NO_SPAN;
	     child = tree->spans[child].next_sibling) {
		if (has_error(&tree->spans[child], error))
			cause = child;
	}
	return cause;
}

int why__span(const struct tree *tree)
{
	__s32 error = tree->record->ret;
	int span = 0;
	int cause;

	if (!tree->spans[0].complete || error >= 0)
		return TREE_NO_SPAN;
	while ((cause = find_cause(tree, span, error)) != TREE_NO_SPAN)
		span = cause;
	return span;
}

/* Whether it is part of a creation within the creation: what was asked for says nothing of that. */
static bool is_nested(const struct tree *tree, int span)
{
	int creations = 0;

	for (; span != TREE_NO_SPAN; span = tree->spans[span].parent)
		creations += tree->spans[span].stage == STAGE_SOCK_CREATE;
	return creations > 1;
}

static const struct rule *find_rule(const struct tree *tree, int span)
{
	int error = call__error(tree->record->ret);
	size_t i;

	if (is_nested(tree, span))
		return NULL;
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct rule *rule = &rules[i];

		if (rule->stage == tree->spans[span].stage &&
		    (rule->error == error || rule->error == ANY_ERROR) && rule->applies(tree, span))
			return rule;
	}
	return NULL;
}

/* "; no module net-pf-2-proto-99-type-1, net-pf-2-proto-99 brought it": what was tried. */
static void add_modules(struct buffer *buffer, const struct wire_record *record)
{
	const struct wire_module *modules = wire_record__modules(record);
	int i;

	for (i = 0; i < record->nr_modules; i++) {
		buffer__add_string(buffer, i ? ", " : "; no module ");
		buffer__add(buffer, modules[i].name, strnlen(modules[i].name, WIRE_MODULE_LEN));
	}
	if (i)
		buffer__add_string(buffer, " brought it");
}

/* The errors of what a module could have brought. */
static bool is_missing(int error)
{
	return error == EAFNOSUPPORT || error == ESOCKTNOSUPPORT || error == EPROTONOSUPPORT;
}

void why__add_reason(struct buffer *buffer, const struct tree *tree, int span)
{
	const struct rule *rule = find_rule(tree, span);

	if (!rule)
		return;
	buffer__add_string(buffer, rule->reason);
	if (!strcmp(rule->reason, NO_DESCRIPTOR) && tree->record->descriptor_limit) {
		buffer__add_string(buffer, ": the limit (RLIMIT_NOFILE) is ");
		buffer__add_u64(buffer, tree->record->descriptor_limit);
	}
	if (is_missing(call__error(tree->record->ret)))
		add_modules(buffer, tree->record);
}
