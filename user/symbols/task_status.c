// SPDX-License-Identifier: GPL-2.0
#include "symbols/task_status.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "text/lines.h"

#define PATH_SIZE 4096

static int open_file(const char *proc, __u32 tid, const char *name)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%u/%s", proc, tid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The file has the name as it is, and a newline behind it. Those of kernel threads may be longer.
 */
static bool read_comm(struct task_status *status, const char *proc, __u32 tid)
{
	int fd = open_file(proc, tid, "comm");
	char comm[TASK_STATUS_COMM_SIZE];
	ssize_t size;

	if (fd < 0)
		return false;
	size = read(fd, comm, sizeof(comm));
	close(fd);
	if (size < 1)
		return false;
	memcpy(status->comm, comm, size - 1);
	return true;
}

/* Take the first number behind a key and a tab, if the line has that key. */
static bool take_number(const char *line, size_t size, const char *key, __u32 *number)
{
	size_t length = strlen(key);
	const char *at = line + length + 1;
	__u64 value;

	if (size <= length || memcmp(line, key, length) != 0 || line[length] != '\t' ||
	    !lines__take_decimal(&at, line + size, &value))
		return false;
	*number = (__u32)value;
	return true;
}

static bool visit_line(void *context, const char *line, size_t size)
{
	struct task_status *status = context;

	take_number(line, size, "PPid:", &status->ppid);
	/* This one comes last. */
	return !take_number(line, size, "Uid:", &status->uid);
}

bool task_status__read(struct task_status *status, const char *proc, __u32 tid)
{
	int fd, err;

	memset(status, 0, sizeof(*status));
	if (!read_comm(status, proc, tid))
		return false;
	fd = open_file(proc, tid, "status");
	if (fd < 0)
		return false;
	err = lines__visit(fd, visit_line, status);
	close(fd);
	return !err;
}
