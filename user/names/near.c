// SPDX-License-Identifier: GPL-2.0
#include "names/near.h"

#include <limits.h>
#include <string.h>

#define MAX_TEXT      40 /* longer than any name */
#define NOT_NEAR      UINT_MAX
#define MIN_BEGINNING 3 /* the fewest letters that can stand for a name by its beginning */

/* This is for ASCII and does not depend on the locale. */
static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int begins_with(const char *text, const char *beginning)
{
	while (*beginning && lower(*text) == lower(*beginning)) {
		text++;
		beginning++;
	}
	return !*beginning;
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * Return how many letters must be inserted, removed, changed or swapped with their neighbour to
 * turn a into b. Both have at most MAX_TEXT letters. Row i of the table has the distances for the
 * first i letters of a.
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

/* Return the distance of text from a name, or NOT_NEAR if they are not alike. */
static unsigned int distance(const char *text, const char *name)
{
	size_t text_length = strlen(text), name_length = strlen(name);
	unsigned int allowed = text_length < 5 ? 1 : text_length < 8 ? 2 : 3;
	unsigned int edits;

	if (!text_length || text_length > MAX_TEXT || name_length > MAX_TEXT)
		return NOT_NEAR;
	if (text_length >= MIN_BEGINNING && begins_with(name, text))
		return text_length == name_length ? 0 : 1;
	edits = edit_distance(text, text_length, name, name_length);
	if (edits > allowed || edits >= text_length || edits >= name_length)
		return NOT_NEAR;
	return edits;
}

static void suggest(struct near_names *near, const char *name, unsigned int edits)
{
	unsigned int i;

	if (near->nr && edits > near->edits)
		return;
	if (edits < near->edits)
		near->nr = 0;
	near->edits = edits;
	/* A name can come a second time because of an alias. */
	for (i = 0; i < near->nr; i++) {
		if (near->names[i] == name)
			return;
	}
	if (near->nr < MAX_NEAR_NAMES)
		near->names[near->nr++] = name;
}

void near__compare(struct near_names *near, const char *text, const char *name, const char *shown)
{
	unsigned int edits = distance(text, name);

	if (edits != NOT_NEAR)
		suggest(near, shown, edits);
}

const char *near__join(const struct near_names *near, char *names, size_t size)
{
	size_t used = 0;
	unsigned int i;

	if (size)
		names[0] = '\0';
	for (i = 0; i < near->nr; i++) {
		const char *separator = i ? ", " : "";
		size_t more = strlen(separator) + strlen(near->names[i]);

		if (more >= size - used)
			break;
		strcpy(names + used, separator);
		strcat(names + used, near->names[i]);
		used += more;
	}
	return names;
}
