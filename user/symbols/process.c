// SPDX-License-Identifier: GPL-2.0
#include "symbols/process.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "text/lines.h"

#define NS_PER_SECOND 1000000000ULL

/* The numbers of the fields in /proc/PID/stat, as proc(5) has them. */
#define FIELD_COMM	 2
#define FIELD_START_TIME 22

bool process_id__equal(const struct process_id *a, const struct process_id *b)
{
	return a->pid == b->pid && a->start_ns == b->start_ns && a->exec_id == b->exec_id;
}

bool process_id__has_successor(const struct process_id *id, const struct process_id *other)
{
	return id->pid == other->pid && id->start_ns == other->start_ns && id->exec_id &&
	       id->exec_id < other->exec_id;
}

/* The name may contain spaces and parentheses, so fields are counted from the last parenthesis. */
static bool parse_start_time(const char *stat, size_t size, __u64 *ticks)
{
	const char *at = memrchr(stat, ')', size), *end = stat + size;
	int field;

	for (field = FIELD_COMM; at && field < FIELD_START_TIME; field++) {
		at = memchr(at, ' ', end - at);
		if (at)
			at++;
	}
	return at && lines__take_decimal(&at, end, ticks);
}

/* Read the start time in clock ticks, rounded down. */
static bool read_start_time(int process, __u64 *ticks)
{
	int fd = openat(process, "stat", O_RDONLY | O_CLOEXEC);
	char stat[1024];
	ssize_t size;

	if (fd < 0)
		return false;
	size = read(fd, stat, sizeof(stat));
	close(fd);
	return size > 0 && parse_start_time(stat, size, ticks);
}

bool process__has_start_time(int process, __u64 start_ns)
{
	__u64 ticks;

	return read_start_time(process, &ticks) &&
	       ticks == start_ns / (NS_PER_SECOND / sysconf(_SC_CLK_TCK));
}

__u64 process__start_ns(const char *proc, __u32 pid)
{
	const struct process_id id = { .pid = pid };
	int process = process__open(proc, &id);
	__u64 ticks;
	bool known;

	if (process < 0)
		return PROCESS_GONE;
	known = read_start_time(process, &ticks);
	close(process);
	return known ? ticks * PROCESS_START_UNIT : 0;
}

int process__open(const char *proc, const struct process_id *id)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%u", proc, id->pid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && id->start_ns && !process__has_start_time(fd, id->start_ns)) {
		close(fd);
		return -1;
	}
	return fd;
}
