// SPDX-License-Identifier: GPL-2.0
/*
 * Families, types and protocols. The numbers of families and protocols are the same on every
 * architecture, so they are written as numbers: the tables then do not depend on the version of the
 * headers. Numbers of types differ, so they come from the headers.
 */
#include <sys/socket.h>

#include "names/names_tables.h"

#define NAMES(array) .names = (array), .nr_names = sizeof(array) / sizeof((array)[0])

static const struct number_name families[] = {
	NAME(0, AF_UNSPEC),	 NAME(1, AF_UNIX),	 NAME(2, AF_INET),
	NAME(3, AF_AX25),	 NAME(4, AF_IPX),	 NAME(5, AF_APPLETALK),
	NAME(6, AF_NETROM),	 NAME(7, AF_BRIDGE),	 NAME(8, AF_ATMPVC),
	NAME(9, AF_X25),	 NAME(10, AF_INET6),	 NAME(11, AF_ROSE),
	NAME(12, AF_DECnet),	 NAME(13, AF_NETBEUI),	 NAME(14, AF_SECURITY),
	NAME(15, AF_KEY),	 NAME(16, AF_NETLINK),	 NAME(17, AF_PACKET),
	NAME(18, AF_ASH),	 NAME(19, AF_ECONET),	 NAME(20, AF_ATMSVC),
	NAME(21, AF_RDS),	 NAME(22, AF_SNA),	 NAME(23, AF_IRDA),
	NAME(24, AF_PPPOX),	 NAME(25, AF_WANPIPE),	 NAME(26, AF_LLC),
	NAME(27, AF_IB),	 NAME(28, AF_MPLS),	 NAME(29, AF_CAN),
	NAME(30, AF_TIPC),	 NAME(31, AF_BLUETOOTH), NAME(32, AF_IUCV),
	NAME(33, AF_RXRPC),	 NAME(34, AF_ISDN),	 NAME(35, AF_PHONET),
	NAME(36, AF_IEEE802154), NAME(37, AF_CAIF),	 NAME(38, AF_ALG),
	NAME(39, AF_NFC),	 NAME(40, AF_VSOCK),	 NAME(41, AF_KCM),
	NAME(42, AF_QIPCRTR),	 NAME(43, AF_SMC),	 NAME(44, AF_XDP),
	NAME(45, AF_MCTP),	 ALIAS(1, AF_LOCAL),	 ALIAS(1, AF_FILE),
	ALIAS(2, AF_IPV4),	 ALIAS(2, AF_INET4),	 ALIAS(10, AF_IPV6),
	ALIAS(16, AF_ROUTE),
};

const struct name_table family_names = {
	.prefix = "AF_",
	.other_prefix = "PF_",
	.prefix_optional = true,
	NAMES(families),
};

static const struct number_name types[] = {
	NAME(SOCK_STREAM, SOCK_STREAM),
	NAME(SOCK_DGRAM, SOCK_DGRAM),
	NAME(SOCK_RAW, SOCK_RAW),
	NAME(SOCK_RDM, SOCK_RDM),
	NAME(SOCK_SEQPACKET, SOCK_SEQPACKET),
	NAME(SOCK_DCCP, SOCK_DCCP),
	NAME(SOCK_PACKET, SOCK_PACKET),
};

const struct name_table type_names = {
	.prefix = "SOCK_",
	.prefix_optional = true,
	NAMES(types),
};

static const struct number_name ip_protocols[] = {
	NAME(0, IPPROTO_IP),	   NAME(1, IPPROTO_ICMP),	NAME(2, IPPROTO_IGMP),
	NAME(4, IPPROTO_IPIP),	   NAME(6, IPPROTO_TCP),	NAME(8, IPPROTO_EGP),
	NAME(12, IPPROTO_PUP),	   NAME(17, IPPROTO_UDP),	NAME(22, IPPROTO_IDP),
	NAME(29, IPPROTO_TP),	   NAME(33, IPPROTO_DCCP),	NAME(41, IPPROTO_IPV6),
	NAME(43, IPPROTO_ROUTING), NAME(44, IPPROTO_FRAGMENT),	NAME(46, IPPROTO_RSVP),
	NAME(47, IPPROTO_GRE),	   NAME(50, IPPROTO_ESP),	NAME(51, IPPROTO_AH),
	NAME(58, IPPROTO_ICMPV6),  NAME(59, IPPROTO_NONE),	NAME(60, IPPROTO_DSTOPTS),
	NAME(92, IPPROTO_MTP),	   NAME(94, IPPROTO_BEETPH),	NAME(98, IPPROTO_ENCAP),
	NAME(103, IPPROTO_PIM),	   NAME(108, IPPROTO_COMP),	NAME(115, IPPROTO_L2TP),
	NAME(132, IPPROTO_SCTP),   NAME(135, IPPROTO_MH),	NAME(136, IPPROTO_UDPLITE),
	NAME(137, IPPROTO_MPLS),   NAME(143, IPPROTO_ETHERNET), NAME(144, IPPROTO_AGGFRAG),
	NAME(255, IPPROTO_RAW),	   NAME(256, IPPROTO_SMC),	NAME(262, IPPROTO_MPTCP),
	ALIAS(0, IPPROTO_HOPOPTS), ALIAS(58, IPPROTO_ICMP6),
};

