// SPDX-License-Identifier: GPL-2.0
/*
 * The rules follow the kernel's sources: net/socket.c, and the create functions in
 * net/ipv4/af_inet.c, net/ipv6/af_inet6.c, net/packet/af_packet.c and so on, from 5.10 to 7.2.
 */
#include "creation/why_rules.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "creation/syscall_text.h"

#define ANY_ERROR 0

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

#define NEEDS(stage) STAGE_BIT(STAGE_##stage)

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

/*
 * Return whether the span called no stages at all, except to load modules, and what __sys_socket()
 * asks before it looks at its arguments.
 */
static bool at_once(const struct tree *tree, int span)
{
	int child;

	for (child = tree->spans[span].first_child; child != TREE_NO_SPAN;
	     child = tree->spans[child].next_sibling) {
		if (tree->spans[child].stage != STAGE_REQUEST_MODULE &&
		    tree->spans[child].stage != STAGE_UPDATE_SOCKET_PROTOCOL)
			return false;
	}
	return true;
}

static int type_of(const struct tree *tree)
{
	return tree->record->type & SOCKET_TYPE_MASK;
}

/*
 * Return the family whose create function the span is. It differs from the creation's family if one
 * family makes a socket of another.
 */
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

/* Families whose raw sockets need a capability, while others of theirs do not. */
static bool of_other_raw_at_once(const struct tree *tree, int span)
{
	switch (family_of(tree, span)) {
	case AF_APPLETALK:
	case AF_AX25:
	case AF_BLUETOOTH:
	case AF_IEEE802154:
	case AF_ISDN:
	case AF_NFC:
		return type_of(tree) == SOCK_RAW && at_once(tree, span);
	default:
		return false;
	}
}

/* Families that are not there in other network namespaces. */
static bool of_initial_namespace(const struct tree *tree, int span)
{
	switch (family_of(tree, span)) {
	case AF_APPLETALK:
	case AF_ATMPVC:
	case AF_ATMSVC:
	case AF_AX25:
	case AF_BLUETOOTH:
	case AF_IEEE802154:
	case AF_LLC:
	case AF_NETROM:
	case AF_NFC:
	case AF_QIPCRTR: /* not before 6.12 */
	case AF_ROSE:
	case AF_X25:
		return at_once(tree, span);
	default:
		return false;
	}
}

/* The create function refuses all sockets then, since 7.3. */
static bool of_alg_at_once(const struct tree *tree, int span)
{
	return family_of(tree, span) == AF_ALG && at_once(tree, span);
}

static bool of_atm_at_once(const struct tree *tree, int span)
{
	int family = family_of(tree, span);

	return (family == AF_ATMPVC || family == AF_ATMSVC) && at_once(tree, span);
}

static bool of_llc_at_once(const struct tree *tree, int span)
{
	return family_of(tree, span) == AF_LLC && at_once(tree, span);
}

static bool of_phonet_at_once(const struct tree *tree, int span)
{
	return family_of(tree, span) == AF_PHONET && at_once(tree, span);
}

static bool of_caif_at_once(const struct tree *tree, int span)
{
	return family_of(tree, span) == AF_CAIF && at_once(tree, span);
}

/* Families whose create functions look at nothing but the protocol's number before EINVAL. */
static bool of_protocol_number_at_once(const struct tree *tree, int span)
{
	switch (family_of(tree, span)) {
	case AF_CAN:
	case AF_BLUETOOTH:
	case AF_NFC:
	case AF_AX25:
	case AF_X25:
		return at_once(tree, span);
	default:
		return false;
	}
}

