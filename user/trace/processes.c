// SPDX-License-Identifier: GPL-2.0
#include "trace/processes.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Return false and set errno if it can't be watched for lack of resources. A thread's number, or a
 * kernel that refuses for another reason, means an end that is not noticed.
 */
static bool watch_one(struct processes *processes, __u32 pid)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = (__u32)processes->nr };
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM))
		return false;
	if (fd < 0) {
		processes->nr_alive += errno != ESRCH;
		return true;
	}
	processes->pidfds[processes->nr++] = fd;
	processes->nr_alive++;
	return !epoll_ctl(processes->fd, EPOLL_CTL_ADD, fd, &event);
}

int processes__watch(struct processes *processes, const struct filter_values *pids)
{
	__u32 i;

	*processes = (struct processes){ .fd = -1 };
	if (!pids->nr)
		return 0;
	processes->fd = epoll_create1(EPOLL_CLOEXEC);
	if (processes->fd < 0)
		return -1;
	for (i = 0; i < pids->nr; i++) {
		if (watch_one(processes, pids->values[i]))
			continue;
		processes__close(processes);
		return -1;
	}
	return 0;
}

bool processes__have_ended(struct processes *processes)
{
	struct epoll_event events[FILTER_MAX_VALUES];
	int nr = epoll_wait(processes->fd, events, FILTER_MAX_VALUES, 0);
	int i;

	for (i = 0; i < nr; i++) {
		int *pidfd = &processes->pidfds[events[i].data.u32];

		close(*pidfd);
		*pidfd = -1;
		processes->nr_alive--;
	}
	return !processes->nr_alive;
}

void processes__close(struct processes *processes)
{
	int i;

	for (i = 0; i < processes->nr; i++) {
		if (processes->pidfds[i] >= 0)
			close(processes->pidfds[i]);
	}
	if (processes->fd >= 0)
		close(processes->fd);
	*processes = (struct processes){ .fd = -1 };
}
