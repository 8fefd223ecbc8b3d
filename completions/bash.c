// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "completions.h"

/* Functions that do not depend on the tables. */
static const char beginning[] =
	"# SPDX-License-Identifier: GPL-2.0\n"
	"# Completions of sockcreate-trace for bash. Made from its tables of verbs and options.\n"
	"\n"
	"# Sets option to the one that is still without its value at the end of a word, if any.\n"
	"_sockcreate_trace_find_option()\n"
	"{\n"
	"\tlocal word=$1 letter\n"
	"\n"
	"\toption=\n"
	"\tcase $word in\n"
	"\t--*)\n"
	"\t\t[[ $with_value == *\" $word \"* ]] && option=$word\n"
	"\t\treturn\n"
	"\t\t;;\n"
	"\tesac\n"
	"\tword=${word#-}\n"
	"\twhile [[ $word ]]; do\n"
	"\t\tletter=${word:0:1} word=${word:1}\n"
	"\t\tif [[ $with_value == *\" -$letter \"* ]]; then\n"
	"\t\t\t[[ $word ]] || option=-$letter\n"
	"\t\t\treturn\n"
	"\t\tfi\n"
	"\tdone\n"
	"}\n"
	"\n"
	"# Whether cur is an option of one letter with its value behind it, as -xfinet. Then option is\n"
	"# the option, before what is before the value, and cur the value.\n"
	"_sockcreate_trace_split_option()\n"
	"{\n"
	"\tlocal rest=${cur#-} letter\n"
	"\n"
	"\tbefore=-\n"
	"\tif [[ $cur != -* || $cur == --* ]]; then\n"
	"\t\treturn 1\n"
	"\tfi\n"
	"\twhile [[ $rest ]]; do\n"
	"\t\tletter=${rest:0:1} rest=${rest:1}\n"
	"\t\tbefore+=$letter\n"
	"\t\t[[ ${options[${verb:-trace}]} == *\" -$letter \"* ]] || return 1\n"
	"\t\tif [[ $with_value == *\" -$letter \"* ]]; then\n"
	"\t\t\t[[ $rest ]] || return 1\n"
	"\t\t\toption=-$letter cur=$rest\n"
	"\t\t\treturn 0\n"
	"\t\tfi\n"
	"\tdone\n"
	"\treturn 1\n"
	"}\n"
	"\n"
	"# Completes one of these words, or the last of a list with commas.\n"
	"_sockcreate_trace_words()\n"
	"{\n"
	"\tCOMPREPLY=($(compgen -W \"$1\" -- \"$cur\"))\n"
	"}\n"
	"_sockcreate_trace_list()\n"
	"{\n"
	"\tlocal before=\n"
	"\n"
	"\t[[ $cur != *,* ]] || before=${cur%,*},\n"
	"\tCOMPREPLY=($(compgen -P \"$before\" -W \"$1\" -- \"${cur##*,}\"))\n"
	"}\n"
	"\n"
	"# Completes a file, perhaps behind one of these formats and a colon.\n"
	"_sockcreate_trace_output()\n"
	"{\n"
	"\tlocal format=${cur%%:*}\n"
	"\n"
	"\tif [[ $cur == *:* && \" $1 \" == *\" $format \"* ]]; then\n"
	"\t\tcur=${cur#*:}\n"
	"\t\t_filedir\n"
	"\t\t# Where readline does not begin a new word at a colon, the whole word is replaced.\n"
	"\t\t[[ $COMP_WORDBREAKS == *:* ]] || COMPREPLY=(\"${COMPREPLY[@]/#/$format:}\")\n"
	"\t\treturn\n"
	"\tfi\n"
	"\t_filedir\n"
	"\tCOMPREPLY+=($(compgen -S : -W \"$1\" -- \"$cur\"))\n"
	"\t[[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *: ]] || compopt -o nospace\n"
	"}\n"
	"\n";

