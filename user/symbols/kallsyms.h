/* SPDX-License-Identifier: GPL-2.0 */
/* Reads the lines of /proc/kallsyms. */
#ifndef SYMBOLS_KALLSYMS_H
#define SYMBOLS_KALLSYMS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/* One symbol. The strings are parts of the line and not terminated by NUL. */
struct kallsyms_line {
	__u64 address;
	const char *name;
	const char *module; /* without the brackets */
	size_t name_size;   /* in bytes, at least 1 */
	size_t module_size; /* in bytes; 0 for a symbol of the kernel's image */
	char type;	    /* the letter that nm(1) uses */
};

/*
 * Open path (NULL means /proc/kallsyms). Return -1 on failure, with the message of strerror() in
 * *reason.
 */
int kallsyms__open(const char *path, const char **reason);

/* Called with each line, which is valid during the call. Return false to stop reading. */
typedef bool (*kallsyms_visitor)(void *context, const struct kallsyms_line *line);

/*
 * Call visit for each symbol of the file, from the file's beginning. Return 0 at the end of the
 * file or when visit has stopped, or a negative errno.
 *
 * Malformed lines are left out, and so are functions of module initialization that have been freed.
 * ftrace keeps the names of these (ftrace_mod_get_kallsym() in kernel/trace/ftrace.c), while other
 * modules may be loaded at their addresses.
 */
int kallsyms__visit(int fd, kallsyms_visitor visit, void *context);

bool kallsyms__is_named(const struct kallsyms_line *line, const char *name);

#endif /* SYMBOLS_KALLSYMS_H */
