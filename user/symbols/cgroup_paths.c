// SPDX-License-Identifier: GPL-2.0
#include "symbols/cgroup_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "text/lines.h"

#define NR_BUCKETS  1024 /* power of two */
#define MAX_ENTRIES 4096
#define HANDLE_TYPE 0xfe /* FILEID_KERNFS in include/linux/exportfs.h: the handle is the id */

struct entry {
	struct entry *next; /* the next entry in the same bucket */
	__u64 id;
	bool known;
	char path[]; /* empty if it is unknown */
};

struct cgroup_paths {
	char *mount; /* its path, without a trailing slash */
	int fd;	     /* its root directory */
	int nr_entries;
	struct entry *buckets[NR_BUCKETS];
};

/* The state of looking through mountinfo for a mount that can be opened. */
struct opening {
	struct cgroup_paths *paths;
	bool whole; /* consider only mounts of the whole hierarchy */
	int err;
};

/* The result of opening a cgroup by its id. */
enum outcome {
	FOUND,
	UNKNOWN, /* it is gone or may not be opened, and trying again would not help */
	FAILED,
};

/*
 * Decode the octal escapes that mountinfo uses for backslashes and white space. This modifies text.
 */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' && text[2] >= '0' &&
		    text[2] <= '7' && text[3] >= '0' && text[3] <= '7') {
			*to++ = (text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0');
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

/*
 * Parse "id parent major:minor root mount options [tag]... - type source options". This modifies
 * line. Return the mount point, or NULL if it is not a suitable cgroup v2 mount.
 */
static char *parse_mount(char *line, bool whole)
{
	char *type = strstr(line, " - "), *root = NULL, *mount = NULL, *rest = line;
	int field;

	if (!type || strncmp(type + 3, "cgroup2 ", strlen("cgroup2 ")))
		return NULL;
	*type = '\0';
	for (field = 0; field < 5; field++) {
		root = mount;
		mount = strsep(&rest, " ");
	}
	if (!mount || (whole && strcmp(root, "/")))
		return NULL;
	unescape(mount);
	return mount;
}

/*
 * Open a mount point as the root of the hierarchy. Return 0, or a negative errno: another file
 * system may be mounted over it.
 */
static int open_mount(struct cgroup_paths *paths, const char *mount)
{
	int fd = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs status;
	size_t size = strlen(mount);

	if (fd < 0)
		return -errno;
	if (fstatfs(fd, &status) || status.f_type != CGROUP2_SUPER_MAGIC) {
		close(fd);
		return -ENOENT;
	}
	while (size && mount[size - 1] == '/')
		size--;
	paths->mount = strndup(mount, size);
	if (!paths->mount) {
		close(fd);
		return -ENOMEM;
	}
	paths->fd = fd;
	return 0;
}

static bool visit_mount(void *context, const char *line, size_t size)
{
	struct opening *opening = context;
	char *copy = strndup(line, size), *mount;

	if (!copy) {
		opening->err = -ENOMEM;
		return false;
	}
	mount = parse_mount(copy, opening->whole);
	if (mount)
		opening->err = open_mount(opening->paths, mount);
	free(copy);
	return opening->err && opening->err != -ENOMEM;
}

static int find_mount(struct cgroup_paths *paths, int mountinfo, bool whole)
{
	struct opening opening = { .paths = paths, .whole = whole, .err = -ENOENT };
	int err;

	if (lseek(mountinfo, 0, SEEK_SET) < 0)
		return -errno;
	err = lines__visit(mountinfo, visit_mount, &opening);
	return err ? err : opening.err;
}

struct cgroup_paths *cgroup_paths__open(const char *mountinfo)
{
	int fd = open(mountinfo, O_RDONLY | O_CLOEXEC), err = -ENOMEM;
	struct cgroup_paths *paths;

	if (fd < 0)
		return NULL;
	paths = calloc(1, sizeof(*paths));
	if (paths) {
		paths->fd = -1;
		err = find_mount(paths, fd, true);
		if (err)
			err = find_mount(paths, fd, false);
	}
	close(fd);
	if (!err)
		return paths;
	cgroup_paths__close(paths);
	errno = -err;
	return NULL;
}

static struct entry **bucket_of(struct cgroup_paths *paths, __u64 id)
{
	return &paths->buckets[(id ^ id >> 32) & (NR_BUCKETS - 1)];
}

static const struct entry *find_entry(struct cgroup_paths *paths, __u64 id)
{
	const struct entry *entry = *bucket_of(paths, id);

	while (entry && entry->id != id)
		entry = entry->next;
	return entry;
}

static void drop_entries(struct cgroup_paths *paths)
{
	int i;

	for (i = 0; i < NR_BUCKETS; i++) {
		while (paths->buckets[i]) {
			struct entry *entry = paths->buckets[i];

			paths->buckets[i] = entry->next;
			free(entry);
		}
	}
	paths->nr_entries = 0;
}

/* Remember a cgroup. path is NULL if there is no such cgroup. Return NULL if out of memory. */
static const struct entry *add_entry(struct cgroup_paths *paths, __u64 id, const char *path)
{
	struct entry **bucket = bucket_of(paths, id), *entry;

	entry = malloc(sizeof(*entry) + strlen(path ? path : "") + 1);
	if (!entry)
		return NULL;
	entry->id = id;
	entry->known = path;
	strcpy(entry->path, path ? path : "");
	entry->next = *bucket;
	*bucket = entry;
	paths->nr_entries++;
	return entry;
}

/* Return whether the cgroup has this path below the mount. Its id is its inode number. */
static bool is_at(const struct cgroup_paths *paths, const char *path, __u64 id)
{
	struct stat status;

	return path[0] == '/' && path[1] &&
	       !fstatat(paths->fd, path + 1, &status, AT_SYMLINK_NOFOLLOW) && status.st_ino == id;
}

/* Read the path below the mount of an open directory. path has PATH_MAX bytes. */
static enum outcome read_path(const struct cgroup_paths *paths, int fd, __u64 id, char *path)
{
	static const char deleted[] = " (deleted)";
	size_t mount = strlen(paths->mount), size;
	char link[64], full[PATH_MAX];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, full, sizeof(full) - 1);
	if (length < 0)
		return FAILED;
	full[length] = '\0';
	if (strncmp(full, paths->mount, mount) || (full[mount] && full[mount] != '/'))
		return UNKNOWN; /* outside of what is mounted */
	strcpy(path, full[mount] ? full + mount : "/");
	size = strlen(path);
	/* This can also be the end of a cgroup's name. */
	if (size >= strlen(deleted) && !strcmp(path + size - strlen(deleted), deleted) &&
	    !is_at(paths, path, id))
		return UNKNOWN;
	return FOUND;
}

/*
 * Return whether an error of open_by_handle_at() will not go away. EPERM means that
 * CAP_DAC_READ_SEARCH is missing.
 */
static bool is_final(int error)
{
	return error == ESTALE || error == ENOENT || error == ENOTDIR || error == EPERM ||
	       error == EOPNOTSUPP || error == ENOSYS;
}

static enum outcome open_by_id(const struct cgroup_paths *paths, __u64 id, char *path)
{
	union {
		struct file_handle handle;
		char bytes[sizeof(struct file_handle) + sizeof(id)];
	} u = { .handle = { .handle_bytes = sizeof(id), .handle_type = HANDLE_TYPE } };
	enum outcome outcome;
	int fd;

	memcpy(u.handle.f_handle, &id, sizeof(id));
	fd = open_by_handle_at(paths->fd, &u.handle, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return is_final(errno) ? UNKNOWN : FAILED;
	}
	outcome = read_path(paths, fd, id, path);
	close(fd);
	return outcome;
}

const char *cgroup_paths__find(struct cgroup_paths *paths, __u64 id)
{
	const struct entry *entry = find_entry(paths, id);
	enum outcome outcome;
	char path[PATH_MAX];

	if (!entry) {
		if (paths->nr_entries >= MAX_ENTRIES)
			drop_entries(paths);
		outcome = open_by_id(paths, id, path);
		if (outcome != FAILED)
			entry = add_entry(paths, id, outcome == FOUND ? path : NULL);
	}
	return entry && entry->known ? entry->path : NULL;
}

void cgroup_paths__close(struct cgroup_paths *paths)
{
	if (!paths)
		return;
	drop_entries(paths);
	if (paths->fd >= 0)
		close(paths->fd);
	free(paths->mount);
	free(paths);
}
