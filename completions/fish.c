// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "completions.h"

#define COMPLETE "complete -c sockcreate-trace"

static const char beginning[] =
	"# SPDX-License-Identifier: GPL-2.0\n"
	"# Completions of sockcreate-trace for fish. Made from its tables of verbs and options.\n"
	"\n"
	"# Prints the verb, or nothing, on the first line, and on the second the number of the word with\n"
	"# which the COMMAND begins, or nothing.\n"
	"function __sockcreate_trace_parse\n"
	"\tset -l verb\n"
	"\tset -l begin\n"
	"\tset -l is_value no\n"
	"\tset -l words (commandline -opc)\n"
	"\tfor at in (seq 2 (count $words))\n"
	"\t\tset -l word $words[$at]\n"
	"\t\tif test $is_value = yes\n"
	"\t\t\tset is_value no\n"
	"\t\telse if test \"$word\" = --\n"
	"\t\t\tset begin (math $at + 1)\n"
	"\t\t\tbreak\n"
	"\t\telse if string match -q -r -- $__sockcreate_trace_with_value \"$word\"\n"
	"\t\t\tset is_value yes\n"
	"\t\telse if string match -q -- '-?*' \"$word\"\n"
	"\t\t\tcontinue\n"
	"\t\telse if test -z \"$verb\"; and contains -- \"$word\" $__sockcreate_trace_verbs\n"
	"\t\t\tset verb $word\n"
	"\t\telse\n"
	"\t\t\tset begin $at\n"
	"\t\t\tbreak\n"
	"\t\tend\n"
	"\tend\n"
	"\techo $verb\n"
	"\techo $begin\n"
	"end\n"
	"\n"
	"# Whether the words that follow are those of one of these verbs; trace need not be named.\n"
	"function __sockcreate_trace_in\n"
	"\tset -l parsed (__sockcreate_trace_parse)\n"
	"\ttest -n \"$parsed[1]\"; or set parsed[1] trace\n"
	"\ttest -z \"$parsed[2]\"; and contains -- $parsed[1] $argv\n"
	"end\n"
	"\n"
	"# Whether a verb can be named here.\n"
	"function __sockcreate_trace_before_verb\n"
	"\tset -l parsed (__sockcreate_trace_parse)\n"
	"\ttest -z \"$parsed[1]\" -a -z \"$parsed[2]\"\n"
	"end\n"
	"\n"
	"# Completes COMMAND, or its words.\n"
	"function __sockcreate_trace_command\n"
	"\tset -l parsed (__sockcreate_trace_parse)\n"
	"\tset -l words (commandline -opc)\n"
	"\tset -l begin $parsed[2]\n"
	"\tif test -n \"$begin\"; and test $begin -le (count $words)\n"
	"\t\tset words $words[$begin..-1]\n"
	"\telse\n"
	"\t\tset words\n"
	"\tend\n"
	"\tset -l current (commandline -ct)\n"
	"\tcomplete --do-complete=(string join ' ' -- (string escape -- $words) \"$current\")\n"
	"end\n"
	"\n"
	"# Whether COMMAND is to be completed: one of these verbs takes it, and it is named or can be.\n"
	"function __sockcreate_trace_at_command\n"
	"\tset -l parsed (__sockcreate_trace_parse)\n"
	"\ttest -n \"$parsed[1]\"; or set parsed[1] trace\n"
	"\tcontains -- $parsed[1] $argv; or return\n"
	"\ttest -n \"$parsed[2]\"; or not string match -q -- '-*' (commandline -ct)\n"
	"end\n"
	"\n"
	"# The current value, without an option before it: as in --type=raw and -xfinet.\n"
	"function __sockcreate_trace_current\n"
	"\tcommandline -ct | string replace -r -- $__sockcreate_trace_before_value ''\n"
	"end\n"
	"\n"
	"# Completes the last word of a list with commas.\n"
	"function __sockcreate_trace_list\n"
	"\tset -l before (__sockcreate_trace_current | string match -r -- '^.*,')\n"
	"\tprintf '%s\\n' \"$before\"$argv\n"
	"end\n"
	"\n"
	"# Completes a file, perhaps behind one of these formats and a colon.\n"
	"function __sockcreate_trace_output\n"
	"\tset -l current (__sockcreate_trace_current)\n"
	"\tset -l parts (string split -m 1 : -- $current)\n"
	"\tif test (count $parts) -eq 2; and contains -- $parts[1] $argv\n"
	"\t\tprintf '%s\\n' $parts[1]:(__fish_complete_path $parts[2] | string replace -r '\\t.*' '')\n"
	"\telse\n"
	"\t\tprintf '%s:\\n' $argv\n"
	"\t\t__fish_complete_path $current\n"
	"\tend\n"
	"end\n"
	"\n"
	"function __sockcreate_trace_users\n"
	"\t__sockcreate_trace_list (__fish_complete_users | string replace -r '\\t.*' '')\n"
	"end\n"
	"\n"
	"function __sockcreate_trace_tasks\n"
	"\t__sockcreate_trace_list (ps -e $argv | string trim)\n"
	"end\n"
	"\n";

