// SPDX-License-Identifier: GPL-2.0
#include "symbols/mapped_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

/*
 * Open a file by its path. O_PATH is used since opening a device or a FIFO can block or have
 * effects.
 */
static int open_below(int root, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS,
	};

	return syscall(SYS_openat2, root, path, &how, sizeof(how));
}

static bool is_mapped_file(const struct process_mapping *mapping, const struct stat *status)
{
	return status->st_ino == mapping->inode &&
	       status->st_dev == makedev(mapping->major, mapping->minor);
}

static int open_root(int folder, const char *path)
{
	return openat(folder, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/*
 * Open the file at the path below the process's root, or below the tool's own root. The latter is
 * right for a process that has changed its root, since paths in maps are those of the mount
 * namespace. overlayfs and btrfs may show other devices in maps than stat() does. So below the
 * process's root a file is accepted although its device differs.
 */
static int open_by_path(int process, const struct process_mapping *mapping, const char *path)
{
	static const char *const roots[] = { "root", "/" };
	struct stat status;
	int i, root, fd;

	for (i = 0; i < 2; i++) {
		root = open_root(process, roots[i]);
		fd = root < 0 ? -1 : open_below(root, path);
		if (root >= 0)
			close(root);
		if (fd < 0)
			continue;
		if (!fstat(fd, &status) &&
		    (is_mapped_file(mapping, &status) ||
		     (i == 0 && status.st_dev != makedev(mapping->major, mapping->minor))))
			return fd;
		close(fd);
	}
	return -1;
}

/* Open the mapped file with O_PATH. */
static int open_mapped(int process, const struct process_mapping *mapping, const char *path)
{
	char link[64];
	int fd;

	snprintf(link, sizeof(link), "map_files/%llx-%llx", mapping->start, mapping->end);
	fd = openat(process, link, O_PATH | O_CLOEXEC);
	if (fd < 0 && !mapping->deleted && path[0] == '/')
		fd = open_by_path(process, mapping, path);
	return fd;
}

/* Open the file of fd for reading if it is a regular one. Closes fd in any case. */
static int open_for_reading(int fd, struct stat *status)
{
	char link[64];
	int readable = -1;

	if (fd < 0)
		return -1;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (!fstat(fd, status) && S_ISREG(status->st_mode))
		readable = open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	close(fd);
	return readable;
}

int mapped_file__open(int process, const struct process_mapping *mapping, const char *path,
		      struct stat *status)
{
	return open_for_reading(open_mapped(process, mapping, path), status);
}

/* Whether stat() tells other numbers of the file's device and inode than the kernel has. */
static bool renumbers(int fd)
{
	struct statfs status;

	return !fstatfs(fd, &status) && ((__u32)status.f_type == OVERLAYFS_SUPER_MAGIC ||
					 (__u32)status.f_type == BTRFS_SUPER_MAGIC);
}

int mapped_file__open_named(int process, const struct named_file *file, struct stat *status)
{
	const int roots[] = { process < 0 ? -1 : open_root(process, "root"),
			      open_root(AT_FDCWD, "/") };
	int i, path, fd = -1;

	for (i = 0; i < 2; i++) {
		if (roots[i] < 0)
			continue;
		path = fd < 0 && !file->cut ? open_below(roots[i], file->path) : -1;
		close(roots[i]);
		if (path < 0)
			continue;
		fd = open_for_reading(path, status);
		if (fd < 0 || named_file__is(file, status, renumbers(fd)))
			continue;
		close(fd);
		fd = -1;
	}
	return fd;
}
