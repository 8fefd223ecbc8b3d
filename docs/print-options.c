// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the tables of verbs and options for the man page, which docs/make-options puts in place:
 * "print-options synopsis", "print-options verbs" and "print-options options FILE", where FILE has
 * what the page says of some options in addition to --help: docs/options.mdoc.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/formats.h"
#include "options/option.h"

#define WIDTH 100
#define MARK  ".\\\" option "

/* Text of which a line has begun, or not. */
static int column;

static void end_line(void)
{
	if (column)
		putchar('\n');
	column = 0;
}

/* A word of running text; a backslash is written as mdoc has it. A sentence ends its line. */
static void print_word(const char *word, size_t size)
{
	size_t i;

	if (column && column + 1 + (int)size > WIDTH)
		end_line();
	else if (column)
		column += printf(" ");
	for (i = 0; i < size; i++)
		column += printf(word[i] == '\\' ? "\\e" : "%c", word[i]);
	if (word[size - 1] == '.')
		end_line();
}

/* Whether the word is one of those that the option's value can be. */
static bool is_choice(const struct option_info *info, const char *word, size_t size)
{
	const char *const *words = info ? option_value__words(info->value) : NULL;

	for (; words && *words; words++) {
		if (strlen(*words) == size && !strncmp(*words, word, size))
			return true;
	}
	return false;
}

/* A word in capitals stands for something that the user names. */
static bool is_argument(const struct option_info *info, const char *word, size_t size)
{
	if (size == strlen("COMMAND") && !strncmp(word, "COMMAND", size))
		return true;
	return info && info->argument && size == strlen(info->argument) &&
	       !strncmp(word, info->argument, size);
}

/* The macro that a word is marked up with, or NULL. */
static const char *macro_of(const struct option_info *info, const char *word, size_t size)
{
	if (size > 1 && word[0] == '-' && (isalpha((unsigned char)word[1]) || word[1] == '-'))
		return "Fl";
	if (is_argument(info, word, size))
		return "Ar";
	return is_choice(info, word, size) ? "Cm" : NULL;
}

static void print_marked_word(const struct option_info *info, const char *word, size_t size)
{
	size_t bare = size;
	const char *macro;

	while (bare && strchr(".,;:", word[bare - 1]))
		bare--;
	macro = macro_of(info, word, bare);
	if (!macro) {
		print_word(word, size);
		return;
	}
	end_line();
	if (!strcmp(macro, "Fl")) {
		word++;
		size--;
		bare--;
	}
	printf(".%s %.*s", macro, (int)bare, word);
	if (size > bare)
		printf(" %.*s", (int)(size - bare), word + bare);
	putchar('\n');
}

/* Sentences; info is the option that they are about, or NULL. */
static void print_text(const struct option_info *info, const char *text)
{
	while (*text) {
		size_t size = strcspn(text, " ");

		print_marked_word(info, text, size);
		text += size;
		text += strspn(text, " ");
	}
	end_line();
}

/* --- synopsis and verbs --- */

static void print_synopsis_option(const struct option_info *info)
{
	if (info->letter)
		printf(".Op Fl %c", info->letter);
	else
		printf(".Op Fl -%s", info->name);
	if (info->argument)
		printf(" Ar %s", info->argument);
	putchar('\n');
}

/* Letters without a value are shown together. */
static bool is_plain_letter(const struct option_info *info)
{
	return info->letter && !info->argument;
}

static void print_synopsis_of(enum verb verb)
{
	int option;

	printf(".Nm\n.%s %s\n.Op Fl ", verb ? "Cm" : "Op Cm", verbs[verb].name);
	for (option = 0; option < NR_OPTIONS; option++) {
		const struct option_info *info = &options_table[option];

		if (option__belongs_to(option, verb) && is_plain_letter(info))
			putchar(info->letter);
	}
	putchar('\n');
	for (option = 0; option < NR_OPTIONS; option++) {
		const struct option_info *info = &options_table[option];

		if (option__belongs_to(option, verb) && !is_plain_letter(info))
			print_synopsis_option(info);
	}
	if (verbs[verb].takes_command)
		printf(".Op Fl - Ar COMMAND Op Ar ARG ...\n");
}