static bool of_vsock_datagram(const struct tree *tree, int span)
{
	return family_of(tree, span) == AF_VSOCK && type_of(tree) == SOCK_DGRAM;
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

static bool of_unix_at_once(const struct tree *tree, int span)
{
	return family_of(tree, span) == AF_UNIX && at_once(tree, span);
}

/* The create functions of other families may return this error because of the protocol, too. */
static bool of_type_at_once(const struct tree *tree, int span)
{
	return at_once(tree, span) && (is_inet(tree, span) || !call__tried_protocol(tree->record));
}

static bool of_ping(const struct tree *tree, int span)
{
	return is_inet(tree, span) && type_of(tree) == SOCK_DGRAM &&
	       (call__tried_protocol(tree->record) == IPPROTO_ICMP ||
		call__tried_protocol(tree->record) == IPPROTO_ICMPV6) &&
	       succeeded(tree, span, STAGE_SK_ALLOC) &&
	       !succeeded(tree, span, STAGE_PING_INIT_SOCK);
}

static bool of_mptcp(const struct tree *tree, int span)
{
	return is_inet(tree, span) && call__tried_protocol(tree->record) == IPPROTO_MPTCP;
}

/*
 * Return whether a function of the protocol was seen to succeed. Those come after sock_init_data().
 */
static bool protocol_succeeded(const struct tree *tree, int span)
{
	bool behind = false, succeeded = false;
	int child;

	for (child = tree->spans[span].first_child; child != TREE_NO_SPAN;
	     child = tree->spans[child].next_sibling) {
		const struct span *call = &tree->spans[child];

		succeeded = behind && call->complete && !call->failed;
		behind |= call->stage == STAGE_SOCK_INIT_DATA;
	}
	return succeeded;
}

/* Return whether no function of the protocol returns EPERM. */
static bool protocol_never_refuses(const struct tree *tree)
{
	switch (call__tried_protocol(tree->record)) {
	case 0:
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
	case IPPROTO_MPTCP:
		return true;
	default:
		return type_of(tree) == SOCK_RAW;
	}
}

/*
 * inet_create() and inet6_create() end with the cgroup's BPF program. EPERM there comes from the
 * program if the protocol's own functions did not cause it: they were seen to succeed, or never
 * return this error.
 */
static bool of_inet_after_protocol(const struct tree *tree, int span)
{
	return is_inet(tree, span) && succeeded(tree, span, STAGE_SK_ALLOC) &&
	       find_child(tree, span, STAGE_SOCK_INIT_DATA) &&
	       (protocol_never_refuses(tree) || protocol_succeeded(tree, span));
}

static bool before_family(const struct tree *tree, int span)
{
	return !find_child(tree, span, STAGE_FAMILY_CREATE) &&
	       find_child(tree, span, STAGE_SOCK_ALLOC);
}

/* Return whether only the second hook of the security modules can have failed. */
static bool after_family(const struct tree *tree, int span)
{
	return succeeded(tree, span, STAGE_FAMILY_CREATE) &&
	       !find_child(tree, span, STAGE_SECURITY_SOCKET_POST_CREATE);
}

static bool before_first_socket(const struct tree *tree, int span)
{
	return !find_child(tree, span, STAGE_SOCK_CREATE);
}

/* Return whether accept() failed before it had a descriptor for the new socket. */
static bool before_do_accept(const struct tree *tree, int span)
{
	return !find_child(tree, span, STAGE_DO_ACCEPT) &&
	       !find_child(tree, span, STAGE_GET_UNUSED_FD_FLAGS);
}

/* Return whether a request of io_uring has failed before its socket could be made. */
static bool before_socket_file(const struct tree *tree, int span)
{
	return !find_child(tree, span, STAGE_SYS_SOCKET_FILE);
}

/* Return whether a request of io_uring has failed before it could accept. */
static bool before_accepting(const struct tree *tree, int span)
{
	return !find_child(tree, span, STAGE_DO_ACCEPT);
}

static bool has_unknown_flags(const struct tree *tree, int span)
{
	(void)span;
	return tree->record->type & ~(SOCKET_TYPE_MASK | SOCK_CLOEXEC | SOCK_NONBLOCK);
}

static bool is_direct_with_cloexec(const struct tree *tree, int span)
{
	(void)span;
	return call__is_direct(tree->record) && tree->record->type & SOCK_CLOEXEC;
}

static bool after_both_sockets(const struct tree *tree, int span)
{
	(void)span;
	return tree->record->nr_sockets == WIRE_MAX_SOCKETS;
}

#define BAD_FLAGS	 "the type has bits that are neither a type's nor known flags"
#define DENIED_WHEN_MADE DENIED_BY_LSM " when it was made"
#define DENIED_PAIR	 DENIED_BY_LSM " when the two sockets were to be a pair"
#define NOT_LISTENING	 "the socket does not listen, or not any more"
#define NO_CONNECTIONS	 "sockets of this type accept no connections"
#define NO_SUCH_TYPE	 "the family has no such type"
#define NO_FILE		 "the system has no open file left (fs.file-max)"
#define NO_INODE                                                                                  \
	"no memory for the socket and its inode, or a security module (LSM) refused its part of " \
	"them"
#define NO_SOCK "no memory for the sock, or a security module (LSM) refused its part of it"

/* The first rule that applies is used. */
static const struct rule rules[] = {
	{ STAGE_SYS_SOCKET, EINVAL, at_once, BAD_FLAGS, NEEDS(SOCK_CREATE) },
	{ STAGE_SYS_SOCKETPAIR, EINVAL, at_once, BAD_FLAGS, NEEDS(SOCK_CREATE) },
	{ STAGE_SYS_SOCKET_FILE, EINVAL, at_once, BAD_FLAGS, NEEDS(SOCK_CREATE) },
	{ STAGE_IO_SOCKET_PREP, EINVAL, has_unknown_flags, BAD_FLAGS, 0 },
	{ STAGE_IO_SOCKET_PREP, EINVAL, is_direct_with_cloexec,
	  "a direct descriptor can't have SOCK_CLOEXEC", 0 },
	{ STAGE_IO_SOCKET_PREP, EINVAL, always,
	  "the request has fields set that this operation does not have", 0 },
	{ STAGE_IO_SOCKET, EMFILE, before_socket_file, NO_DESCRIPTOR, NEEDS(SYS_SOCKET_FILE) },
	{ STAGE_IO_ACCEPT, EMFILE, before_accepting, NO_DESCRIPTOR, NEEDS(DO_ACCEPT) },
	{ STAGE_IO_FIXED_FD_INSTALL, ENFILE, always,
	  "no slot for a direct descriptor is free, or the ring has no table of them", 0 },
	{ STAGE_IO_FIXED_FD_INSTALL, ENXIO, always, "the ring has no table of direct descriptors",
	  0 },
	{ STAGE_IO_FIXED_FD_INSTALL, EINVAL, always,
	  "the ring's table of direct descriptors has no such slot", 0 },
	{ STAGE_SYS_SOCKETPAIR, EMFILE, before_first_socket, NO_DESCRIPTOR, NEEDS(SOCK_CREATE) },
	{ STAGE_SYS_ACCEPT4, EMFILE, before_do_accept, NO_DESCRIPTOR, NEEDS(DO_ACCEPT) },
	{ STAGE_SYS_ACCEPT4, EBADF, before_do_accept,
	  "the descriptor is not open, or was opened with O_PATH", NEEDS(DO_ACCEPT) },
	{ STAGE_DO_ACCEPT, ENOTSOCK, at_once, "the descriptor is not a socket", NEEDS(SOCK_ALLOC) },
	{ STAGE_SECURITY_SOCKET_ACCEPT, ANY_ERROR, always, DENIED_BY_LSM, 0 },
	{ STAGE_SYS_ACCEPT4, EINVAL, before_do_accept,
	  "the flags have bits that are neither SOCK_CLOEXEC nor SOCK_NONBLOCK", NEEDS(DO_ACCEPT) },
	{ STAGE_INET_CSK_ACCEPT, EINVAL, always, NOT_LISTENING, 0 },
	{ STAGE_INET_ACCEPT, EINVAL, always, NOT_LISTENING, 0 },
	{ STAGE_UNIX_ACCEPT, EINVAL, always, NOT_LISTENING, 0 },
	{ STAGE_UNIX_ACCEPT, EOPNOTSUPP, always, NO_CONNECTIONS, 0 },
	{ STAGE_DO_ACCEPT, EOPNOTSUPP, always, NO_CONNECTIONS, 0 },
	{ STAGE_SYS_SOCKETPAIR, EFAULT, before_first_socket,
	  "the array for the descriptors can't be written to", NEEDS(SOCK_CREATE) },
	{ STAGE_SYS_SOCKETPAIR, EOPNOTSUPP, after_both_sockets,
	  "the family makes no pairs of sockets of this type", 0 },
	{ STAGE_SOCK_MAP_FD, EMFILE, always, NO_DESCRIPTOR, 0 },
	{ STAGE_GET_UNUSED_FD_FLAGS, EMFILE, always, NO_DESCRIPTOR, 0 },
	{ STAGE_SOCK_ALLOC_FILE, ENFILE, always, NO_FILE, 0 },
	{ STAGE_ALLOC_FILE_PSEUDO, ENFILE, always, NO_FILE, 0 },
	{ STAGE_SOCK_ALLOC_FILE, ENOMEM, always, "no memory for the file", 0 },
	{ STAGE_ALLOC_FILE_PSEUDO, ENOMEM, always, "no memory for the file", 0 },
	{ STAGE_SOCK_CREATE, EAFNOSUPPORT, at_once, "there is no family of this number",
	  NEEDS(SECURITY_SOCKET_CREATE) },
	{ STAGE_SOCK_CREATE, EAFNOSUPPORT, before_family, NOT_REGISTERED, NEEDS(FAMILY_CREATE) },
	{ STAGE_SOCK_CREATE, EINVAL, at_once, "there is no type of this number",
	  NEEDS(SECURITY_SOCKET_CREATE) },
	{ STAGE_SOCK_CREATE, EPERM, after_family, DENIED_WHEN_MADE, 0 },
	{ STAGE_SOCK_CREATE, EACCES, after_family, DENIED_WHEN_MADE, 0 },
	{ STAGE_SECURITY_SOCKET_CREATE, ANY_ERROR, always, DENIED_BY_LSM, 0 },
	{ STAGE_SECURITY_SOCKET_POST_CREATE, ANY_ERROR, always, DENIED_WHEN_MADE, 0 },
	{ STAGE_SECURITY_SOCKET_SOCKETPAIR, ANY_ERROR, always, DENIED_PAIR, 0 },
	{ STAGE_SYS_SOCKETPAIR, EPERM, after_both_sockets, DENIED_PAIR, 0 },
	{ STAGE_SYS_SOCKETPAIR, EACCES, after_both_sockets, DENIED_PAIR, 0 },
	{ STAGE_SOCK_ALLOC, ANY_ERROR, always, NO_INODE, 0 },
	{ STAGE_NEW_INODE_PSEUDO, ANY_ERROR, always, NO_INODE, 0 },
	{ STAGE_ALLOC_INODE, ANY_ERROR, always, NO_INODE, 0 },
	{ STAGE_INODE_INIT_ALWAYS, ANY_ERROR, always, NO_INODE, 0 },
	{ STAGE_SK_ALLOC, ANY_ERROR, always, NO_SOCK, 0 },
	{ STAGE_SK_PROT_ALLOC, ANY_ERROR, always, NO_SOCK, 0 },
	{ STAGE_SECURITY_SK_ALLOC, ENOMEM, always, "no memory for the LSMs' part of the sock", 0 },
	{ STAGE_SECURITY_SK_ALLOC, ANY_ERROR, always, DENIED_BY_LSM, 0 },
	{ STAGE_FAMILY_CREATE, EPERM, of_raw_before_sock,
	  "raw sockets need CAP_NET_RAW over the network namespace", NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EPERM, of_packet_at_once,
	  "packet sockets need CAP_NET_RAW over the network namespace", NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EPERM, of_xdp_at_once,
	  "AF_XDP sockets need CAP_NET_RAW over the network namespace", NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EPERM, of_key_at_once,
	  "AF_KEY sockets need CAP_NET_ADMIN over the network namespace", NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EPERM, of_other_raw_at_once, "raw sockets need CAP_NET_RAW",
	  NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EPERM, of_llc_at_once,
	  "AF_LLC sockets need CAP_NET_RAW over the network namespace", NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EPERM, of_phonet_at_once, "AF_PHONET sockets need CAP_SYS_ADMIN",
	  NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EPERM, of_caif_at_once,
	  "AF_CAIF sockets need CAP_SYS_ADMIN or CAP_NET_ADMIN", NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EINVAL, of_inet_at_once, "there is no protocol of this number",
	  NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EINVAL, of_protocol_number_at_once,
	  "there is no protocol of this number", NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, ENODEV, of_vsock_datagram,
	  "no transport for AF_VSOCK is loaded that has datagrams: only vmw_vsock_vmci_transport "
	  "has them",
	  0 },
	{ STAGE_FAMILY_CREATE, EINVAL, of_atm_at_once, NO_SUCH_TYPE, NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EAFNOSUPPORT, of_initial_namespace,
	  "the family has sockets in the initial network namespace only", NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EAFNOSUPPORT, of_alg_at_once,
	  "AF_ALG is switched off (crypto.af_alg_restrict is 2)", NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EPROTOTYPE, at_once,
	  "the family has no sockets of this type and protocol", NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EACCES, of_ping,
	  "the group may not use ping sockets (net.ipv4.ping_group_range), or a BPF program of the "
	  "cgroup denied it",
	  0 },
	{ STAGE_PING_INIT_SOCK, EACCES, always,
	  "the group may not use ping sockets (net.ipv4.ping_group_range)", 0 },
	{ STAGE_FAMILY_CREATE, ENOPROTOOPT, of_mptcp,
	  "MPTCP is switched off in the network namespace (net.mptcp.enabled)", 0 },
	{ STAGE_MPTCP_INIT_SOCK, ENOPROTOOPT, always,
	  "MPTCP is switched off in the network namespace (net.mptcp.enabled)", 0 },
	{ STAGE_FAMILY_CREATE, EPERM, of_inet_after_protocol,
	  "a BPF program of the cgroup (cgroup/sock_create) denied it", 0 },
	{ STAGE_FAMILY_CREATE, ESOCKTNOSUPPORT, of_type_at_once, NO_SUCH_TYPE, NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, ESOCKTNOSUPPORT, at_once,
	  "the family has no sockets of this type and protocol", NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, ENFILE, of_unix_at_once,
	  "there are twice as many unix sockets as the system may have files (fs.file-max)",
	  NEEDS(SK_ALLOC) },
	/* Before 5.16 the limit gave the same error as a lack of memory. */
	{ STAGE_FAMILY_CREATE, ENOMEM, of_unix_at_once,
	  "there are twice as many unix sockets as the system may have files (fs.file-max)",
	  NEEDS(SK_ALLOC) },
	{ STAGE_FAMILY_CREATE, EPROTONOSUPPORT, at_once,
	  "the family has no such protocol for this type", NEEDS(SK_ALLOC) },
};

int why_rules__error(const struct tree *tree, int span)
{
	__s32 ret = tree->spans[span].ret;

	return call__error(ret < 0 ? ret : tree->record->ret);
}

/*
 * Return whether the span belongs to a creation that runs within another one. The arguments of the
 * outer call say nothing about that.
 */
static bool is_nested(const struct tree *tree, int span)
{
	int creations = 0;

	for (; span != TREE_NO_SPAN; span = tree->spans[span].parent)
		creations += tree->spans[span].stage == STAGE_SOCK_CREATE;
	return creations > 1;
}

/* Return whether a rule is about a stage. A module's hook denies what its caller then denies. */
static bool is_about(const struct rule *rule, enum stage stage)
{
	bool is_hook = stages_lsm & STAGE_BIT(stage);

	return rule->stage == stage || (is_hook && stages[stage].parents & STAGE_BIT(rule->stage));
}

const struct rule *why_rules__find(const struct tree *tree, int span)
{
	int error = why_rules__error(tree, span);
	size_t i;

	if (is_nested(tree, span))
		return NULL;
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct rule *rule = &rules[i];

		if (is_about(rule, tree->spans[span].stage) &&
		    (rule->error == error || rule->error == ANY_ERROR) &&
		    !(rule->needs & ~tree->observed) && rule->applies(tree, span))
			return rule;
	}
	return NULL;
}
