// SPDX-License-Identifier: GPL-2.0
#include "trace/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/shortage.h"
#include "text/log.h"

#define DEFAULT_PATH "/bin:/usr/bin" /* what execvp() uses if PATH is not set */

static int explain(const char *name, int error)
{
	if (error == ENOENT || error == ENOTDIR) {
		log_error("%s: command not found", name);
		return COMMAND_NOT_FOUND;
	}
	log_error("%s: cannot be executed: %s", name, strerror(error));
	return COMMAND_NOT_EXECUTABLE;
}

/* Return 0 if the file can be executed, or a positive errno. */
static int check_file(const char *path)
{
	struct stat status;

	if (stat(path, &status))
		return errno;
	if (!S_ISREG(status.st_mode) || access(path, X_OK))
		return EACCES;
	return 0;
}

/*
 * Look for name in PATH. As execvp() does, go on after a file that can't be executed, but remember
 * that there was one.
 */
static int search_path(const char *name)
{
	const char *path = getenv("PATH");
	const char *end;
	int result = ENOENT;
	char *file;
	int error;

	for (path = path ? path : DEFAULT_PATH;; path = end + 1) {
		end = strchrnul(path, ':');
		if (asprintf(&file, "%.*s%s%s", (int)(end - path), path, end > path ? "/" : "",
			     name) < 0)
			return ENOMEM;
		error = check_file(file);
		free(file);
		if (!error)
			return 0;
		if (error == EACCES)
			result = EACCES;
		if (!*end)
			return result;
	}
}

int command__check(char *const *argv)
{
	int error = strchr(argv[0], '/') ? check_file(argv[0]) : search_path(argv[0]);

	if (!*argv[0])
		error = ENOENT;
	return error ? explain(argv[0], error) : 0;
}

/* Runs in the child: execute the command, or report to the parent why that failed. */
static void exec_command(char *const *argv, const struct signals *signals,
			 const struct priority *priority, int report_fd)
{
	int error;

	priority__restore(priority);
	signals__restore(signals);
	execvp(argv[0], argv);
	error = errno;
	if (write(report_fd, &error, sizeof(error)) != sizeof(error))
		error = 0; /* the parent is gone, so there is no one to tell */
	_exit(COMMAND_NOT_FOUND);
}

int command__start(struct command *command, char *const *argv, const struct signals *signals,
		   const struct priority *priority)
{
	int report[2];
	int error = 0;

	memset(command, 0, sizeof(*command));
	command->pidfd = -1;
	if (pipe2(report, O_CLOEXEC))
		goto failed;
	command->pid = fork();
	if (command->pid < 0) {
		command->pid = 0;
		close(report[0]);
		close(report[1]);
		goto failed;
	}
	if (!command->pid)
		exec_command(argv, signals, priority, report[1]);
	close(report[1]);
	/* If exec() succeeds, it closes the other end, and this reads nothing. */
	while (read(report[0], &error, sizeof(error)) < 0 && errno == EINTR)
		;
	close(report[0]);
	if (error) {
		command__reap(command, true);
		return explain(argv[0], error);
	}
	command->pidfd = syscall(SYS_pidfd_open, command->pid, 0);
	if (command->pidfd >= 0)
		return 0;
	kill(command->pid, SIGKILL);
	command__reap(command, true);
failed:
	shortage__report("cannot start the command", errno);
	return 1;
}

void command__reap(struct command *command, bool wait)
{
	int status;
	pid_t pid;

	if (command->ended)
		return;
	do {
		pid = waitpid(command->pid, &status, wait ? 0 : WNOHANG);
	} while (pid < 0 && errno == EINTR);
	if (pid != command->pid)
		return;
	command->ended = true;
	command->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void command__signal(const struct command *command, int signal)
{
	if (!command->ended)
		kill(command->pid, signal);
}