static void print_synopsis(void)
{
	int verb;

	for (verb = 0; verb < NR_VERBS; verb++)
		print_synopsis_of(verb);
}

static void print_verbs(void)
{
	int verb;

	printf(".Bl -tag -width Ds\n");
	for (verb = 0; verb < NR_VERBS; verb++) {
		printf(".It Cm %s\n", verbs[verb].name);
		print_text(NULL, verbs[verb].about);
	}
	printf(".El\n");
}

/* --- options --- */

static void print_item(const struct option_info *info)
{
	printf(".It Fl ");
	if (info->letter)
		printf("%c , Fl ", info->letter);
	printf("-%s", info->name);
	if (info->argument)
		printf(" Ar %s", info->argument);
	putchar('\n');
}

static void print_formats(void)
{
	int i;

	printf(".Bl -tag -width timeline -compact\n");
	for (i = 0; i < nr_formats; i++) {
		printf(".It Cm %s\n", formats[i]->name);
		print_text(NULL, formats[i]->help);
	}
	printf(".El\n");
}

/* What follows the option's mark, up to the next mark. */
static void print_addition(const char *additions, const char *name)
{
	const char *at = additions;

	while ((at = strstr(at, MARK))) {
		const char *end;

		at += strlen(MARK);
		if (strncmp(at, name, strlen(name)) || at[strlen(name)] != '\n')
			continue;
		at += strlen(name) + 1;
		end = strstr(at, MARK);
		fwrite(at, 1, end ? (size_t)(end - at) : strlen(at), stdout);
		return;
	}
}

static void print_group(enum option_group group, const char *additions)
{
	int option;

	printf(".Ss %s\n", option_groups[group].title);
	if (option_groups[group].note)
		print_text(NULL, option_groups[group].note);
	printf(".Bl -tag -width Ds\n");
	for (option = 0; option < NR_OPTIONS; option++) {
		const struct option_info *info = &options_table[option];

		if (info->group != group)
			continue;
		print_item(info);
		print_text(info, info->help);
		if (option == OPTION_FORMAT)
			print_formats();
		print_addition(additions, info->name);
	}
	printf(".El\n");
}

/* Every mark must name an option: what is said of one that is gone would be lost. */
static bool check_marks(const char *additions)
{
	const char *at = additions;
	bool good = true;

	while ((at = strstr(at, MARK))) {
		size_t size = strcspn(at += strlen(MARK), "\n");
		int option = 0;

		while (option < NR_OPTIONS && (strlen(options_table[option].name) != size ||
					       strncmp(options_table[option].name, at, size)))
			option++;
		if (option < NR_OPTIONS)
			continue;
		fprintf(stderr, "print-options: there is no option --%.*s\n", (int)size, at);
		good = false;
	}
	return good;
}

/* The whole file as a string, or NULL. */
static char *read_file(const char *path)
{
	static char text[64 * 1024];
	FILE *file = fopen(path, "r");
	size_t size;

	if (!file) {
		perror(path);
		return NULL;
	}
	size = fread(text, 1, sizeof(text) - 1, file);
	text[size] = '\0';
	fclose(file);
	return size < sizeof(text) - 1 ? text : NULL;
}

static int print_options(const char *path)
{
	const char *additions = read_file(path);
	int group;

	if (!additions || !check_marks(additions))
		return 1;
	for (group = 0; group < NR_OPTION_GROUPS; group++)
		print_group(group, additions);
	return 0;
}

int main(int argc, char **argv)
{
	int status = 0;

	if (argc == 2 && !strcmp(argv[1], "synopsis"))
		print_synopsis();
	else if (argc == 2 && !strcmp(argv[1], "verbs"))
		print_verbs();
	else if (argc == 3 && !strcmp(argv[1], "options"))
		status = print_options(argv[2]);
	else
		return 2;
	return ferror(stdout) || fflush(stdout) ? 1 : status;
}
