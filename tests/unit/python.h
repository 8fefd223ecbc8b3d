/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checking text with Python, whose JSON parser and UTF-8 decoder know nothing of ours. Include
 * after cmocka.h.
 */
#ifndef TESTS_PYTHON_H
#define TESTS_PYTHON_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * What every script can use: read(path), parse(text) for strict JSON (no NaN, no key twice), and
 * lines(path) for a list of parsed lines.
 */
#define PYTHON_PRELUDE                                                  \
	"import json, sys\n"                                            \
	"def pairs(p):\n"                                               \
	"    assert len(dict(p)) == len(p), 'a key twice: %r' % p\n"    \
	"    return dict(p)\n"                                          \
	"def constant(c):\n"                                            \
	"    raise ValueError(c)\n"                                     \
	"def parse(text):\n"                                            \
	"    return json.loads(text, object_pairs_hook=pairs,\n"        \
	"                      parse_constant=constant)\n"              \
	"def read(path):\n"                                             \
	"    return open(path, 'rb').read()\n"                          \
	"def lines(path):\n"                                            \
	"    text = read(path).decode('utf-8')\n"                       \
	"    assert text.endswith('\\n'), 'last line not ended'\n"      \
	"    return [parse(line) for line in text[:-1].split('\\n')]\n" \
	"def same(name, got, expected):\n"                              \
	"    assert got == expected, '%s: got %r, expected %r' % (name, got, expected)\n"

/* Puts data into a new file; returns its path, to be given to remove_file(). */
static inline char *make_file(const void *data, size_t size)
{
	const char *directory = getenv("TMPDIR");
	char *path = NULL;
	int fd;

	assert_true(asprintf(&path, "%s/sockcreate-trace-test.XXXXXX",
			     directory ? directory : "/tmp") > 0);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	close(fd);
	return path;
}

static inline void remove_file(char *path)
{
	unlink(path);
	free(path);
}

/* Runs the prelude and script with up to two files as sys.argv[1:]; it fails by an exception. */
static inline void run_python(const char *script, const char *file, const char *other_file)
{
	int status;
	pid_t child;
	char *text = NULL;

	assert_true(asprintf(&text, "%s%s", PYTHON_PRELUDE, script) > 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		execlp("python3", "python3", "-c", text, file, other_file, (char *)NULL);
		perror("python3");
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	free(text);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* The same for text that is not in a file yet. */
static inline void check_with_python(const char *script, const void *data, size_t size)
{
	char *path = make_file(data, size);

	run_python(script, path, NULL);
	remove_file(path);
}

#endif /* TESTS_PYTHON_H */
