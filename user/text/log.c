// SPDX-License-Identifier: GPL-2.0
#include "text/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/text.h"

#define PREFIX "sockcreate-trace: "

/* What -q and -v say; the one thing that is worth being global. */
static bool log_quiet;
static bool log_is_verbose;

/*
 * Messages quote the command line, libbpf and names from the system: what a terminal could act on
 * is escaped. Line breaks stay: libbpf passes on the verifier's log as one message.
 */
static void add_lines(struct buffer *line, const char *message)
{
	for (;;) {
		size_t size = strcspn(message, "\n");

		text__add_escaped(line, message, size, true);
		buffer__add_char(line, '\n');
		message += size;
		if (!message[0] || !message[1])
			return;
		message++;
	}
}

/* The whole message in one write: COMMAND may write to the same terminal. */
static void __attribute__((format(printf, 1, 0))) print(const char *format, va_list arguments)
{
	struct buffer line = { 0 };
	char *message;

	if (vasprintf(&message, format, arguments) < 0) {
		fputs(PREFIX "out of memory\n", stderr);
		return;
	}
	buffer__add_string(&line, PREFIX);
	add_lines(&line, message);
	if (line.failed)
		fputs(PREFIX "out of memory\n", stderr);
	else
		fwrite(line.data, 1, line.size, stderr);
	fflush(stderr);
	buffer__free(&line);
	free(message);
}

void log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print(format, arguments);
	va_end(arguments);
}

void log_warning(const char *format, ...)
{
	va_list arguments;

	if (log_quiet)
		return;
	va_start(arguments, format);
	print(format, arguments);
	va_end(arguments);
}

void log_verbose(const char *format, ...)
{
	va_list arguments;

	if (!log_is_verbose)
		return;
	va_start(arguments, format);
	print(format, arguments);
	va_end(arguments);
}

void log_set_level(int quiet, int verbose)
{
	log_quiet = quiet;
	log_is_verbose = verbose > 0;
}
