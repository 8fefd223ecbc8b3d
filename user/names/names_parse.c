// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <limits.h>
#include <string.h>

#include "names/names.h"
#include "names/names_tables.h"
#include "names/near.h"

/* This is for ASCII and does not depend on the locale. */
static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool equal(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

/* Return what follows prefix in text, or NULL if text does not begin with it. */
static const char *after(const char *text, const char *prefix)
{
	while (*prefix && lower(*text) == lower(*prefix)) {
		text++;
		prefix++;
	}
	return *prefix ? NULL : text;
}

/* Return what follows the table's prefix in text, or NULL. */
static const char *after_prefix(const struct name_table *table, const char *text)
{
	const char *rest = after(text, table->prefix);

	if (!rest && table->other_prefix)
		rest = after(text, table->other_prefix);
	return rest;
}

static int digit_of(char c)
{
	c = lower(c);
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return INT_MAX;
}

static bool parse_number(const char *text, int *value)
{
	const char *hex = after(text, "0x");
	int base = hex ? 16 : 10;
	int number = 0;

	if (hex)
		text = hex;
	if (!*text)
		return false;
	for (; *text; text++) {
		int digit = digit_of(*text);

		if (digit >= base || number > (INT_MAX - digit) / base)
			return false;
		number = number * base + digit;
	}
	*value = number;
	return true;
}

static bool parse_name(const struct name_table *table, const char *text, int *value)
{
	const char *rest = after_prefix(table, text);
	size_t i;

	if (!rest && table->prefix_optional)
		rest = text;
	if (!rest)
		return false;
	for (i = 0; i < table->nr_names; i++) {
		const struct number_name *name = &table->names[i];

		if (equal(rest, name->name + strlen(table->prefix))) {
			*value =
				table->network_order ? htons((uint16_t)name->number) : name->number;
			return true;
		}
	}
	return false;
}

bool parse_family(const char *text, int *value)
{
	return parse_number(text, value) || parse_name(&family_names, text, value);
}

bool parse_type(const char *text, int *value)
{
	return parse_number(text, value) || parse_name(&type_names, text, value);
}

bool parse_protocol(const char *text, int *value)
{
	size_t i;

	if (parse_number(text, value))
		return true;
	for (i = 0; i < NR_PROTOCOL_TABLES; i++) {
		if (parse_name(&protocol_names[i], text, value))
			return true;
	}
	return parse_name(&ethernet_names, text, value);
}

static void suggest_from(struct near_names *near, const struct name_table *table, const char *text)
{
	const char *rest = after_prefix(table, text);
	size_t i;

	if (!rest)
		rest = text;
	for (i = 0; i < table->nr_names; i++) {
		const struct number_name *name = &table->names[i];

		near__compare(near, rest, name->name + strlen(table->prefix),
			      name_table__find(table, name->number)->name);
	}
}

const char *near_families(const char *text, char *names, size_t size)
{
	struct near_names near = { 0 };

	suggest_from(&near, &family_names, text);
	return near__join(&near, names, size);
}

const char *near_types(const char *text, char *names, size_t size)
{
	struct near_names near = { 0 };

	suggest_from(&near, &type_names, text);
	return near__join(&near, names, size);
}

const char *near_protocols(const char *text, char *names, size_t size)
{
	struct near_names near = { 0 };
	size_t i;

	for (i = 0; i < NR_PROTOCOL_TABLES; i++)
		suggest_from(&near, &protocol_names[i], text);
	suggest_from(&near, &ethernet_names, text);
	return near__join(&near, names, size);
}
