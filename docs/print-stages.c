// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the table of stages for the documents, which docs/make-stages puts in place:
 * "print-stages markdown" for docs/STAGES.md, "print-stages mdoc" for the list in the man page.
 */
#include <stdbool.h>
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
		printf("; reconstructed if it cannot be probed");
	printf(" |\n");
}

static void print_reconstructions(void)
{
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		int after = stages[stage].reconstructed_after;

		if (after == STAGE_NONE)
			continue;
		printf("\nIf `%s` cannot be probed, its span is reconstructed. It runs from the "
		       "return of a\nsuccessful `%s` to the return of their common caller, and has "
		       "the caller's result.\n",
		       stages[stage].name, stages[after].name);
	}
}

static void print_markdown(void)
{
	int stage;

	printf("# Stages\n\n"
	       "<!-- Made from bpf/shared/stages.def by docs/make-stages. Do not edit. -->\n\n"
	       "A stage is a kernel function on the way of a socket's creation that the tool "
	       "observes at its entry\nand at its return. This is the whole table, "
	       "`bpf/shared/stages.def`. `sockcreate-trace list-stages`\nshows how each stage is "
	       "observed on the running kernel; [EXAMPLES.md](EXAMPLES.md) has its output.\n\n"
	       "A call counts only if one of the functions under \"called by\" is the innermost "
	       "function that has\nnot returned yet. There may be other functions in between. If "
	       "one of them cannot be observed, its\nown callers count in its place.\n\n"
	       "| stage | what it does | called by | returns | observed |\n"
	       "|---|---|---|---|---|\n");
	for (stage = 0; stage < NR_STAGES; stage++)
		print_markdown_row(&stages[stage]);
	print_reconstructions();
}

/* A phrase as mdoc(7) has it: "the call socket()" with the function's name as a macro. */
static void print_mdoc_phrase(const char *phrase)
{
	const char *call;

	while ((call = strstr(phrase, "()"))) {
		const char *name = call;
		int behind = strcspn(call + 2, " ");

		while (name > phrase && name[-1] != ' ')
			name--;
		if (name > phrase)
			printf("%.*s\n", (int)(name - phrase) - 1, phrase);
		printf(".Fn %.*s", (int)(call - name), name);
		if (behind)
			printf(" %.*s", behind, call + 2);
		phrase = call + 2 + behind + strspn(call + 2 + behind, " ");
		if (*phrase)
			putchar('\n');
	}
	fputs(phrase, stdout);
}

/* The end of a phrase's sentence: the last line may be a macro, which takes it as an argument. */
static void print_mdoc_stop(const char *phrase)
{
	size_t length = strlen(phrase);
	bool is_macro = length > 2 && !strcmp(phrase + length - 2, "()");

	printf(is_macro ? " .\n" : ".\n");
}

static void print_mdoc(void)
{
	int stage;

	printf(".Bl -tag -width Ds\n");
	for (stage = 0; stage < NR_STAGES; stage++) {
		const struct stage_info *info = &stages[stage];

		printf(".It Sy %s\n", info->name);
		print_mdoc_phrase(info->phrase);
		if (info->detail == DETAIL_FULL)
			printf("\n(only with\n.Fl -detail Cm full ) .\n");
		else if (info->detail == DETAIL_ACCEPT)
			printf("\n(only with\n.Fl -accept ) .\n");
		else if (info->reconstructed_after != STAGE_NONE)
			printf(";\nif it cannot be probed, it is reconstructed after\n.Sy %s .\n",
			       stages[info->reconstructed_after].name);
		else
			print_mdoc_stop(info->phrase);
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
