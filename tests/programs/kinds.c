// SPDX-License-Identifier: GPL-2.0
/*
 * kinds [REPEAT]: makes sockets of every kind, and fails in every way, REPEAT times over; prints
 * each creation.
 */
#include <arpa/inet.h>
#include <linux/capability.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "creation.h"

/* What stands in the way of a creation. */
enum obstacle {
	NO_OBSTACLE,
	NO_DESCRIPTORS, /* RLIMIT_NOFILE */
	NO_CAPABILITY,	/* of CAP_NET_RAW */
	BAD_ARRAY,	/* of socketpair() */
};

struct kind {
	bool pair;
	int family;
	int type;
	int protocol;
	enum obstacle obstacle;
};

#define UNUSED_FAMILY 9999
#define NO_TYPE	      15 /* above the last one, which is 10 */
#define NO_FLAG	      0x100

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#ifndef IPPROTO_SMC
#define IPPROTO_SMC 256
#endif

static const struct kind kinds[] = {
	{ false, AF_INET, SOCK_STREAM, 0, NO_OBSTACLE },
	{ false, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP, NO_OBSTACLE },
	{ false, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0, NO_OBSTACLE },
	{ false, AF_INET, SOCK_DGRAM, 0, NO_OBSTACLE },
	{ false, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP, NO_OBSTACLE },
	{ false, AF_INET, SOCK_RAW, IPPROTO_ICMP, NO_OBSTACLE },
	/* ping sockets, which are for whom net.ipv4.ping_group_range lets */
	{ false, AF_INET, SOCK_DGRAM, IPPROTO_ICMP, NO_OBSTACLE },
	{ false, AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, NO_OBSTACLE },
	{ false, AF_INET6, SOCK_STREAM, 0, NO_OBSTACLE },
	{ false, AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0, NO_OBSTACLE },
	{ false, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, NO_OBSTACLE },
	{ false, AF_UNIX, SOCK_STREAM, 0, NO_OBSTACLE },
	{ false, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, NO_OBSTACLE },
	{ false, AF_UNIX, SOCK_SEQPACKET, 0, NO_OBSTACLE },
	{ false, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, NO_OBSTACLE },
	{ false, AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT, NO_OBSTACLE },
	{ false, AF_PACKET, SOCK_DGRAM, ETH_P_LOOPBACK, NO_OBSTACLE },
	/* Before 6.5 the first subflow, a socket of the kernel's own, is made together with it. */
	{ false, AF_INET, SOCK_STREAM, IPPROTO_MPTCP, NO_OBSTACLE },
	{ false, AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP, NO_OBSTACLE },
	{ true, AF_UNIX, SOCK_STREAM, 0, NO_OBSTACLE },
	{ true, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, NO_OBSTACLE },
	{ true, AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, NO_OBSTACLE },
	{ false, UNUSED_FAMILY, SOCK_STREAM, 0, NO_OBSTACLE },
	{ false, AF_INET, NO_TYPE, 0, NO_OBSTACLE },
	{ false, AF_INET, SOCK_STREAM | NO_FLAG, 0, NO_OBSTACLE },
	{ false, AF_NETLINK, SOCK_RAW, 99, NO_OBSTACLE },
	{ false, AF_UNIX, SOCK_STREAM, 5, NO_OBSTACLE },
	{ false, AF_UNIX, SOCK_RDM, 0, NO_OBSTACLE },
	{ false, AF_INET, SOCK_STREAM, 0, NO_DESCRIPTORS },
	{ false, AF_INET, SOCK_RAW, IPPROTO_ICMP, NO_CAPABILITY },
	{ true, AF_INET, SOCK_STREAM, 0, NO_OBSTACLE },
	{ true, AF_UNIX, SOCK_STREAM, 0, NO_DESCRIPTORS },
	{ true, AF_UNIX, SOCK_STREAM, 0, BAD_ARRAY },
};
#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* These make the kernel look for a module, which takes long: only once. */
static const struct kind slow_kinds[] = {
	/* A TCP socket of the kernel's own is made together with it. */
	{ false, AF_SMC, SOCK_STREAM, 0, NO_OBSTACLE },
	{ false, AF_SMC, SOCK_STREAM, 1, NO_OBSTACLE },
	/* The same since 6.11, which has the module by then. */
	{ false, AF_INET, SOCK_STREAM, IPPROTO_SMC, NO_OBSTACLE },
	{ false, AF_INET6, SOCK_STREAM, IPPROTO_SMC, NO_OBSTACLE },
	{ false, AF_INET, SOCK_STREAM, 99, NO_OBSTACLE },
	{ false, AF_INET6, SOCK_SEQPACKET, 0, NO_OBSTACLE },
	{ false, AF_ROSE, SOCK_STREAM, 0, NO_OBSTACLE },
};
#define NR_SLOW_KINDS (sizeof(slow_kinds) / sizeof(slow_kinds[0]))

static void set_net_raw(bool effective)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		fail("capget");
	if (effective)
		data[0].effective |= 1U << CAP_NET_RAW;
	else
		data[0].effective &= ~(1U << CAP_NET_RAW);
	if (syscall(SYS_capset, &header, data))
		fail("capset");
}

static void set_obstacle(enum obstacle obstacle, bool in_the_way)
{
	if (obstacle == NO_DESCRIPTORS)
		allow_descriptors(!in_the_way);
	else if (obstacle == NO_CAPABILITY)
		set_net_raw(!in_the_way);
}

static void make(const struct kind *kind, struct creation *creation)
{
	int *bad_array = (int *)8;

	set_obstacle(kind->obstacle, true);
	if (kind->pair)
		creation__socketpair(creation, kind->family, kind->type, kind->protocol,
				     kind->obstacle == BAD_ARRAY ? bad_array : NULL);
	else
		creation__socket(creation, kind->family, kind->type, kind->protocol);
	set_obstacle(kind->obstacle, false);
	creation__close(creation);
}

int main(int argc, char **argv)
{
	size_t repeat = argc > 1 ? number_argument(argv[1]) : 1;
	size_t number = repeat * NR_KINDS + NR_SLOW_KINDS;
	struct creation *creations = calloc(number, sizeof(*creations));
	size_t i;

	if (!creations)
		fail("calloc");
	for (i = 0; i < repeat * NR_KINDS; i++)
		make(&kinds[i % NR_KINDS], &creations[i]);
	for (i = 0; i < NR_SLOW_KINDS; i++)
		make(&slow_kinds[i], &creations[repeat * NR_KINDS + i]);
	for (i = 0; i < number; i++)
		creation__print(&creations[i]);
	free(creations);
	return 0;
}
