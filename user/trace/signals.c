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
	sigset_t set;

	sigemptyset(&set);
	add_unless_ignored(&set, SIGINT);
	add_unless_ignored(&set, SIGTERM);
	add_unless_ignored(&set, SIGHUP);
	if (sigaction(SIGPIPE, &ignore, &signals->old_pipe) ||
	    sigaction(SIGXFSZ, &ignore, &signals->old_file_size) ||
	    sigprocmask(SIG_BLOCK, &set, &signals->old_mask))
		return -1;
	signals->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return signals->fd < 0 ? -1 : 0;
}

void signals__restore(const struct signals *signals)
{
	sigaction(SIGPIPE, &signals->old_pipe, NULL);
	sigaction(SIGXFSZ, &signals->old_file_size, NULL);
	sigprocmask(SIG_SETMASK, &signals->old_mask, NULL);
}

void signals__release(struct signals *signals)
{
	struct signalfd_siginfo info;

	while (read(signals->fd, &info, sizeof(info)) == sizeof(info))
		;
	close(signals->fd);
	signals->fd = -1;
	signals__restore(signals);
}
