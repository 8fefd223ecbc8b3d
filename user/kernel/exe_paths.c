// SPDX-License-Identifier: GPL-2.0
#include "kernel/exe_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text/log.h"

_Static_assert(FILTER_MAX_EXES < MAX_EXE_FILES, "there is room for files that were replaced");

static int open_file(const char *path)
{
	return open(path, O_PATH | O_CLOEXEC);
}

int exe_paths__open(struct exe_paths *exe_paths, const char *const *paths, unsigned int nr)
{
	*exe_paths = (struct exe_paths){ .paths = paths, .nr_paths = nr };
	while (exe_paths->nr < nr) {
		const char *path = paths[exe_paths->nr];
		int fd = open_file(path);

		if (fd < 0) {
			log_error("cannot open the file %s: %s", path, strerror(errno));
			exe_paths__close(exe_paths);
			return -1;
		}
		exe_paths->fds[exe_paths->nr++] = fd;
	}
	return 0;
}

/* Keep a file that is no longer at its path, in the place of the one that was kept longest. */
static void keep_replaced(struct exe_paths *exe_paths, int fd)
{
	unsigned int places = MAX_EXE_FILES - exe_paths->nr_paths;
	unsigned int place = exe_paths->nr_paths + exe_paths->nr_replaced++ % places;

	if (place < exe_paths->nr)
		close(exe_paths->fds[place]);
	else
		exe_paths->nr = place + 1;
	exe_paths->fds[place] = fd;
}

/* While a path has no file, the one that it had is meant. */
static bool look_at(struct exe_paths *exe_paths, unsigned int index)
{
	struct stat known, found;
	int fd;

	if (stat(exe_paths->paths[index], &found) || fstat(exe_paths->fds[index], &known) ||
	    (found.st_ino == known.st_ino && found.st_dev == known.st_dev))
		return false;
	fd = open_file(exe_paths->paths[index]);
	if (fd < 0)
		return false;
	keep_replaced(exe_paths, exe_paths->fds[index]);
	exe_paths->fds[index] = fd;
	return true;
}

bool exe_paths__look(struct exe_paths *exe_paths)
{
	bool changed = false;
	unsigned int i;

	for (i = 0; i < exe_paths->nr_paths; i++)
		changed |= look_at(exe_paths, i);
	return changed;
}

void exe_paths__close(struct exe_paths *exe_paths)
{
	while (exe_paths->nr)
		close(exe_paths->fds[--exe_paths->nr]);
	exe_paths->nr_paths = 0;
}