static const struct number_name netlink_protocols[] = {
	NAME(0, NETLINK_ROUTE),	      NAME(1, NETLINK_UNUSED),
	NAME(2, NETLINK_USERSOCK),    NAME(3, NETLINK_FIREWALL),
	NAME(4, NETLINK_SOCK_DIAG),   NAME(5, NETLINK_NFLOG),
	NAME(6, NETLINK_XFRM),	      NAME(7, NETLINK_SELINUX),
	NAME(8, NETLINK_ISCSI),	      NAME(9, NETLINK_AUDIT),
	NAME(10, NETLINK_FIB_LOOKUP), NAME(11, NETLINK_CONNECTOR),
	NAME(12, NETLINK_NETFILTER),  NAME(13, NETLINK_IP6_FW),
	NAME(14, NETLINK_DNRTMSG),    NAME(15, NETLINK_KOBJECT_UEVENT),
	NAME(16, NETLINK_GENERIC),    NAME(18, NETLINK_SCSITRANSPORT),
	NAME(19, NETLINK_ECRYPTFS),   NAME(20, NETLINK_RDMA),
	NAME(21, NETLINK_CRYPTO),     NAME(22, NETLINK_SMC),
	ALIAS(4, NETLINK_INET_DIAG),
};

static const struct number_name bluetooth_protocols[] = {
	NAME(0, BTPROTO_L2CAP),	 NAME(1, BTPROTO_HCI),	 NAME(2, BTPROTO_SCO),
	NAME(3, BTPROTO_RFCOMM), NAME(4, BTPROTO_BNEP),	 NAME(5, BTPROTO_CMTP),
	NAME(6, BTPROTO_HIDP),	 NAME(7, BTPROTO_AVDTP), NAME(8, BTPROTO_ISO),
};

static const struct number_name can_protocols[] = {
	NAME(1, CAN_RAW),   NAME(2, CAN_BCM),	NAME(3, CAN_TP16),  NAME(4, CAN_TP20),
	NAME(5, CAN_MCNET), NAME(6, CAN_ISOTP), NAME(7, CAN_J1939),
};

static const struct number_name caif_protocols[] = {
	NAME(0, CAIFPROTO_AT),	 NAME(1, CAIFPROTO_DATAGRAM), NAME(2, CAIFPROTO_DATAGRAM_LOOP),
	NAME(3, CAIFPROTO_UTIL), NAME(4, CAIFPROTO_RFM),      NAME(5, CAIFPROTO_DEBUG),
};

static const struct number_name phonet_protocols[] = {
	NAME(0, PN_PROTO_TRANSPORT),
	NAME(1, PN_PROTO_PHONET),
	NAME(2, PN_PROTO_PIPE),
};

static const struct number_name pppox_protocols[] = {
	NAME(0, PX_PROTO_OE),
	NAME(1, PX_PROTO_OL2TP),
	NAME(2, PX_PROTO_PPTP),
};

static const struct number_name nfc_protocols[] = {
	NAME(0, NFC_SOCKPROTO_RAW),
	NAME(1, NFC_SOCKPROTO_LLCP),
};

static const struct number_name key_protocols[] = { NAME(2, PF_KEY_V2) };

static const struct number_name kcm_protocols[] = { NAME(0, KCMPROTO_CONNECTED) };

static const struct number_name smc_protocols[] = {
	NAME(0, SMCPROTO_SMC),
	NAME(1, SMCPROTO_SMC6),
};

const struct name_table protocol_names[NR_PROTOCOL_TABLES] = {
	[PROTOCOLS_IP] = { .prefix = "IPPROTO_", .prefix_optional = true, NAMES(ip_protocols) },
	[PROTOCOLS_NETLINK] = { .prefix = "NETLINK_", NAMES(netlink_protocols) },
	[PROTOCOLS_BLUETOOTH] = { .prefix = "BTPROTO_", NAMES(bluetooth_protocols) },
	[PROTOCOLS_CAN] = { .prefix = "CAN_", NAMES(can_protocols) },
	[PROTOCOLS_CAIF] = { .prefix = "CAIFPROTO_", NAMES(caif_protocols) },
	[PROTOCOLS_PHONET] = { .prefix = "PN_PROTO_", NAMES(phonet_protocols) },
	[PROTOCOLS_PPPOX] = { .prefix = "PX_PROTO_", NAMES(pppox_protocols) },
	[PROTOCOLS_NFC] = { .prefix = "NFC_SOCKPROTO_", NAMES(nfc_protocols) },
	[PROTOCOLS_KEY] = { .prefix = "PF_KEY_", NAMES(key_protocols) },
	[PROTOCOLS_KCM] = { .prefix = "KCMPROTO_", NAMES(kcm_protocols) },
	[PROTOCOLS_SMC] = { .prefix = "SMCPROTO_", NAMES(smc_protocols) },
};

/*
 * Most tables have no gaps, so the number itself is tried as an index first. If that fails, a
 * binary search finds it.
 */
const struct number_name *name_table__find(const struct name_table *table, int number)
{
	const struct number_name *names = table->names;
	size_t low = 0, high = table->nr_names;
	size_t guess = (size_t)((long)number - names[0].number);

	if (guess < high) {
		if (names[guess].number == number && !names[guess].alias)
			return &names[guess];
		high = guess; /* if there are gaps, the number is before that index */
	}
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (names[middle].alias || names[middle].number >= number)
			high = middle;
		else
			low = middle + 1;
	}
	if (low == table->nr_names || names[low].alias || names[low].number != number)
		return NULL;
	return &names[low];
}
