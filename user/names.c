// SPDX-License-Identifier: GPL-2.0
#include "names.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "names_tables.h"

/* snprintf() would do the same, but names are made for every creation. */
static void put_decimal(int value, char *name)
{
	unsigned int rest = value < 0 ? -(unsigned int)value : (unsigned int)value;
	char digits[12];
	size_t start = sizeof(digits);

	digits[--start] = '\0';
	do {
		digits[--start] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		digits[--start] = '-';
	memcpy(name, digits + start, sizeof(digits) - start);
}

/* A name as long as this would not fit; the unit test looks at all of them. */
static const char *name_or_decimal(const char *found, int number, char *name)
{
	size_t length = found ? strlen(found) : NAME_SIZE;

	if (length < NAME_SIZE)
		memcpy(name, found, length + 1);
	else
		put_decimal(number, name);
	return name;
}

const char *name_of_family(int family, char *name)
{
	return name_or_decimal(name_table__name(&family_names, family), family, name);
}

const char *name_of_type(int type, char *name)
{
	return name_or_decimal(name_table__name(&type_names, type), type, name);
}

/* NULL where the protocols of the family have no names. */
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

const char *name_of_protocol(int family, int protocol, char *name)
{
	const struct name_table *table = protocols_of(family);
	const char *found = NULL;

	if (table && table->network_order) {
		if (protocol >= 0 && protocol <= 0xffff)
			found = name_table__name(table, ntohs((uint16_t)protocol));
	} else if (table) {
		found = name_table__name(table, protocol);
	}
	return name_or_decimal(found, protocol, name);
}

void visit_flags(unsigned int flags, void (*visit)(const char *flag, void *context), void *context)
{
	static const char hex[] = "0123456789abcdef";
	unsigned int rest = flags & ~(unsigned int)(SOCK_CLOEXEC | SOCK_NONBLOCK);
	char number[] = "0x00000000";
	int digit, shift;

	if (flags & SOCK_CLOEXEC)
		visit("SOCK_CLOEXEC", context);
	if (flags & SOCK_NONBLOCK)
		visit("SOCK_NONBLOCK", context);
	if (!rest)
		return;
	for (shift = 28; !(rest >> shift); shift -= 4)
		;
	for (digit = 2; shift >= 0; shift -= 4)
		number[digit++] = hex[rest >> shift & 0xf];
	number[digit] = '\0';
	visit(number, context);
}
