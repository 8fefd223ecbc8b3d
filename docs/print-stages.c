// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the table of stages for the documents, which docs/make-stages puts in place:
 * "print-stages markdown" for docs/STAGES.md, "print-stages mdoc" for the list in the man page.
 */
#include <stdio.h>
#include <string.h>

#include "names/stage.h"

static const char *returned(enum stage_returns returns)
{
	switch (returns) {
	case RETURNS_VOID:
		return "nothing";
	case RETURNS_ERRNO:
		return "0 or an error";
	case RETURNS_PROTOCOL:
		return "a protocol";
	case RETURNS_FD:
		return "a descriptor or an error";
	case RETURNS_POINTER:
		return "a pointer or an error";
	}
	return "";
}

static const char *observed(enum stage_detail detail)
{
	switch (detail) {
	case DETAIL_CORE:
		return "by default";
	case DETAIL_FULL:
		return "with `--detail full`";
	case DETAIL_ACCEPT:
		return "with `--accept`";
	}
	return "";
}

static void print_callers(const struct stage_info *stage)
{
	const char *separator = "";
	int parent;

	if (stage->via != VIA_NONE)
		printf("%s", way_in(stage->via)->caller);
	if (stage->via != VIA_NONE && stage->parents)
		separator = ", ";
	for (parent = 0; parent < NR_STAGES; parent++) {
		if (!(stage->parents & STAGE_BIT(parent)))
			continue;
		printf("%s`%s`", separator, stages[parent].name);
		separator = ", ";
	}
}

static void print_markdown_row(const struct stage_info *stage)
{
	printf("| `%s`", stage->name);
	if (stage->other_name)
		printf(", on other kernels `%s`", stage->other_name);
	printf(" | %s | ", stage->phrase);
	print_callers(stage);
	printf(" | %s | %s", returned(stage->returns), observed(stage->detail));
	if (stage->reconstructed_after != STAGE_NONE)
		printf("; reconstructed where it cannot be probed");
	printf(" |\n");
}

static void print_reconstructions(void)
{
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		int after = stages[stage].reconstructed_after;

		if (after == STAGE_NONE)
			continue;
		printf("\nWhere `%s` cannot be probed, its span is reconstructed. It runs from the "
		       "return of a\nsuccessful `%s` to the return of their common caller, and has "
		       "the caller's result.\n",
		       stages[stage].name, stages[after].name);
	}
}

static void print_markdown(void)
{
	int stage;

	printf("# Stages\n\n"
	       "<!-- Made from bpf/stages.def by docs/make-stages. Do not edit. -->\n\n"
	       "A stage is a kernel function on the way of a socket's creation. The tool observes "
	       "its entry and\nits return. This is the whole table, `bpf/stages.def`. "
	       "`sockcreate-trace list-stages` says how\neach one is observed on your kernel.\n\n"
	       "A call counts only when one of the functions under \"called by\" is the innermost "
	       "open one. There\nmay be other functions in between. Where one of them cannot be "
	       "observed, its own callers count in its\nplace.\n\n"
	       "| stage | what it does | called by | returns | observed |\n"
	       "|---|---|---|---|---|\n");
	for (stage = 0; stage < NR_STAGES; stage++)
		print_markdown_row(&stages[stage]);
	print_reconstructions();
}

static void print_mdoc(void)
{
	int stage;

	printf(".Bl -tag -width Ds\n");
	for (stage = 0; stage < NR_STAGES; stage++) {
		const struct stage_info *info = &stages[stage];

		printf(".It Sy %s\n%s", info->name, info->phrase);
		if (info->detail == DETAIL_FULL)
			printf("\n(only with\n.Fl -detail Cm full ) .\n");
		else if (info->detail == DETAIL_ACCEPT)
			printf("\n(only with\n.Fl -accept ) .\n");
		else if (info->reconstructed_after != STAGE_NONE)
			printf(";\nwhere it cannot be probed, reconstructed after\n.Sy %s .\n",
			       stages[info->reconstructed_after].name);
		else
			printf(".\n");
	}
	printf(".El\n");
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "markdown"))
		print_markdown();
	else if (argc == 2 && !strcmp(argv[1], "mdoc"))
		print_mdoc();
	else
		return 2;
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
