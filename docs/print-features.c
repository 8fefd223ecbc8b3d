// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the table of differences between kernels, bpf/shared/features.def, for docs/DESIGN.md;
 * docs/make-features puts it in place.
 */
#include <stdio.h>
#include <string.h>

#define NO_COMMIT ""

/* How it is found out whether a kernel has something, for people. */
#define BTF_STRUCT(name)	     "BTF: struct " #name
#define BTF_ENUM(name)		     "BTF: enum " #name
#define BTF_FUNCTION(name)	     "BTF: the function"
#define BTF_MEMBER(type, member)     "BTF: " #type "." #member
#define BTF_ENUMERATOR(type, member) "BTF: enum " #type
#define BTF_ARGUMENTS(name, number)  "BTF: the number of its arguments"
#define LOADED(program)		     "loading a program"
#define READABLE(path)		     "the file"
#define BTF_SORTED()		     "the BTF"
#define RELEASE(major, minor)	     "the release"
#define RELEASE_OF(machine, ...)     "the release"

struct row {
	const char *name, *since, *commit, *subject, *found, *consequence, *where;
};

static const struct row rows[] = {
#define FEATURE(id, ...) { __VA_ARGS__ },
#include "shared/features.def"
#undef FEATURE
};

/* "file: name" as code, then as it is. */
static void print_row(const struct row *row)
{
	printf("| %s | %s | ", row->name, row->since);
	if (*row->commit)
		printf("`%s` \"%s\"", row->commit, row->subject);
	else
		printf("not known; %s", row->subject);
	printf(" | %s | %s | `%s` |\n", row->found, row->consequence, row->where);
}

int main(void)
{
	size_t i;

	printf("| newer kernels have | since | commit | told by | what the tool does | where |\n"
	       "|---|---|---|---|---|---|\n");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		print_row(&rows[i]);
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
