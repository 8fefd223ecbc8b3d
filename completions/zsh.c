// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "completions.h"

static const char beginning[] =
	"#compdef sockcreate-trace\n"
	"# SPDX-License-Identifier: GPL-2.0\n"
	"# Completions of sockcreate-trace for zsh. Made from its tables of verbs and options.\n"
	"\n"
	"# _pids has those of the terminal only.\n"
	"_sockcreate_trace_pids()\n"
	"{\n"
	"\tcompadd \"$@\" - $(ps -e -o pid=)\n"
	"}\n"
	"_sockcreate_trace_tids()\n"
	"{\n"
	"\tcompadd \"$@\" - $(ps -e -L -o tid=)\n"
	"}\n"
	"\n";

static const char ending[] =
	"\t_arguments -s -S -C -A '-*' \"${trace[@]}\" '1: :->word' '*:: :->rest'\n"
	"\tcase $state in\n"
	"\tword)\n"
	"\t\tif ((${words[(I)--]})); then\n"
	"\t\t\t_command_names -e\n"
	"\t\telse\n"
	"\t\t\t_alternative 'verbs:verb:_sockcreate_trace_verbs' \\\n"
	"\t\t\t\t'commands:command:_command_names -e'\n"
	"\t\tfi\n"
	"\t\t;;\n"
	"\trest)\n"
	"\t\tcase $line[1] in\n";

/* Text for _arguments and _describe, within single quotes. */
static void print_escaped(const char *text, int size)
{
	int i;

	for (i = 0; i < size; i++) {
		if (text[i] == '\'')
			printf("'\\''");
		else
			printf(strchr("\\[]:", text[i]) ? "\\%c" : "%c", text[i]);
	}
}

/* A command that completes a value, or NULL. */
static const char *command_of(enum option_value value)
{
	switch (value) {
	case VALUE_OUTPUT:
		return "_sockcreate_trace_output";
	case VALUE_CGROUP:
		return "_files -/";
	case VALUE_FILE:
	case VALUE_NETNS:
	case VALUE_EXE:
		return "_files";
	case VALUE_USER:
		return "_users";
	case VALUE_PROCESS:
		return "_sockcreate_trace_pids";
	case VALUE_THREAD:
		return "_sockcreate_trace_tids";
	default:
		return NULL;
	}
}

/* What completes a value; a space where nothing can. */
static void print_action(const struct option_info *info)
{
	const char *command = command_of(info->value);
	bool closed = is_closed(info->value);

	if (is_list(info) && (closed || command))
		printf("_sequence ");
	printf(closed ? "compadd - " : "%s", command ? command : " ");
	if (closed)
		print_words(info->value, " ");
}

/* '*--pid=[brief]:PID:action': may be repeated, with its value behind "=" or as the next word. */
static void print_spec(const struct option_info *info, const char *name, const char *before_value)
{
	printf("\t\t'*%s%s[", name, info->argument ? before_value : "");
	print_escaped(info->help, brief_size(info->help));
	printf("]");
	if (info->argument) {
		printf(":");
		print_escaped(info->argument, (int)strlen(info->argument));
		printf(":");
		print_action(info);
	}
	printf("'\n");
}

/* The array of the options of a verb; a dash can't be in its name. */
static void print_array_name(enum verb verb)
{
	const char *name;

	for (name = verbs[verb].name; *name; name++)
		putchar(*name == '-' ? '_' : *name);
}

static void print_options_of(enum verb verb)
{
	char letter[] = "-?", name[OPTION_NAME_SIZE];
	int option;

	printf("\tlocal -a ");
	print_array_name(verb);
	printf("\n\t");
	print_array_name(verb);
	printf("=(\n");
	for (option = 0; option < NR_OPTIONS; option++) {
		const struct option_info *info = &options_table[option];

		if (!option__belongs_to(option, verb))
			continue;
		letter[1] = info->letter;
		if (info->letter)
			print_spec(info, letter, "+");
		print_spec(info, option__name(option, name), "=");
	}
	printf("\t)\n");
}

static void print_functions(void)
{
	int verb;

	printf("_sockcreate_trace_output()\n{\n\tlocal -a formats\n\tformats=(");
	print_formats(" ");
	printf(")\n\tif compset -P \"(${(j:|:)formats}):\"; then\n\t\t_files\n\telse\n"
	       "\t\t_alternative 'formats:format:compadd -S : -a formats' 'files:file:_files'\n"
	       "\tfi\n}\n\n"
	       "_sockcreate_trace_verbs()\n{\n\tlocal -a verbs\n\tverbs=(\n");
	for (verb = 0; verb < NR_VERBS; verb++) {
		printf("\t\t'%s:", verbs[verb].name);
		print_escaped(verbs[verb].brief, brief_size(verbs[verb].brief));
		printf("'\n");
	}
	printf("\t)\n\t_describe -t verbs verb verbs\n}\n\n");
}

/* What stands behind a verb: its options, and perhaps a COMMAND. */
static void print_verb(enum verb verb)
{
	printf("\t\t%s)\n\t\t\t_arguments -s -S -A '-*' \"${", verbs[verb].name);
	print_array_name(verb);
	printf("[@]}\"%s\n\t\t\t;;\n",
	       verbs[verb].takes_command ? " '1: :_command_names -e' '*:: :_normal'" : "");
}

void print_zsh(void)
{
	int verb;

	fputs(beginning, stdout);
	print_functions();
	printf("_sockcreate_trace()\n{\n"
	       "\tlocal curcontext=$curcontext state line\n\tlocal -A opt_args\n");
	for (verb = 0; verb < NR_VERBS; verb++)
		print_options_of(verb);
	fputs(ending, stdout);
	for (verb = 0; verb < NR_VERBS; verb++)
		print_verb(verb);
	printf("\t\t*) _normal ;;\n\t\tesac\n\t\t;;\n\tesac\n}\n\n_sockcreate_trace \"$@\"\n");
}
