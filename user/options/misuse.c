// SPDX-License-Identifier: GPL-2.0
#include "options/misuse.h"

#include <ctype.h>
#include <string.h>

#include "names/near.h"
#include "options/option.h"
#include "text/buffer.h"
#include "text/log.h"

/* Adds "--comm, --count or --color", the names of a set of options; ends it with a NUL. */
static void add_names(struct buffer *buffer, __u64 options)
{
	char name[OPTION_NAME_SIZE];
	int option;

	for (option = 0; option < NR_OPTIONS; option++) {
		if (!(options & OPTION_BIT(option)))
			continue;
		options &= ~OPTION_BIT(option);
		buffer__add_string(buffer, option__name(option, name));
		if (options)
			buffer__add_string(buffer, options & (options - 1) ? ", " : " or ");
	}
	buffer__add_char(buffer, '\0');
}

/* The options whose names begin with these bytes. */
static __u64 find_beginning(const char *name, size_t length)
{
	__u64 found = 0;
	int option;

	for (option = 0; option < NR_OPTIONS; option++) {
		if (!strncmp(options_table[option].name, name, length))
			found |= OPTION_BIT(option);
	}
	return found;
}

/* The options whose names are nearest to this one. */
static __u64 find_near(const char *name)
{
	struct near_names near = { 0 };
	__u64 found = 0;
	unsigned int i;
	int option;

	for (option = 0; option < NR_OPTIONS; option++)
		near__compare(&near, name, options_table[option].name, options_table[option].name);
	for (i = 0; i < near.nr; i++)
		found |= find_beginning(near.names[i], strlen(near.names[i]) + 1);
	return found;
}

static void explain(const char *option, __u64 ambiguous, __u64 near)
{
	struct buffer names = { 0 };

	add_names(&names, ambiguous ? ambiguous : near);
	if (ambiguous && !names.failed)
		log_error("option %s is ambiguous: it can be %s", option, names.data);
	else if (near && !names.failed)
		log_error("unknown option %s: did you mean %s?", option, names.data);
	else
		log_error("unknown option %s (see --help)", option);
	buffer__free(&names);
}

/* "--famly=inet": what it begins with, or what is near. */
static void explain_name(const char *word)
{
	char name[OPTION_NAME_SIZE + 1] = "";
	size_t length = strcspn(word, "=");

	if (length >= sizeof(name)) {
		log_error("unknown option %.*s (see --help)", (int)length, word);
		return;
	}
	memcpy(name, word, length);
	if (length == strlen("--")) {
		log_error("there is no name of an option in \"%s\" (see --help)", word);
		return;
	}
	explain(name, find_beginning(name + 2, length - 2), find_near(name + 2));
}

/* The letter of an option that is this one in the other case, or 0. */
static char other_case(char letter)
{
	char other = (char)(islower((unsigned char)letter) ? toupper((unsigned char)letter)
							   : tolower((unsigned char)letter));
	int option;

	for (option = 0; other != letter && option < NR_OPTIONS; option++) {
		if (options_table[option].letter == other)
			return other;
	}
	return '\0';
}

void misuse__explain_unknown(const char *word, char letter)
{
	size_t length = strlen(word);
	char other = other_case(letter);

	if (!strncmp(word, "--", 2))
		explain_name(word);
	else if (length > 2 && find_beginning(word + 1, length))
		log_error("unknown option %s: did you mean -%s?", word, word);
	else if (other)
		log_error("unknown option -%c: did you mean -%c?", letter, other);
	else
		log_error("unknown option -%c (see --help)", letter);
}
