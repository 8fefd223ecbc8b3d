/* SPDX-License-Identifier: GPL-2.0 */
/* What programs have in common that are run in guests beside the tool. */
#ifndef GUEST_PROGRAM_H
#define GUEST_PROGRAM_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

/* Ends the program, called name: it cannot do that to which. Why is in errno. */
static inline void guest_program__die(const char *name, const char *what, const char *which)
{
	fprintf(stderr, "%s: cannot %s %s: %s\n", name, what, which, strerror(errno));
	exit(1);
}

/* Prints libbpf's warnings only. */
static inline int guest_program__print(enum libbpf_print_level level, const char *format,
				       va_list arguments)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, arguments) : 0;
}

/* Writes the ready-file, and waits to be ended. */
static inline void guest_program__wait(const char *name, const char *ready_file)
{
	FILE *file = fopen(ready_file, "we");

	if (!file || fprintf(file, "%d\n", getpid()) < 0 || fclose(file))
		guest_program__die(name, "write", ready_file);
	for (;;)
		pause();
}

#endif /* GUEST_PROGRAM_H */
