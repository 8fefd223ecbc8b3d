// SPDX-License-Identifier: GPL-2.0
#include "trace/signals.h"

#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* An ignored signal must not be blocked, since it would then be queued. */
static void add_unless_ignored(sigset_t *set, int number)
{
	struct sigaction action;

	if (sigaction(number, NULL, &action) || action.sa_handler != SIG_IGN)
		sigaddset(set, number);
}

int signals__take(struct signals *signals)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t ends, requests, both;

	sigemptyset(&ends);
	sigemptyset(&requests);
	add_unless_ignored(&ends, SIGINT);
	add_unless_ignored(&ends, SIGTERM);
	add_unless_ignored(&ends, SIGHUP);
	add_unless_ignored(&requests, SIGUSR1);
	sigorset(&both, &ends, &requests);
	if (sigaction(SIGPIPE, &ignore, &signals->old_pipe) ||
	    sigaction(SIGXFSZ, &ignore, &signals->old_file_size) ||
	    sigprocmask(SIG_BLOCK, &both, &signals->old_mask))
		return -1;
	signals->fd = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
	signals->request_fd = signalfd(-1, &requests, SFD_CLOEXEC | SFD_NONBLOCK);
	return signals->fd < 0 || signals->request_fd < 0 ? -1 : 0;
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
	struct signalfd_siginfo info;

	sigaction(SIGUSR1, &ignore, NULL);
	while (read(signals->fd, &info, sizeof(info)) == sizeof(info))
		;
	close(signals->fd);
	close(signals->request_fd);
	signals->fd = signals->request_fd = -1;
	signals__restore(signals);
}