/* An expression for letters up to that of an option with a value: "-xf" as well as "-f". */
static void print_letters(void)
{
	int option;

	printf("-[");
	for (option = 0; option < NR_OPTIONS; option++) {
		if (options_table[option].letter && !options_table[option].argument)
			putchar(options_table[option].letter);
	}
	printf("]*[");
	for (option = 0; option < NR_OPTIONS; option++) {
		if (options_table[option].letter && options_table[option].argument)
			putchar(options_table[option].letter);
	}
	printf("]");
}

/* Expressions for words whose last option is still without its value, and for what is before one.
 */
static void print_with_value(void)
{
	const char *separator = "";
	int option;

	printf("set -g __sockcreate_trace_before_value '^(--[^=]*=|");
	print_letters();
	printf(")'\nset -g __sockcreate_trace_with_value '^(");
	print_letters();
	printf("|--(");
	for (option = 0; option < NR_OPTIONS; option++) {
		if (!options_table[option].argument)
			continue;
		printf("%s%s", separator, options_table[option].name);
		separator = "|";
	}
	printf("))$'\n");
}

/* The first sentence of text, between single quotes. */
static void print_quoted(const char *text)
{
	int size = brief_size(text);
	int i;

	putchar('\'');
	for (i = 0; i < size; i++)
		printf(text[i] == '\'' || text[i] == '\\' ? "\\%c" : "%c", text[i]);
	putchar('\'');
}

/* What completes a value: options of complete. */
static void print_value(const struct option_info *info)
{
	if (is_closed(info->value)) {
		printf(is_list(info) ? " -x -a '(__sockcreate_trace_list " : " -x -a '");
		print_words(info->value, " ");
		printf(is_list(info) ? ")'" : "'");
		return;
	}
	switch (info->value) {
	case VALUE_OUTPUT:
		printf(" -x -a '(__sockcreate_trace_output ");
		print_formats(" ");
		printf(")'");
		break;
	case VALUE_CGROUP:
		printf(" -x -a '(__fish_complete_directories (__sockcreate_trace_current))'");
		break;
	case VALUE_FILE:
	case VALUE_NETNS:
	case VALUE_EXE:
		printf(" -r -F");
		break;
	case VALUE_USER:
		printf(" -x -a '(__sockcreate_trace_users)'");
		break;
	case VALUE_PROCESS:
		printf(" -x -a '(__sockcreate_trace_tasks -o pid=)'");
		break;
	case VALUE_THREAD:
		printf(" -x -a '(__sockcreate_trace_tasks -L -o tid=)'");
		break;
	default:
		printf(" -x");
	}
}

static void print_option(const struct option_info *info)
{
	int verb;

	printf(COMPLETE " -n '__sockcreate_trace_in");
	for (verb = 0; verb < NR_VERBS; verb++) {
		if (info->verbs & VERB_BIT(verb))
			printf(" %s", verbs[verb].name);
	}
	printf("'");
	if (info->letter)
		printf(" -s %c", info->letter);
	printf(" -l %s", info->name);
	if (info->argument)
		print_value(info);
	printf(" -d ");
	print_quoted(info->help);
	printf("\n");
}

static void print_verbs(void)
{
	int verb;

	printf(COMPLETE " -n '__sockcreate_trace_at_command");
	for (verb = 0; verb < NR_VERBS; verb++)
		printf(verbs[verb].takes_command ? " %s" : "", verbs[verb].name);
	printf("' -a '(__sockcreate_trace_command)'\n");
	for (verb = 0; verb < NR_VERBS; verb++) {
		printf(COMPLETE " -n __sockcreate_trace_before_verb -a %s -d ", verbs[verb].name);
		print_quoted(verbs[verb].brief);
		printf("\n");
	}
}

void print_fish(void)
{
	int i;

	fputs(beginning, stdout);
	print_with_value();
	printf("set -g __sockcreate_trace_verbs");
	for (i = 0; i < NR_VERBS; i++)
		printf(" %s", verbs[i].name);
	printf("\n\n" COMPLETE " -f\n");
	print_verbs();
	for (i = 0; i < NR_OPTIONS; i++)
		print_option(&options_table[i]);
}
