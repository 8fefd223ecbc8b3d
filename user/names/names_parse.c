// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <limits.h>
#include <string.h>

#include "names/names.h"
#include "names/names_tables.h"

#define MAX_TEXT	40 /* no name without its prefix is as long */
#define NOT_NEAR	UINT_MAX
#define MAX_SUGGESTIONS 3
#define MIN_BEGINNING	3 /* letters that say which name is meant by its beginning */

/* ASCII only, whatever the locale. */
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

/* What follows prefix in text, or NULL if text does not begin with it. */
static const char *after(const char *text, const char *prefix)
{
	while (*prefix && lower(*text) == lower(*prefix)) {
		text++;
		prefix++;
	}
	return *prefix ? NULL : text;
}

/* What follows the table's prefix in text, or NULL. */
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

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * How many letters must be put in, left out, changed or swapped with their neighbour to make b of
 * a; each at most MAX_TEXT long. Row i of the table has the distances of a's first i letters.
 */
static unsigned int edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned int rows[3][MAX_TEXT + 1];
	size_t i, j;

	for (j = 0; j <= b_length; j++)
		rows[0][j] = (unsigned int)j;
	for (i = 1; i <= a_length; i++) {
		unsigned int *row = rows[i % 3];
		const unsigned int *above = rows[(i + 2) % 3];
		const unsigned int *two_above = rows[(i + 1) % 3];

		row[0] = (unsigned int)i;
		for (j = 1; j <= b_length; j++) {
			char x = lower(a[i - 1]), y = lower(b[j - 1]);

			row[j] = least(above[j - 1] + (x != y), least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && x == lower(b[j - 2]) && y == lower(a[i - 2]))
				row[j] = least(row[j], two_above[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

/* How far text is from a name, both without their prefix; NOT_NEAR where they don't look alike. */
static unsigned int distance(const char *text, const char *name)
{
	size_t text_length = strlen(text), name_length = strlen(name);
	unsigned int allowed = text_length < 5 ? 1 : text_length < 8 ? 2 : 3;
	unsigned int edits;

	if (!text_length || text_length > MAX_TEXT || name_length > MAX_TEXT)
		return NOT_NEAR;
	if (text_length >= MIN_BEGINNING && after(name, text))
		return text_length == name_length ? 0 : 1;
	edits = edit_distance(text, text_length, name, name_length);
	if (edits > allowed || edits >= text_length || edits >= name_length)
		return NOT_NEAR;
	return edits;
}

/* The nearest names, all equally near, in the order in which they were found. */
struct suggestions {
	unsigned int nr;
	unsigned int edits;
	const char *names[MAX_SUGGESTIONS];
};

static void suggest(struct suggestions *suggestions, const char *name, unsigned int edits)
{
	unsigned int i;

	if (suggestions->nr && edits > suggestions->edits)
		return;
	if (edits < suggestions->edits)
		suggestions->nr = 0;
	suggestions->edits = edits;
	/* An alias can bring a name a second time. */
	for (i = 0; i < suggestions->nr; i++) {
		if (suggestions->names[i] == name)
			return;
	}
	if (suggestions->nr < MAX_SUGGESTIONS)
		suggestions->names[suggestions->nr++] = name;
}

static void suggest_from(struct suggestions *suggestions, const struct name_table *table,
			 const char *text)
{
	const char *rest = after_prefix(table, text);
	size_t i;

	if (!rest)
		rest = text;
	for (i = 0; i < table->nr_names; i++) {
		const struct number_name *name = &table->names[i];
		unsigned int edits = distance(rest, name->name + strlen(table->prefix));

		if (edits != NOT_NEAR)
			suggest(suggestions, name_table__find(table, name->number)->name, edits);
	}
}

static const char *join(const struct suggestions *suggestions, char *names, size_t size)
{
	size_t used = 0;
	unsigned int i;

	if (size)
		names[0] = '\0';
	for (i = 0; i < suggestions->nr; i++) {
		const char *separator = i ? ", " : "";
		size_t more = strlen(separator) + strlen(suggestions->names[i]);

		if (more >= size - used)
			break;
		strcpy(names + used, separator);
		strcat(names + used, suggestions->names[i]);
		used += more;
	}
	return names;
}

const char *near_families(const char *text, char *names, size_t size)
{
	struct suggestions suggestions = { 0 };

	suggest_from(&suggestions, &family_names, text);
	return join(&suggestions, names, size);
}

const char *near_types(const char *text, char *names, size_t size)
{
	struct suggestions suggestions = { 0 };

	suggest_from(&suggestions, &type_names, text);
	return join(&suggestions, names, size);
}

const char *near_protocols(const char *text, char *names, size_t size)
{
	struct suggestions suggestions = { 0 };
	size_t i;

	for (i = 0; i < NR_PROTOCOL_TABLES; i++)
		suggest_from(&suggestions, &protocol_names[i], text);
	suggest_from(&suggestions, &ethernet_names, text);
	return join(&suggestions, names, size);
}
