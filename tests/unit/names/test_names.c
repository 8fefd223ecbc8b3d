// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <limits.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "names/names.h"

/* A number from the system's headers and its name. */
struct row {
	int number;
	const char *name;
};
#define ROW(name)           \
	{                   \
		name, #name \
	}
#define NR(array)   (sizeof(array) / sizeof((array)[0]))
#define NR_FAMILIES 46

static void names_families(void **state)
{
	static const struct row rows[] = {
		ROW(AF_UNSPEC),	    ROW(AF_UNIX),      ROW(AF_INET),	 ROW(AF_AX25),
		ROW(AF_IPX),	    ROW(AF_APPLETALK), ROW(AF_NETROM),	 ROW(AF_BRIDGE),
		ROW(AF_ATMPVC),	    ROW(AF_X25),       ROW(AF_INET6),	 ROW(AF_ROSE),
		ROW(AF_DECnet),	    ROW(AF_NETBEUI),   ROW(AF_SECURITY), ROW(AF_KEY),
		ROW(AF_NETLINK),    ROW(AF_PACKET),    ROW(AF_ASH),	 ROW(AF_ECONET),
		ROW(AF_ATMSVC),	    ROW(AF_RDS),       ROW(AF_SNA),	 ROW(AF_IRDA),
		ROW(AF_PPPOX),	    ROW(AF_WANPIPE),   ROW(AF_LLC),	 ROW(AF_IB),
		ROW(AF_MPLS),	    ROW(AF_CAN),       ROW(AF_TIPC),	 ROW(AF_BLUETOOTH),
		ROW(AF_IUCV),	    ROW(AF_RXRPC),     ROW(AF_ISDN),	 ROW(AF_PHONET),
		ROW(AF_IEEE802154), ROW(AF_CAIF),      ROW(AF_ALG),	 ROW(AF_NFC),
		ROW(AF_VSOCK),	    ROW(AF_KCM),       ROW(AF_QIPCRTR),	 ROW(AF_SMC),
		ROW(AF_XDP),	    ROW(AF_MCTP)
	};
	char name[NAME_SIZE];
	size_t i;
	int value;

	(void)state;
	assert_int_equal(NR(rows), NR_FAMILIES);
	for (i = 0; i < NR(rows); i++) {
		assert_string_equal(name_of_family(rows[i].number, name), rows[i].name);
		assert_true(parse_family(rows[i].name, &value));
		assert_int_equal(value, rows[i].number);
		assert_true(parse_family(rows[i].name + strlen("AF_"), &value));
		assert_int_equal(value, rows[i].number);
	}
	assert_ptr_equal(name_of_family(AF_INET, name), name);
	assert_string_equal(name_of_family(46, name), "46");
	assert_string_equal(name_of_family(-1, name), "-1");
	assert_string_equal(name_of_family(INT_MAX, name), "2147483647");
	assert_string_equal(name_of_family(INT_MIN, name), "-2147483648");
}

static void names_types(void **state)
{
	static const struct row rows[] = { ROW(SOCK_STREAM), ROW(SOCK_DGRAM),	  ROW(SOCK_RAW),
					   ROW(SOCK_RDM),    ROW(SOCK_SEQPACKET), ROW(SOCK_DCCP),
					   ROW(SOCK_PACKET) };
	char name[NAME_SIZE];
	size_t i;
	int value;

	(void)state;
	for (i = 0; i < NR(rows); i++) {
		assert_string_equal(name_of_type(rows[i].number, name), rows[i].name);
		assert_true(parse_type(rows[i].name, &value));
		assert_int_equal(value, rows[i].number);
		assert_true(parse_type(rows[i].name + strlen("SOCK_"), &value));
		assert_int_equal(value, rows[i].number);
	}
	assert_string_equal(name_of_type(0, name), "0");
	assert_string_equal(name_of_type(15, name), "15");
}

