// SPDX-License-Identifier: GPL-2.0
/* print-completions bash|zsh|fish: prints that shell's completion file. */
#include "completions.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "formats/formats.h"
#include "names/names.h"
#include "names/stage.h"
#include "shared/families.h"

#define NR_TYPES	     16
#define NR_IP_PROTOCOLS	     512
#define NR_NETLINK_PROTOCOLS 32

bool is_list(const struct option_info *info)
{
	/* Every filter with names or numbers takes one. */
	return info->value == VALUE_STAGES || (info->group == GROUP_FILTERS && info->argument &&
					       info->value != VALUE_MICROSECONDS);
}

bool is_closed(enum option_value value)
{
	return option_value__words(value) || value == VALUE_FAMILY || value == VALUE_TYPE ||
	       value == VALUE_PROTOCOL || value == VALUE_STAGES || value == VALUE_FORMAT;
}

/* Between the words of a list that begins with *first. */
static void separate(bool *first, const char *separator)
{
	if (!*first)
		fputs(separator, stdout);
	*first = false;
}

/* A name as people write it: "inet" for AF_INET. A number is no name. */
static void print_name(const char *name, const char *prefix, bool *first, const char *separator)
{
	size_t length = strlen(prefix);

	if (isdigit((unsigned char)name[0]))
		return;
	separate(first, separator);
	for (name += strncmp(name, prefix, length) ? 0 : length; *name; name++)
		putchar(length ? tolower((unsigned char)*name) : *name);
}

static void print_protocols(const char *separator)
{
	char name[NAME_SIZE];
	bool first = true;
	int protocol;

	for (protocol = 0; protocol < NR_IP_PROTOCOLS; protocol++)
		print_name(name_of_protocol(AF_INET, protocol, name), "IPPROTO_", &first,
			   separator);
	for (protocol = 0; protocol < NR_NETLINK_PROTOCOLS; protocol++)
		print_name(name_of_protocol(AF_NETLINK, protocol, name), "", &first, separator);
}

static void print_listed(const char *const *words, bool *first, const char *separator)
{
	for (; *words; words++) {
		separate(first, separator);
		fputs(*words, stdout);
	}
}

static void print_stages(const char *separator)
{
	bool first = true;
	int stage;

	print_listed(option_value__words(VALUE_DETAIL), &first, separator);
	for (stage = 0; stage < NR_STAGES; stage++) {
		separate(&first, separator);
		fputs(stages[stage].name, stdout);
	}
}

void print_formats(const char *separator)
{
	int i;

	for (i = 0; i < nr_formats; i++)
		printf("%s%s", formats[i]->name, i < nr_formats - 1 ? separator : "");
}

void print_words(enum option_value value, const char *separator)
{
	char name[NAME_SIZE];
	bool first = true;
	int i;

	switch (value) {
	case VALUE_FAMILY:
		for (i = 0; i < NR_FAMILIES; i++)
			print_name(name_of_family(i, name), "AF_", &first, separator);
		break;
	case VALUE_TYPE:
		for (i = 0; i < NR_TYPES; i++)
			print_name(name_of_type(i, name), "SOCK_", &first, separator);
		break;
	case VALUE_PROTOCOL:
		print_protocols(separator);
		break;
	case VALUE_STAGES:
		print_stages(separator);
		break;
	case VALUE_FORMAT:
		print_formats(separator);
		printf("%s" NO_FORMAT_NAME, separator);
		break;
	default:
		print_listed(option_value__words(value), &first, separator);
	}
}

int brief_size(const char *text)
{
	const char *end = strstr(text, ". ");

	return end ? (int)(end - text) : (int)strlen(text) - 1;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "bash"))
		print_bash();
	else if (argc == 2 && !strcmp(argv[1], "zsh"))
		print_zsh();
	else if (argc == 2 && !strcmp(argv[1], "fish"))
		print_fish();
	else
		return 2;
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
