// SPDX-License-Identifier: GPL-2.0
#include "kernel/boot_clock.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "symbols/process.h"

#define NS_PER_SECOND 1000000000LL

/*
 * The kernel lets BPF programs read the clock without a lock, which can be off by a little while it
 * is adjusted.
 */
#define SLACK_NS 1000

__s64 boot_clock__own_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

/* The lines are "monotonic SECONDS NANOSECONDS" and the same for boottime. */
static bool read_offset(const char *proc, __s64 *offset_ns)
{
	char path[PATH_MAX], line[128];
	long long seconds, ns;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/timens_offsets", proc);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "boottime %lld %lld", &seconds, &ns) == 2;
	fclose(file);
	if (found)
		*offset_ns = seconds * NS_PER_SECOND + ns;
	return found;
}

static bool agrees(const struct boot_reading *reading, __s64 offset_ns)
{
	__s64 own_ns = (__s64)reading->kernel_ns + offset_ns;

	return own_ns >= reading->before_ns - SLACK_NS && own_ns <= reading->after_ns + SLACK_NS;
}

static __s64 find_offset(const struct boot_reading *reading, const char *proc)
{
	__s64 offset_ns;

	if (read_offset(proc, &offset_ns) && agrees(reading, offset_ns))
		return offset_ns;
	if (agrees(reading, 0))
		return 0;
	return reading->before_ns + (reading->after_ns - reading->before_ns) / 2 -
	       (__s64)reading->kernel_ns;
}

static bool started_at(const char *proc, __u64 start_ns)
{
	int process = open(proc, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool did = process >= 0 && process__has_start_time(process, start_ns);

	if (process >= 0)
		close(process);
	return did;
}

void boot_clock__set(struct boot_clock *clock, const struct boot_reading *reading, const char *proc)
{
	clock->offset_ns = clock->proc_offset_ns = find_offset(reading, proc);
	if (clock->offset_ns && started_at(proc, reading->start_ns))
		clock->proc_offset_ns = 0;
}

__u64 boot_clock__ns(const struct boot_clock *clock)
{
	return (__u64)(boot_clock__own_ns() - clock->offset_ns);
}

__u64 boot_clock__in_proc(const struct boot_clock *clock, __u64 ns)
{
	return ns + (__u64)clock->proc_offset_ns;
}

__u64 boot_clock__from_proc(const struct boot_clock *clock, __u64 ns)
{
	return ns - (__u64)clock->proc_offset_ns;
}
