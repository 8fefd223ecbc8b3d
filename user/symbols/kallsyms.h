/* SPDX-License-Identifier: GPL-2.0 */
/* The lines of /proc/kallsyms. */
#ifndef SYMBOLS_KALLSYMS_H
#define SYMBOLS_KALLSYMS_H

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

/* False ends the reading. The line is valid during the call. */
typedef bool (*kallsyms_visitor)(void *context, const struct kallsyms_line *line);

/*
 * Calls visit for each symbol of the file, from its beginning on. 0 at the end of the file or when
 * visit ended it, or a negative errno.
 *
 * What is left out: malformed lines, and functions of modules' initialization that have been freed.
 * ftrace keeps names of these (ftrace_mod_get_kallsym() in kernel/trace/ftrace.c), while other
 * modules may be loaded to where they were.
 */
int kallsyms__visit(int fd, kallsyms_visitor visit, void *context);

bool kallsyms__is_named(const struct kallsyms_line *line, const char *name);

#endif /* SYMBOLS_KALLSYMS_H */
