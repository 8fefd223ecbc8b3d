// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <string.h>
#include <sys/socket.h>

#include "names/names.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static void parses_as_people_write(void **state)
{
	static const struct {
		bool (*parse)(const char *text, int *value);
		const char *text;
		int number;
	} rows[] = {
		{ parse_family, "inet", 2 },
		{ parse_family, "af_Inet6", 10 },
		{ parse_family, "PF_INET", 2 },
		{ parse_family, "pf_unix", 1 },
		{ parse_family, "local", 1 },
		{ parse_family, "AF_LOCAL", 1 },
		{ parse_family, "ipv4", 2 },
		{ parse_family, "inet4", 2 },
		{ parse_family, "IPv6", 10 },
		{ parse_family, "route", 16 },
		{ parse_family, "AF_ROUTE", 16 },
		{ parse_family, "decnet", 12 },
		{ parse_family, "0", 0 },
		{ parse_family, "0x2c", 44 },
		{ parse_family, "2147483647", INT_MAX },
		{ parse_family, "0X7fFFffFF", INT_MAX },
		{ parse_type, "sock_stream", SOCK_STREAM },
		{ parse_type, "DGRAM", SOCK_DGRAM },
		{ parse_type, "5", 5 },
		{ parse_protocol, "tcp", 6 },
		{ parse_protocol, "ipproto_mptcp", 262 },
		{ parse_protocol, "icmp6", 58 },
		{ parse_protocol, "ICMPv6", 58 },
		{ parse_protocol, "262", 262 },
		{ parse_protocol, "netlink_inet_diag", 4 },
		{ parse_protocol, "smc", 256 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < NR(rows); i++) {
		int value = -1;

		if (!rows[i].parse(rows[i].text, &value) || value != rows[i].number)
			fail_msg("%s was taken for %d", rows[i].text, value);
	}
}

static void rejects_what_is_no_name(void **state)
{
	static const char *const texts[] = {
		"",	      " ",	    "inett",	  "AF_",
		"af_af_inet", "SOCK_INET",  "-1",	  "+1",
		" 2",	      "2 ",	    "2x",	  "0x",
		"0xg",	      "2147483648", "0x80000000", "99999999999999999999999999",
		"1e1",	      "INET ",	    "\xff",	  "0x100000002",
		"4294967298", "IPPROTO_",   "NETLINK_",	  "ETH_P_",
	};
	size_t i;

	(void)state;
	for (i = 0; i < NR(texts); i++) {
		int value = -7;

		if (parse_family(texts[i], &value) || parse_type(texts[i], &value) ||
		    parse_protocol(texts[i], &value))
			fail_msg("'%s' was taken for %d", texts[i], value);
		assert_int_equal(value, -7);
	}
}

static void suggests_near_names(void **state)
{
	static const struct {
		const char *(*near)(const char *text, char *names, size_t size);
		const char *text, *expected;
	} rows[] = {
		{ near_families, "inet7", "AF_INET, AF_INET6" },
		{ near_families, "AF_INTE", "AF_INET" },
		{ near_families, "pf_unx", "AF_UNIX" },
		{ near_families, "netl", "AF_NETLINK" },
		{ near_families, "vsokc", "AF_VSOCK" },
		{ near_families, "lcoal", "AF_UNIX" },
		{ near_families, "qqqqqqqq", "" },
		{ near_families, "", "" },
		{ near_families, "AF_", "" },
		{ near_types, "straem", "SOCK_STREAM" },
		{ near_types, "SOCK_DGRM", "SOCK_DGRAM" },
		{ near_types, "seq", "SOCK_SEQPACKET" },
		{ near_types, "tcp", "" },
		{ near_protocols, "route", "NETLINK_ROUTE" },
		{ near_protocols, "NETLINK_ROUTES", "NETLINK_ROUTE" },
		{ near_protocols, "sctpp", "IPPROTO_SCTP" },
		{ near_protocols, "ETH_P_8021", "ETH_P_8021Q, ETH_P_8021AD, ETH_P_8021AH" },
		{ near_protocols,
		  "a name that is much longer than any name in the tables can ever be, so that it "
		  "would not fit into anything",
		  "" },
	};
	char names[200];
	size_t i;

	(void)state;
	for (i = 0; i < NR(rows); i++) {
		assert_ptr_equal(rows[i].near(rows[i].text, names, sizeof(names)), names);
		if (strcmp(names, rows[i].expected))
			fail_msg("near '%s' are '%s'", rows[i].text, names);
	}
}

static void suggests_at_most_three_in_the_room_given(void **state)
{
	char names[200], few[20], none[1] = { 'x' };
	const char *comma;
	int commas = 0;

	(void)state;
	near_protocols("IPPROTO_ICP", names, sizeof(names));
	for (comma = strchr(names, ','); comma; comma = strchr(comma + 1, ','))
		commas++;
	assert_int_equal(commas, 2);
	near_families("inet7", few, sizeof("AF_INET, AF_INET6") - 1);
	assert_string_equal(few, "AF_INET");
	near_families("inet7", few, sizeof("AF_INET, AF_INET6"));
	assert_string_equal(few, "AF_INET, AF_INET6");
	near_families("inet7", none, sizeof(none));
	assert_string_equal(none, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_as_people_write),
		cmocka_unit_test(rejects_what_is_no_name),
		cmocka_unit_test(suggests_near_names),
		cmocka_unit_test(suggests_at_most_three_in_the_room_given),
	};

	return cmocka_run_group_tests_name("names_parse", tests, NULL, NULL);
}