static void names_ip_protocols(void **state)
{
	static const struct row rows[] = {
		ROW(IPPROTO_IP),	 ROW(IPPROTO_ICMP),	     ROW(IPPROTO_IGMP),
		ROW(IPPROTO_IPIP),	 ROW(IPPROTO_TCP),	     ROW(IPPROTO_EGP),
		ROW(IPPROTO_PUP),	 ROW(IPPROTO_UDP),	     ROW(IPPROTO_IDP),
		ROW(IPPROTO_TP),	 ROW(IPPROTO_DCCP),	     ROW(IPPROTO_IPV6),
		ROW(IPPROTO_RSVP),	 ROW(IPPROTO_GRE),	     ROW(IPPROTO_ESP),
		ROW(IPPROTO_AH),	 ROW(IPPROTO_MTP),	     ROW(IPPROTO_BEETPH),
		ROW(IPPROTO_ENCAP),	 ROW(IPPROTO_PIM),	     ROW(IPPROTO_COMP),
		ROW(IPPROTO_SCTP),	 ROW(IPPROTO_UDPLITE),	     ROW(IPPROTO_MPLS),
		ROW(IPPROTO_RAW),	 ROW(IPPROTO_ROUTING),	     ROW(IPPROTO_FRAGMENT),
		ROW(IPPROTO_ICMPV6),	 ROW(IPPROTO_NONE),	     ROW(IPPROTO_DSTOPTS),
		ROW(IPPROTO_MH),	 ROW(IPPROTO_ETHERNET),	     ROW(IPPROTO_MPTCP),
		{ 115, "IPPROTO_L2TP" }, { 144, "IPPROTO_AGGFRAG" }, { 256, "IPPROTO_SMC" }
	};
	char name[NAME_SIZE];
	size_t i;
	int value;

	(void)state;
	for (i = 0; i < NR(rows); i++) {
		assert_string_equal(name_of_protocol(AF_INET, rows[i].number, name), rows[i].name);
		assert_string_equal(name_of_protocol(AF_INET6, rows[i].number, name), rows[i].name);
		assert_true(parse_protocol(rows[i].name, &value));
		assert_int_equal(value, rows[i].number);
		assert_true(parse_protocol(rows[i].name + strlen("IPPROTO_"), &value));
		assert_int_equal(value, rows[i].number);
	}
	assert_string_equal(name_of_protocol(AF_INET, 254, name), "254");
	assert_string_equal(name_of_protocol(AF_INET, -6, name), "-6");
}

static void names_netlink_protocols(void **state)
{
	static const struct row rows[] = { ROW(NETLINK_ROUTE),	    ROW(NETLINK_UNUSED),
					   ROW(NETLINK_USERSOCK),   ROW(NETLINK_FIREWALL),
					   ROW(NETLINK_SOCK_DIAG),  ROW(NETLINK_NFLOG),
					   ROW(NETLINK_XFRM),	    ROW(NETLINK_SELINUX),
					   ROW(NETLINK_ISCSI),	    ROW(NETLINK_AUDIT),
					   ROW(NETLINK_FIB_LOOKUP), ROW(NETLINK_CONNECTOR),
					   ROW(NETLINK_NETFILTER),  ROW(NETLINK_IP6_FW),
					   ROW(NETLINK_DNRTMSG),    ROW(NETLINK_KOBJECT_UEVENT),
					   ROW(NETLINK_GENERIC),    ROW(NETLINK_SCSITRANSPORT),
					   ROW(NETLINK_ECRYPTFS),   ROW(NETLINK_RDMA),
					   ROW(NETLINK_CRYPTO),	    ROW(NETLINK_SMC) };
	char name[NAME_SIZE];
	size_t i;
	int value;

	(void)state;
	for (i = 0; i < NR(rows); i++) {
		assert_string_equal(name_of_protocol(AF_NETLINK, rows[i].number, name),
				    rows[i].name);
		assert_true(parse_protocol(rows[i].name, &value));
		assert_int_equal(value, rows[i].number);
	}
	assert_string_equal(name_of_protocol(AF_NETLINK, 17, name), "17");
	assert_false(parse_protocol("ROUTE", &value));
}

