// SPDX-License-Identifier: GPL-2.0
#include "kernel/exe_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "text/log.h"

_Static_assert(FILTER_MAX_EXES < MAX_EXE_FILES, "there is room for files that were replaced");

/*
 * File systems of which another machine or process answers for each look-up, which may take for
 * ever. Not all of these numbers stand in linux/magic.h of the oldest headers.
 */
static const struct {
	unsigned long magic;
	const char *name;
} answered_by_others[] = {
	{ AFS_SUPER_MAGIC, "AFS" },   { 0x00C36400, "Ceph" }, { 0xFF534D42, "CIFS" },
	{ CODA_SUPER_MAGIC, "Coda" }, { 0x65735546, "FUSE" }, { NFS_SUPER_MAGIC, "NFS" },
	{ SMB_SUPER_MAGIC, "SMB" },   { 0xFE534D42, "SMB2" }, { V9FS_MAGIC, "9p" },
};

static int open_file(const char *path)
{
	return open(path, O_PATH | O_CLOEXEC);
}

/* Return the name of the file system if others answer for it, NULL if this kernel does. */
static const char *find_slow_file_system(int fd)
{
	struct statfs status;
	size_t i;

	if (fstatfs(fd, &status))
		return NULL;
	for (i = 0; i < sizeof(answered_by_others) / sizeof(*answered_by_others); i++) {
		/* f_type has a sign, and 32 bits on some architectures. */
		if ((__u32)status.f_type == answered_by_others[i].magic)
			return answered_by_others[i].name;
	}
	return NULL;
}

/* Whether the reader may look at a path again and again; said if it may not. */
static bool may_follow(const char *path, int fd)
{
	const char *name = find_slow_file_system(fd);

	if (name)
		log_warning("%s lies on %s, where looking at it may take long: a file that "
			    "replaces it during the trace is not noticed",
			    path, name);
	return !name;
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
		exe_paths->followed[exe_paths->nr] = may_follow(path, fd);
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
		exe_paths->dropped_fds[exe_paths->nr_dropped++] = exe_paths->fds[place];
	else
		exe_paths->nr = place + 1;
	exe_paths->fds[place] = fd;
}

/* What was dropped in the look before: by now nobody compares with these files any more. */
static void close_dropped(struct exe_paths *exe_paths)
{
	while (exe_paths->nr_dropped)
		close(exe_paths->dropped_fds[--exe_paths->nr_dropped]);
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

	close_dropped(exe_paths);
	for (i = 0; i < exe_paths->nr_paths; i++)
		changed |= exe_paths->followed[i] && look_at(exe_paths, i);
	return changed;
}

void exe_paths__close(struct exe_paths *exe_paths)
{
	close_dropped(exe_paths);
	while (exe_paths->nr)
		close(exe_paths->fds[--exe_paths->nr]);
	exe_paths->nr_paths = 0;
}
