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

/* What begins each further line of a text. Nothing else that the tool writes begins so. */
#define CONTINUATION "    | "

/* Append up to a line break. Return what follows it, or NULL if nothing does. */
static const char *add_line(struct buffer *lines, const char *prefix, const char *text)
{
	size_t size = strcspn(text, "\n");

	buffer__add_string(lines, prefix);
	text__add_escaped(lines, text, size, true);
	buffer__add_char(lines, '\n');
	return text[size] && text[size + 1] ? text + size + 1 : NULL;
}

/*
 * Messages quote the command line and names from the system, so what a terminal could act on is
 * escaped. So are line breaks, or what is quoted could pass for a message of its own.
 */
static void add_message(struct buffer *lines, const char *message)
{
	buffer__add_string(lines, PREFIX);
	text__add_escaped(lines, message, strlen(message), true);
	buffer__add_char(lines, '\n');
}

/* A text keeps its line breaks, and its further lines can be told from messages. */
static void add_text(struct buffer *lines, const char *text)
{
	const char *prefix = PREFIX;

	for (; text; prefix = CONTINUATION)
		text = add_line(lines, prefix, text);
}

/* Write the whole message at once, since COMMAND may write to the same terminal. */
static void __attribute__((format(printf, 2, 0)))
print(void (*add)(struct buffer *lines, const char *message), const char *format, va_list arguments)
{
	struct buffer lines = { 0 };
	char *message;

	if (vasprintf(&message, format, arguments) < 0) {
		fputs(PREFIX "out of memory\n", stderr);
		return;
	}
	add(&lines, message);
	if (lines.failed)
		fputs(PREFIX "out of memory\n", stderr);
	else
		fwrite(lines.data, 1, lines.size, stderr);
	fflush(stderr);
	buffer__free(&lines);
	free(message);
}

void log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print(add_message, format, arguments);
	va_end(arguments);
}

void log_warning(const char *format, ...)
{
	va_list arguments;

	if (log_quiet)
		return;
	va_start(arguments, format);
	print(add_message, format, arguments);
	va_end(arguments);
}

void log_answer(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print(add_message, format, arguments);
	va_end(arguments);
}

void log_verbose(const char *format, ...)
{
	va_list arguments;

	if (!log_is_verbose)
		return;
	va_start(arguments, format);
	print(add_message, format, arguments);
	va_end(arguments);
}

void log_text(const char *format, va_list arguments)
{
	print(add_text, format, arguments);
}

void log_verbose_text(const char *format, ...)
{
	va_list arguments;

	if (!log_is_verbose)
		return;
	va_start(arguments, format);
	print(add_text, format, arguments);
	va_end(arguments);
}

void log_set_level(int quiet, int verbose)
{
	log_quiet = quiet;
	log_is_verbose = verbose > 0;
}
