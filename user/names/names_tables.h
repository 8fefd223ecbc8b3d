/* SPDX-License-Identifier: GPL-2.0 */
/* The tables behind names.h. Only for names.c and names_parse.c. */
#ifndef NAMES_NAMES_TABLES_H
#define NAMES_NAMES_TABLES_H

#include <stdbool.h>
#include <stddef.h>

/* The name is in place, with room for any of them, so that all are copied in the same few moves. */
struct number_name {
	int number;
	bool alias;	    /* understood, but another name is shown for the number */
	unsigned char size; /* of the name */
	char name[26];	    /* with its prefix; NUL-terminated */
};

#define NAME(number, name)                               \
	{                                                \
		number, false, sizeof(#name) - 1, #name, \
	}
#define ALIAS(number, name)                             \
	{                                               \
		number, true, sizeof(#name) - 1, #name, \
	}

struct name_table {
	const char *prefix;	  /* of all its names */
	const char *other_prefix; /* that people write instead, or NULL */
	bool prefix_optional;	  /* names are understood without it */
	bool network_order;	  /* of 16 bits: what socket() takes for the number in the table */
	const struct number_name *names; /* by number, the aliases behind all others */
	size_t nr_names;
};

extern const struct name_table family_names;
extern const struct name_table type_names;
extern const struct name_table ethernet_names; /* ETH_P_*: what protocols are for AF_PACKET */

/* The other protocols. Names that need no prefix come first. */
enum protocol_table {
	PROTOCOLS_IP,
	PROTOCOLS_NETLINK,
	PROTOCOLS_BLUETOOTH,
	PROTOCOLS_CAN,
	PROTOCOLS_CAIF,
	PROTOCOLS_PHONET,
	PROTOCOLS_PPPOX,
	PROTOCOLS_NFC,
	PROTOCOLS_KEY,
	PROTOCOLS_KCM,
	PROTOCOLS_SMC,
	NR_PROTOCOL_TABLES,
};

extern const struct name_table protocol_names[NR_PROTOCOL_TABLES];

/* The name shown for the number, or NULL. */
const struct number_name *name_table__find(const struct name_table *table, int number);

#endif /* NAMES_NAMES_TABLES_H */
