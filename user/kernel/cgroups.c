// SPDX-License-Identifier: GPL-2.0
#include "kernel/cgroups.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "text/log.h"

/* Open a cgroup's directory. Return its descriptor, or -1 after printing why that failed. */
static int open_cgroup(const char *path)
{
	struct statfs filesystem;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fstatfs(fd, &filesystem)) {
		log_error("cannot open the cgroup %s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	if (filesystem.f_type == CGROUP2_SUPER_MAGIC)
		return fd;
	log_error("%s is not in the cgroup v2 hierarchy, which is mostly at /sys/fs/cgroup", path);
	close(fd);
	return -1;
}

int cgroups__open(const char *const *paths, unsigned int nr, int *fds)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		fds[i] = open_cgroup(paths[i]);
		if (fds[i] >= 0)
			continue;
		cgroups__close(fds, i);
		return -1;
	}
	return 0;
}

void cgroups__close(const int *fds, unsigned int nr)
{
	while (nr)
		close(fds[--nr]);
}
