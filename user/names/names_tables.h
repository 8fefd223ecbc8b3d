/* SPDX-License-Identifier: GPL-2.0 */
/* The tables behind names.h, for use by names.c and names_parse.c only. */
#ifndef NAMES_NAMES_TABLES_H
#define NAMES_NAMES_TABLES_H

#include <stdbool.h>
#include <stddef.h>

/* Each entry has room for any name, so that all names are copied with the same few instructions. */
struct number_name {
	int number;
	bool alias;	    /* accepted when parsing, but the number is shown with another name */
	unsigned char size; /* length of the name in bytes */
	char name[26];	    /* with its prefix; terminated by NUL */
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
	const char *prefix;	  /* that all names have */
	const char *other_prefix; /* accepted instead of prefix, or NULL */
	bool prefix_optional;	  /* names are also accepted without prefix */
	bool network_order;	  /* of 16 bits: socket() takes the numbers in network byte order */
	const struct number_name *names; /* sorted by number, with all aliases at the end */
	size_t nr_names;
};

extern const struct name_table family_names;
extern const struct name_table type_names;
extern const struct name_table ethernet_names; /* ETH_P_*, the protocols of AF_PACKET */

/* The tables of other protocols. Those whose names need no prefix come first. */
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

/* Return the name that is shown for the number, or NULL. */
const struct number_name *name_table__find(const struct name_table *table, int number);

#endif /* NAMES_NAMES_TABLES_H */
