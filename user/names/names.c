// SPDX-License-Identifier: GPL-2.0
#include "names/names.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "names/names_tables.h"
#include "text/put.h"

_Static_assert(sizeof(((struct number_name *)NULL)->name) == PUT_NAME_SIZE,
	       "all of a name's room is copied");

static char *put_name_or_number(char *at, const struct number_name *found, int number)
{
	if (!found)
		return put__s64(at, number);
	memcpy(at, found->name, sizeof(found->name));
	return at + found->size;
}

char *put_name_of_family(char *at, int family)
{
	return put_name_or_number(at, name_table__find(&family_names, family), family);
}

char *put_name_of_type(char *at, int type)
{
	return put_name_or_number(at, name_table__find(&type_names, type), type);
}

/* Return the table of a family's protocols, or NULL if they have no names. */
static const struct name_table *protocols_of(int family)
{
	switch (family) {
	case AF_INET:
	case AF_INET6:
		return &protocol_names[PROTOCOLS_IP];
	case AF_NETLINK:
		return &protocol_names[PROTOCOLS_NETLINK];
	case AF_PACKET:
		return &ethernet_names;
	case AF_BLUETOOTH:
		return &protocol_names[PROTOCOLS_BLUETOOTH];
	case AF_CAN:
		return &protocol_names[PROTOCOLS_CAN];
	case AF_CAIF:
		return &protocol_names[PROTOCOLS_CAIF];
	case AF_PHONET:
		return &protocol_names[PROTOCOLS_PHONET];
	case AF_PPPOX:
		return &protocol_names[PROTOCOLS_PPPOX];
	case AF_NFC:
		return &protocol_names[PROTOCOLS_NFC];
	case AF_KEY:
		return &protocol_names[PROTOCOLS_KEY];
	case AF_KCM:
		return &protocol_names[PROTOCOLS_KCM];
	case AF_SMC:
		return &protocol_names[PROTOCOLS_SMC];
	default:
		return NULL;
	}
}

char *put_name_of_protocol(char *at, int family, int protocol)
{
	const struct name_table *table = protocols_of(family);
	const struct number_name *found = NULL;

	if (table && table->network_order) {
		if (protocol >= 0 && protocol <= 0xffff)
			found = name_table__find(table, ntohs((uint16_t)protocol));
	} else if (table) {
		found = name_table__find(table, protocol);
	}
	return put_name_or_number(at, found, protocol);
}

const char *name_of_family(int family, char *name)
{
	*put_name_of_family(name, family) = '\0';
	return name;
}

const char *name_of_type(int type, char *name)
{
	*put_name_of_type(name, type) = '\0';
	return name;
}

const char *name_of_protocol(int family, int protocol, char *name)
{
	*put_name_of_protocol(name, family, protocol) = '\0';
	return name;
}

static char *put_hexadecimal(char *at, unsigned int value)
{
	static const char digits[] = "0123456789abcdef";
	int shift = 28;

	at = put__string(at, "0x");
	while (shift && !(value >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*at++ = digits[value >> shift & 0xf];
	return at;
}

char *put_names_of_flags(char *at, unsigned int flags, const char *separator)
{
	unsigned int rest = flags & ~(unsigned int)(SOCK_CLOEXEC | SOCK_NONBLOCK);
	const char *between = "";

	if (flags & SOCK_CLOEXEC) {
		at = put__string(at, "SOCK_CLOEXEC");
		between = separator;
	}
	if (flags & SOCK_NONBLOCK) {
		at = put__string(at, between);
		at = put__string(at, "SOCK_NONBLOCK");
		between = separator;
	}
	if (!rest)
		return at;
	at = put__string(at, between);
	return put_hexadecimal(at, rest);
}
