/* SPDX-License-Identifier: GPL-2.0 */
/* A program that runs while a test looks at it. */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Runs a program that waits for its standard input to end. It runs when this returns. prepare, if
 * there is one, is called first in the child. Returns the write end of its input in *input.
 */
static inline pid_t child__run(const char *path, int *input, int (*prepare)(const char *path))
{
	int pipes[2], running[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	assert_int_equal(pipe2(running, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		dup2(pipes[0], STDIN_FILENO);
		if (!prepare || !prepare(path))
			execl(path, path, NULL);
		byte = errno;
		_exit(write(running[1], &byte, 1) != 1);
	}
	close(pipes[0]);
	close(running[1]);
	if (read(running[0], &byte, 1))
		fail_msg("cannot run %s: %s", path, strerror(byte));
	close(running[0]);
	*input = pipes[1];
	return pid;
}

/* Ends its input, and waits until it has ended well. */
static inline void child__end(pid_t pid, int input)
{
	int status;

	close(input);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

#endif /* TESTS_CHILD_H */
