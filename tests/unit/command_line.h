/* SPDX-License-Identifier: GPL-2.0 */
/* Command lines given to the parser, for its tests. Include after cmocka.h. */
#ifndef TESTS_COMMAND_LINE_H
#define TESTS_COMMAND_LINE_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/opts.h"

#define MAX_ARGUMENTS 100

/* A command line, its outcome, and what was printed. */
struct parsed {
	char *argv[MAX_ARGUMENTS + 2];
	int argc;
	enum opts_result result;
	struct options options;
	char out[8192], err[1024];
};

static inline int divert(int fd, FILE *file)
{
	int saved = dup(fd);

	assert_true(saved >= 0);
	assert_true(dup2(fileno(file), fd) >= 0);
	return saved;
}

/* Ends the diversion; text is what came through it. */
static inline void restore(int fd, int saved, FILE *file, char *text, size_t size)
{
	assert_true(dup2(saved, fd) >= 0);
	close(saved);
	rewind(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
}

static inline void parse_arguments(struct parsed *parsed)
{
	FILE *out = tmpfile(), *err = tmpfile();
	int saved_out, saved_err;

	assert_non_null(out);
	assert_non_null(err);
	fflush(stdout);
	saved_out = divert(STDOUT_FILENO, out);
	saved_err = divert(STDERR_FILENO, err);
	parsed->result = opts__parse(&parsed->options, parsed->argc, parsed->argv);
	fflush(stdout);
	restore(STDOUT_FILENO, saved_out, out, parsed->out, sizeof(parsed->out));
	restore(STDERR_FILENO, saved_err, err, parsed->err, sizeof(parsed->err));
}

/* Arguments end with NULL. */
static inline void __attribute__((sentinel)) parse(struct parsed *parsed, ...)
{
	va_list arguments;

	memset(parsed, 0, sizeof(*parsed));
	parsed->argv[parsed->argc++] = (char *)"sockcreate-trace";
	va_start(arguments, parsed);
	while ((parsed->argv[parsed->argc] = va_arg(arguments, char *)))
		assert_true(++parsed->argc <= MAX_ARGUMENTS);
	va_end(arguments);
	parse_arguments(parsed);
}

static inline void expect_success(struct parsed *parsed)
{
	if (parsed->result != OPTS_RUN)
		fail_msg("result %d: %s", parsed->result, parsed->err);
	assert_string_equal(parsed->err, "");
	assert_string_equal(parsed->out, "");
	opts__free(&parsed->options);
}

static inline void expect_failure(struct parsed *parsed, enum opts_result result,
				  const char *message)
{
	char line[1024];

	snprintf(line, sizeof(line), "sockcreate-trace: %s\n", message);
	assert_string_equal(parsed->err, line);
	assert_int_equal(parsed->result, result);
	assert_string_equal(parsed->out, "");
	opts__free(&parsed->options);
}

#define PARSE(parsed, ...) parse(parsed, __VA_ARGS__, (char *)NULL)

#define EXPECT_USAGE(message, ...)                            \
	do {                                                  \
		struct parsed wrong_;                         \
		PARSE(&wrong_, __VA_ARGS__);                  \
		expect_failure(&wrong_, OPTS_USAGE, message); \
	} while (0)

#define EXPECT_ERROR(message, ...)                            \
	do {                                                  \
		struct parsed wrong_;                         \
		PARSE(&wrong_, __VA_ARGS__);                  \
		expect_failure(&wrong_, OPTS_ERROR, message); \
	} while (0)

#endif /* TESTS_COMMAND_LINE_H */
