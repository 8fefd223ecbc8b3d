// SPDX-License-Identifier: GPL-2.0
#include "trace/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define SIGNALS_TO_END_AT_ONCE 3
#define WATCHER_STACK	       (256 * 1024) /* more than any architecture's minimum */

/*
 * A thread takes the signals that end a trace, since the tool may be inside the kernel for seconds,
 * attaching or detaching, and signals of one kind that are pending are one signal.
 */
struct signal_watcher {
	pthread_t thread;
	int signal_fd;
	int forward_fd;	 /* where signals are passed on */
	int stop_fds[2]; /* a pipe: the thread ends when its write end is closed */
};

/* An ignored signal must not be blocked, since it would then be queued. */
static void add_unless_ignored(sigset_t *set, int number)
{
	struct sigaction action;

	if (sigaction(number, NULL, &action) || action.sa_handler != SIG_IGN)
		sigaddset(set, number);
}

/* Whether there is a controlling terminal, whose end is told by SIGHUP. */
static bool has_terminal(void)
{
	int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* End the tool as if the signal had not been taken. */
static void end_at_once(int number)
{
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t set;

	sigaction(number, &usual, NULL);
	sigemptyset(&set);
	sigaddset(&set, number);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
}

static void *watch(void *context)
{
	struct signal_watcher *watcher = context;
	struct pollfd fds[] = { { .fd = watcher->signal_fd, .events = POLLIN },
				{ .fd = watcher->stop_fds[0], .events = POLLIN } };
	struct signalfd_siginfo info;
	int signals = 0;

	while (poll(fds, 2, -1) < 0 ? errno == EINTR : !fds[1].revents) {
		if (read(watcher->signal_fd, &info, sizeof(info)) != sizeof(info))
			continue;
		if (++signals == SIGNALS_TO_END_AT_ONCE)
			end_at_once((int)info.ssi_signo);
		/* The pipe takes more than the two that can come before. */
		if (write(watcher->forward_fd, &info, sizeof(info)) < 0)
			break;
	}
	return NULL;
}

static void free_watcher(struct signal_watcher *watcher)
{
	close(watcher->signal_fd);
	close(watcher->forward_fd);
	close(watcher->stop_fds[0]);
	if (watcher->stop_fds[1] >= 0)
		close(watcher->stop_fds[1]);
	free(watcher);
}

/*
 * Start the thread. Without a size its stack takes as much address space as the limit of the main
 * stack says: mostly 8 MiB. Return 0, or a positive errno.
 */
static int start_thread(pthread_t *thread, struct signal_watcher *watcher)
{
	pthread_attr_t attributes;
	int error = pthread_attr_init(&attributes);

	if (error)
		return error;
	error = pthread_attr_setstacksize(&attributes, WATCHER_STACK);
	if (!error)
		error = pthread_create(thread, &attributes, watch, watcher);
	pthread_attr_destroy(&attributes);
	return error;
}

/* Watch for these signals, which are blocked. Return -1 and set errno on failure. */
static int start_watcher(struct signals *signals, const sigset_t *set)
{
	struct signal_watcher *watcher = malloc(sizeof(*watcher));
	int pipes[2];
	int error;

	if (!watcher)
		return -1;
	*watcher = (struct signal_watcher){ .forward_fd = -1, .stop_fds = { -1, -1 } };
	watcher->signal_fd = signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (watcher->signal_fd < 0 || pipe2(watcher->stop_fds, O_CLOEXEC) ||
	    pipe2(pipes, O_CLOEXEC | O_NONBLOCK))
		goto failed;
	watcher->forward_fd = pipes[1];
	signals->fd = pipes[0];
	errno = start_thread(&watcher->thread, watcher);
	if (errno)
		goto failed;
	signals->watcher = watcher;
	return 0;
failed:
	error = errno;
	free_watcher(watcher);
	errno = error;
	return -1;
}

static void stop_watcher(struct signals *signals)
{
	struct signal_watcher *watcher = signals->watcher;

	close(watcher->stop_fds[1]);
	watcher->stop_fds[1] = -1;
	pthread_join(watcher->thread, NULL);
	free_watcher(watcher);
	signals->watcher = NULL;
}

int signals__take(struct signals *signals)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t ends, requests, both;

	sigemptyset(&ends);
	sigemptyset(&requests);
	add_unless_ignored(&ends, SIGINT);
	add_unless_ignored(&ends, SIGTERM);
	add_unless_ignored(has_terminal() ? &ends : &requests, SIGHUP);
	add_unless_ignored(&requests, SIGUSR1);
	sigorset(&both, &ends, &requests);
	if (sigaction(SIGPIPE, &ignore, &signals->old_pipe) ||
	    sigaction(SIGXFSZ, &ignore, &signals->old_file_size) ||
	    sigprocmask(SIG_BLOCK, &both, &signals->old_mask))
		return -1;
	signals->request_fd = signalfd(-1, &requests, SFD_CLOEXEC | SFD_NONBLOCK);
	return signals->request_fd < 0 ? -1 : start_watcher(signals, &ends);
}

void signals__restore(const struct signals *signals)
{
	sigaction(SIGPIPE, &signals->old_pipe, NULL);
	sigaction(SIGXFSZ, &signals->old_file_size, NULL);
	sigprocmask(SIG_SETMASK, &signals->old_mask, NULL);
}

void signals__release(struct signals *signals)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGUSR1, &ignore, NULL);
	if (!has_terminal())
		sigaction(SIGHUP, &ignore, NULL);
	stop_watcher(signals);
	close(signals->fd);
	close(signals->request_fd);
	signals->fd = signals->request_fd = -1;
	signals__restore(signals);
}