static const char ending[] =
	"\n"
	"\tfor ((at = 1; at < cword; at++)); do\n"
	"\t\tcase ${words[at]} in\n"
	"\t\t--)\n"
	"\t\t\t_command_offset $((at + 1))\n"
	"\t\t\treturn\n"
	"\t\t\t;;\n"
	"\t\t-?*)\n"
	"\t\t\t_sockcreate_trace_find_option \"${words[at]}\"\n"
	"\t\t\t[[ ! $option ]] || ((at++))\n"
	"\t\t\t;;\n"
	"\t\t*)\n"
	"\t\t\tif [[ $verb || $verbs != *\" ${words[at]} \"* ]]; then\n"
	"\t\t\t\t_command_offset $at\n"
	"\t\t\t\treturn\n"
	"\t\t\tfi\n"
	"\t\t\tverb=${words[at]}\n"
	"\t\t\t;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\tif $split || ((at > cword)); then\n"
	"\t\t_sockcreate_trace_find_option \"$prev\"\n"
	"\t\t_sockcreate_trace_value\n"
	"\telif _sockcreate_trace_split_option; then\n"
	"\t\tcurrent=$cur\n"
	"\t\t_sockcreate_trace_value\n"
	"\t\t# Where readline begins a new word at a colon, the option is not in it.\n"
	"\t\t[[ ${#COMPREPLY[@]} -eq 0 || ($current == *:* && $COMP_WORDBREAKS == *:*) ]] ||\n"
	"\t\t\tCOMPREPLY=(\"${COMPREPLY[@]/#/$before}\")\n"
	"\telif [[ $cur == -* ]]; then\n"
	"\t\t_sockcreate_trace_words \"${options[${verb:-trace}]}\"\n"
	"\telif [[ ! $verb ]]; then\n"
	"\t\tCOMPREPLY=($(compgen -W \"$verbs\" -- \"$cur\") $(compgen -c -- \"$cur\"))\n"
	"\telif [[ $commands == *\" $verb \"* ]]; then\n"
	"\t\tCOMPREPLY=($(compgen -c -- \"$cur\"))\n"
	"\tfi\n"
	"} &&\n"
	"\tcomplete -F _sockcreate_trace sockcreate-trace\n";

/* Options as "-p --pid". */
static void print_option(const struct option_info *info)
{
	if (info->letter)
		printf(" -%c", info->letter);
	printf(" --%s", info->name);
}

static void print_options_of(enum verb verb)
{
	int option;

	printf("\t\t[%s]=\"", verbs[verb].name);
	for (option = 0; option < NR_OPTIONS; option++) {
		if (option__belongs_to(option, verb))
			print_option(&options_table[option]);
	}
	printf("\"\n");
}

/* The command that completes a value of an option. */
static void print_value(const struct option_info *info)
{
	if (info->value == VALUE_OUTPUT) {
		printf("_sockcreate_trace_output \"");
		print_formats(" ");
		printf("\"");
	} else if (is_closed(info->value)) {
		printf("_sockcreate_trace_%s \"", is_list(info) ? "list" : "words");
		print_words(info->value, " ");
		printf("\"");
	} else if (info->value == VALUE_CGROUP) {
		printf("_filedir -d");
	} else if (info->value == VALUE_FILE || info->value == VALUE_NETNS ||
		   info->value == VALUE_EXE) {
		printf("_filedir");
	} else if (info->value == VALUE_USER) {
		printf("_sockcreate_trace_list \"$(compgen -u)\"");
	} else if (info->value == VALUE_PROCESS) {
		printf("_sockcreate_trace_list \"$(ps -e -o pid=)\"");
	} else if (info->value == VALUE_THREAD) {
		printf("_sockcreate_trace_list \"$(ps -e -L -o tid=)\"");
	} else {
		printf(":");
	}
}

static void print_values(void)
{
	int option;

	printf("# Completes a value of option.\n"
	       "_sockcreate_trace_value()\n{\n\tcase $option in\n");
	for (option = 0; option < NR_OPTIONS; option++) {
		const struct option_info *info = &options_table[option];

		if (!info->argument)
			continue;
		printf("\t--%s", info->name);
		if (info->letter)
			printf(" | -%c", info->letter);
		printf(") ");
		print_value(info);
		printf(" ;;\n");
	}
	printf("\tesac\n}\n\n");
}

/* What the loop over the words looks up. */
static void print_tables(void)
{
	int i;

	printf("_sockcreate_trace()\n{\n\tlocal cur prev words cword split at option before current verb=\n"
	       "\tlocal verbs=\"");
	for (i = 0; i < NR_VERBS; i++)
		printf(" %s", verbs[i].name);
	printf(" \"\n\t# Verbs that take a COMMAND, options that take a value, and those of each "
	       "verb.\n\tlocal commands=\"");
	for (i = 0; i < NR_VERBS; i++)
		printf(verbs[i].takes_command ? " %s" : "", verbs[i].name);
	printf(" \"\n\tlocal with_value=\"");
	for (i = 0; i < NR_OPTIONS; i++) {
		if (options_table[i].argument)
			print_option(&options_table[i]);
	}
	printf(" \"\n\tlocal -A options=(\n");
	for (i = 0; i < NR_VERBS; i++)
		print_options_of(i);
	printf("\t)\n\n\t_init_completion -s -n : || return\n");
}

void print_bash(void)
{
	fputs(beginning, stdout);
	print_values();
	print_tables();
	fputs(ending, stdout);
}
