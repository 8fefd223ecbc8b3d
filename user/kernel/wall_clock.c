// SPDX-License-Identifier: GPL-2.0
#include "kernel/wall_clock.h"

#include <errno.h>
#include <limits.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* The two clocks can't be read at the same time. The best of so many attempts counts. */
#define NR_READINGS 8

static __s64 real_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static struct wall_offset read_once(const struct boot_clock *boot)
{
	__u64 before = boot_clock__ns(boot);
	__s64 real = real_ns();
	__s64 half = (__s64)(boot_clock__ns(boot) - before) / 2;

	return (struct wall_offset){ real - (__s64)before - half, half + 1 };
}

static struct wall_offset read_offset(const struct boot_clock *boot)
{
	struct wall_offset best = read_once(boot);
	int i;

	for (i = 1; i < NR_READINGS; i++) {
		struct wall_offset offset = read_once(boot);

		if (offset.error_ns < best.error_ns)
			best = offset;
	}
	return best;
}

bool wall_offset__differs(const struct wall_offset *a, const struct wall_offset *b)
{
	__s64 difference = a->ns - b->ns;

	return (difference < 0 ? -difference : difference) > a->error_ns + b->error_ns;
}

/* Such a timer is readable when it expires, which this one never does, or when the clock is set. */
static int make_timer(void)
{
	const struct itimerspec never = { .it_value.tv_sec = LONG_MAX };
	int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd < 0)
		return -1;
	if (timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL)) {
		close(fd);
		return -1;
	}
	return fd;
}

int wall_clock__open(struct wall_clock *wall, const struct boot_clock *boot)
{
	wall->fd = make_timer();
	if (wall->fd < 0)
		return -1;
	wall->offset = read_offset(boot);
	return 0;
}

/* The kernel tells it by an error, once for each time that somebody looks. */
static bool was_set(int fd)
{
	__u64 expirations;

	return read(fd, &expirations, sizeof(expirations)) < 0 && errno == ECANCELED;
}

bool wall_clock__has_changed(struct wall_clock *wall, const struct boot_clock *boot,
			     struct clock_change *change)
{
	struct wall_offset now;

	if (!was_set(wall->fd))
		return false;
	now = read_offset(boot);
	if (!wall_offset__differs(&now, &wall->offset))
		return false;
	change->at_ns = boot_clock__ns(boot);
	change->before_real_ns = wall->offset.ns;
	change->boot_to_real_ns = now.ns;
	wall->offset = now;
	return true;
}

void wall_clock__close(struct wall_clock *wall)
{
	if (wall->fd >= 0)
		close(wall->fd);
	wall->fd = -1;
}
