// SPDX-License-Identifier: GPL-2.0
#include "options/help.h"

#include <string.h>

#include "formats/formats.h"

#define WIDTH	    79 /* terminals have one column more at least */
#define HELP_COLUMN 27
#define NAME_COLUMN 2 /* of formats and verbs */

/* Prints words from a column on, at which lines that follow begin, too. The cursor is at *column.
 */
static void print_wrapped(FILE *file, int column, int begin, const char *text)
{
	int at = begin;

	fprintf(file, "%*s", begin - column, "");
	while (*text) {
		int length = (int)strcspn(text, " ");

		if (at > begin && at + 1 + length > WIDTH) {
			fprintf(file, "\n%*s", begin, "");
			at = begin;
		} else if (at > begin) {
			fputc(' ', file);
			at++;
		}
		fwrite(text, 1, (size_t)length, file);
		at += length;
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', file);
}

/* A name, and behind it or, if it is long, below it what it means. */
static void print_row(FILE *file, int column, const char *text)
{
	if (column + 2 > HELP_COLUMN) {
		fputc('\n', file);
		column = 0;
	}
	print_wrapped(file, column, HELP_COLUMN, text);
}

static void print_option(FILE *file, const struct option_info *info)
{
	int column;

	if (info->letter)
		column = fprintf(file, "  -%c, --%s", info->letter, info->name);
	else
		column = fprintf(file, "      --%s", info->name);
	if (info->argument)
		column += fprintf(file, " %s", info->argument);
	print_row(file, column, info->help);
}

static void print_group(FILE *file, enum option_group group, enum verb verb)
{
	bool first = true;
	int option;

	for (option = 0; option < NR_OPTIONS; option++) {
		const struct option_info *info = &options_table[option];

		if (info->group != group || !option__belongs_to(option, verb))
			continue;
		if (first) {
			fprintf(file, "\n%s:\n", option_groups[group].title);
			if (option_groups[group].note)
				print_wrapped(file, 0, NAME_COLUMN, option_groups[group].note);
		}
		first = false;
		print_option(file, info);
	}
}

static void print_formats(FILE *file)
{
	int i;

	fputs("\nFormats:\n", file);
	for (i = 0; i < nr_formats; i++) {
		int column = fprintf(file, "%*s%s", NAME_COLUMN, "", formats[i]->name);

		print_row(file, column, formats[i]->help);
	}
}

static void print_verbs(FILE *file)
{
	int verb;

	fputs("\nVerbs (sockcreate-trace VERB --help shows the options of each):\n", file);
	for (verb = 0; verb < NR_VERBS; verb++) {
		int column = fprintf(file, "%*s%s", NAME_COLUMN, "", verbs[verb].name);

		print_row(file, column, verbs[verb].brief);
	}
}

/* The first verb need not be named. */
static void print_usage(FILE *file, enum verb verb)
{
	const struct verb_info *info = &verbs[verb];

	fprintf(file, verb ? "Usage: sockcreate-trace %s" : "Usage: sockcreate-trace [%s]",
		info->name);
	fprintf(file, " [OPTIONS]%s\n\n", info->takes_command ? " [-- COMMAND [ARG...]]" : "");
	print_wrapped(file, 0, 0, info->about);
}

void help__print(FILE *file, enum verb verb, bool with_verbs)
{
	int group;

	print_usage(file, verb);
	if (with_verbs)
		print_verbs(file);
	for (group = 0; group < NR_OPTION_GROUPS; group++)
		print_group(file, (enum option_group)group, verb);
	if (option__belongs_to(OPTION_FORMAT, verb))
		print_formats(file);
	fprintf(file, "\nExamples:\n%s\n", verbs[verb].examples);
	print_wrapped(
		file, 0, 0,
		verbs[verb].takes_command
			? "Exit status: 0; that of COMMAND, if there is one (126 if it "
			  "cannot be executed, 127 if it is not found); 1 for an error; 2 for "
			  "a wrong command line."
			: "Exit status: 0; 1 for an error; 2 for a wrong command line.");
}