static void names_ethernet_protocols(void **state)
{
	static const struct row rows[] = {
		ROW(ETH_P_LOOP),      ROW(ETH_P_PUP),	    ROW(ETH_P_PUPAT),
		ROW(ETH_P_TSN),	      ROW(ETH_P_ERSPAN2),   ROW(ETH_P_IP),
		ROW(ETH_P_X25),	      ROW(ETH_P_ARP),	    ROW(ETH_P_BPQ),
		ROW(ETH_P_IEEEPUP),   ROW(ETH_P_IEEEPUPAT), ROW(ETH_P_BATMAN),
		ROW(ETH_P_DEC),	      ROW(ETH_P_DNA_DL),    ROW(ETH_P_DNA_RC),
		ROW(ETH_P_DNA_RT),    ROW(ETH_P_LAT),	    ROW(ETH_P_DIAG),
		ROW(ETH_P_CUST),      ROW(ETH_P_SCA),	    ROW(ETH_P_TEB),
		ROW(ETH_P_RARP),      ROW(ETH_P_ATALK),	    ROW(ETH_P_AARP),
		ROW(ETH_P_8021Q),     ROW(ETH_P_ERSPAN),    ROW(ETH_P_IPX),
		ROW(ETH_P_IPV6),      ROW(ETH_P_PAUSE),	    ROW(ETH_P_SLOW),
		ROW(ETH_P_WCCP),      ROW(ETH_P_MPLS_UC),   ROW(ETH_P_MPLS_MC),
		ROW(ETH_P_ATMMPOA),   ROW(ETH_P_PPP_DISC),  ROW(ETH_P_PPP_SES),
		ROW(ETH_P_LINK_CTL),  ROW(ETH_P_ATMFATE),   ROW(ETH_P_PAE),
		ROW(ETH_P_PROFINET),  ROW(ETH_P_REALTEK),   ROW(ETH_P_AOE),
		ROW(ETH_P_ETHERCAT),  ROW(ETH_P_8021AD),    ROW(ETH_P_802_EX1),
		ROW(ETH_P_PREAUTH),   ROW(ETH_P_TIPC),	    ROW(ETH_P_LLDP),
		ROW(ETH_P_MRP),	      ROW(ETH_P_MACSEC),    ROW(ETH_P_8021AH),
		ROW(ETH_P_MVRP),      ROW(ETH_P_1588),	    ROW(ETH_P_NCSI),
		ROW(ETH_P_PRP),	      ROW(ETH_P_CFM),	    ROW(ETH_P_FCOE),
		ROW(ETH_P_IBOE),      ROW(ETH_P_TDLS),	    ROW(ETH_P_FIP),
		ROW(ETH_P_80221),     ROW(ETH_P_HSR),	    ROW(ETH_P_NSH),
		ROW(ETH_P_LOOPBACK),  ROW(ETH_P_QINQ1),	    ROW(ETH_P_QINQ2),
		ROW(ETH_P_QINQ3),     ROW(ETH_P_EDSA),	    ROW(ETH_P_DSA_8021Q),
		ROW(ETH_P_DSA_A5PSW), ROW(ETH_P_IFE),	    ROW(ETH_P_AF_IUCV),
		ROW(ETH_P_802_3),     ROW(ETH_P_AX25),	    ROW(ETH_P_ALL),
		ROW(ETH_P_802_2),     ROW(ETH_P_SNAP),	    ROW(ETH_P_DDCMP),
		ROW(ETH_P_WAN_PPP),   ROW(ETH_P_PPP_MP),    ROW(ETH_P_LOCALTALK),
		ROW(ETH_P_CAN),	      ROW(ETH_P_CANFD),	    ROW(ETH_P_CANXL),
		ROW(ETH_P_PPPTALK),   ROW(ETH_P_TR_802_2),  ROW(ETH_P_MOBITEX),
		ROW(ETH_P_CONTROL),   ROW(ETH_P_IRDA),	    ROW(ETH_P_ECONET),
		ROW(ETH_P_HDLC),      ROW(ETH_P_ARCNET),    ROW(ETH_P_DSA),
		ROW(ETH_P_TRAILER),   ROW(ETH_P_PHONET),    ROW(ETH_P_IEEE802154),
		ROW(ETH_P_CAIF),      ROW(ETH_P_XDSA),	    ROW(ETH_P_MAP),
		ROW(ETH_P_MCTP)
	};
	char name[NAME_SIZE];
	size_t i;
	int value;

	(void)state;
	for (i = 0; i < NR(rows); i++) {
		int protocol = htons((uint16_t)rows[i].number);

		assert_string_equal(name_of_protocol(AF_PACKET, protocol, name), rows[i].name);
		assert_true(parse_protocol(rows[i].name, &value));
		assert_int_equal(value, protocol);
	}
	assert_string_equal(name_of_protocol(AF_PACKET, 0, name), "0");
	assert_string_equal(name_of_protocol(AF_PACKET, 0x10000 + htons(ETH_P_ALL), name),
			    htons(1) == 1 ? "65539" : "66304");
	assert_false(parse_protocol("8021Q", &value));
}

