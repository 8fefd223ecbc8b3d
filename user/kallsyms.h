/* SPDX-License-Identifier: GPL-2.0 */
/* The lines of /proc/kallsyms. */
#ifndef KALLSYMS_H
#define KALLSYMS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/* A symbol, as strings that are not NUL-terminated: parts of the line. */
struct kallsyms_line {
	__u64 address;
	const char *name;
	const char *module; /* without brackets */
	size_t name_size;   /* bytes, at least 1 */
	size_t module_size; /* 0 for the kernel's image */
	char type;	    /* as nm(1) has it */
};

/* Opens path (NULL: /proc/kallsyms). -1 on failure, and *reason says why: strerror()'s. */
int kallsyms__open(const char *path, const char **reason);

/* Takes a line of size bytes apart. False if it is none of a symbol. */
bool kallsyms__parse(struct kallsyms_line *line, const char *text, size_t size);

bool kallsyms__is_named(const struct kallsyms_line *line, const char *name);

#endif /* KALLSYMS_H */
