// SPDX-License-Identifier: GPL-2.0
#include "kernel/net_namespaces.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE 128 /* more than any path has here: they are made of numbers */

/* "net:[4026531840]", as links to it read, and as it is called among the mounts. */
struct wanted {
	char name[32];
};

/* Calls look with the path of each entry of a folder that begins with a digit, until it succeeds.
 */
static bool any_entry(const char *folder, const struct wanted *wanted,
		      bool (*look)(const char *path, const struct wanted *wanted))
{
	DIR *entries = opendir(folder);
	struct dirent *entry;
	char path[PATH_SIZE];
	bool found = false;

	if (!entries)
		return false;
	while (!found && (entry = readdir(entries))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "%.64s/%.20s", folder, entry->d_name);
		found = look(path, wanted);
	}
	closedir(entries);
	return found;
}

static bool link_is(const char *path, const struct wanted *wanted)
{
	char target[sizeof(wanted->name)];
	ssize_t size = readlink(path, target, sizeof(target));

	return size == (ssize_t)strlen(wanted->name) && !memcmp(target, wanted->name, (size_t)size);
}

static bool thread_is_in(const char *thread, const struct wanted *wanted)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%.64s/ns/net", thread);
	return link_is(path, wanted);
}

static bool has_thread_in(const char *process, const struct wanted *wanted)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%.64s/task", process);
	return any_entry(path, wanted, thread_is_in);
}

static bool has_open(const char *process, const struct wanted *wanted)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%.64s/fd", process);
	return any_entry(path, wanted, link_is);
}

/* The fourth field of a line is the root of the mount, which is the namespace itself. */
static bool mount_is(const char *line, const struct wanted *wanted)
{
	size_t size = strlen(wanted->name);
	int field;

	for (field = 1; line && field < 4; field++) {
		line = strchr(line, ' ');
		line = line ? line + 1 : NULL;
	}
	return line && !strncmp(line, wanted->name, size) && line[size] == ' ';
}

/* The mounts that a process sees, which are others in another mount namespace. */
static bool has_mounted(const char *process, const struct wanted *wanted)
{
	char path[PATH_SIZE], *line = NULL;
	bool found = false;
	size_t room = 0;
	FILE *mounts;

	snprintf(path, sizeof(path), "%.64s/mountinfo", process);
	mounts = fopen(path, "re");
	if (!mounts)
		return false;
	while (!found && getline(&line, &room, mounts) > 0)
		found = mount_is(line, wanted);
	free(line);
	fclose(mounts);
	return found;
}

bool net_namespaces__find(__u32 inode)
{
	struct wanted wanted;

	snprintf(wanted.name, sizeof(wanted.name), "net:[%u]", inode);
	/* What takes least comes first. */
	return thread_is_in("/proc/self", &wanted) || has_mounted("/proc/self", &wanted) ||
	       any_entry("/proc", &wanted, thread_is_in) ||
	       any_entry("/proc", &wanted, has_thread_in) ||
	       any_entry("/proc", &wanted, has_open) || any_entry("/proc", &wanted, has_mounted);
}