static void names_other_protocols(void **state)
{
	static const struct {
		int family;
		struct row row;
	} rows[] = {
		{ AF_BLUETOOTH, { 0, "BTPROTO_L2CAP" } },
		{ AF_BLUETOOTH, { 3, "BTPROTO_RFCOMM" } },
		{ AF_BLUETOOTH, { 8, "BTPROTO_ISO" } },
		{ AF_CAN, { 1, "CAN_RAW" } },
		{ AF_CAN, { 7, "CAN_J1939" } },
		{ AF_CAIF, { 5, "CAIFPROTO_DEBUG" } },
		{ AF_PHONET, { 2, "PN_PROTO_PIPE" } },
		{ AF_PPPOX, { 1, "PX_PROTO_OL2TP" } },
		{ AF_NFC, { 1, "NFC_SOCKPROTO_LLCP" } },
		{ AF_KEY, { 2, "PF_KEY_V2" } },
		{ AF_KCM, { 0, "KCMPROTO_CONNECTED" } },
		{ AF_SMC, { 1, "SMCPROTO_SMC6" } },
		{ AF_UNIX, { 0, "0" } },
		{ AF_UNIX, { 1, "1" } },
		{ AF_CAN, { 0, "0" } },
		{ 77, { 6, "6" } },
		{ INT_MIN, { 6, "6" } },
	};
	char name[NAME_SIZE];
	size_t i;
	int value;

	(void)state;
	for (i = 0; i < NR(rows); i++) {
		assert_string_equal(name_of_protocol(rows[i].family, rows[i].row.number, name),
				    rows[i].row.name);
		assert_true(parse_protocol(rows[i].row.name, &value));
		assert_int_equal(value, rows[i].row.number);
	}
}

/* Numbers in gaps of the tables must not get the name of another number. */
static void names_no_other_number(void **state)
{
	char name[NAME_SIZE], decimal[NAME_SIZE];
	int number, value, named = 0;

	(void)state;
	for (number = 0; number < 0x10000; number++) {
		snprintf(decimal, sizeof(decimal), "%d", number);
		name_of_protocol(AF_INET, number, name);
		assert_true(parse_protocol(name, &value));
		assert_int_equal(value, number);
		assert_true(number < 300 || !strcmp(name, decimal));
		name_of_protocol(AF_PACKET, number, name);
		assert_true(parse_protocol(name, &value));
		assert_int_equal(value, number);
		named += strcmp(name, decimal) != 0;
		name_of_family(number, name);
		assert_true(parse_family(name, &value));
		assert_int_equal(value, number);
		assert_int_equal(strcmp(name, decimal) != 0, number < NR_FAMILIES);
	}
	assert_true(named > 90);
	for (number = -300; number < 0; number++) {
		snprintf(decimal, sizeof(decimal), "%d", number);
		assert_string_equal(name_of_protocol(AF_INET, number, name), decimal);
		assert_string_equal(name_of_protocol(AF_PACKET, number, name), decimal);
		assert_string_equal(name_of_family(number, name), decimal);
		assert_string_equal(name_of_type(number, name), decimal);
	}
}

static void expect_flags(unsigned int flags, const char *expected)
{
	char text[SIZEOF_names_of_flags];
	const char *end = put_names_of_flags(text, flags, " | ");

	assert_int_equal(end - text, strlen(expected));
	assert_memory_equal(text, expected, strlen(expected));
}

static void names_flags(void **state)
{
	(void)state;
	expect_flags(0, "");
	expect_flags(SOCK_CLOEXEC, "SOCK_CLOEXEC");
	expect_flags(SOCK_NONBLOCK, "SOCK_NONBLOCK");
	expect_flags(SOCK_NONBLOCK | SOCK_CLOEXEC, "SOCK_CLOEXEC | SOCK_NONBLOCK");
	expect_flags(0x7, "0x7");
	expect_flags(0x10, "0x10");
	expect_flags(SOCK_CLOEXEC | 0x80000003, "SOCK_CLOEXEC | 0x80000003");
	expect_flags(0x12300452, "0x12300452");
	expect_flags(~0U, "SOCK_CLOEXEC | SOCK_NONBLOCK | 0xfff7f7ff");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_families),
		cmocka_unit_test(names_types),
		cmocka_unit_test(names_ip_protocols),
		cmocka_unit_test(names_netlink_protocols),
		cmocka_unit_test(names_ethernet_protocols),
		cmocka_unit_test(names_other_protocols),
		cmocka_unit_test(names_no_other_number),
		cmocka_unit_test(names_flags),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
