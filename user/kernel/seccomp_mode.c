// SPDX-License-Identifier: GPL-2.0
#include "kernel/seccomp_mode.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATUS_SIZE   8192 /* of /proc/PID/status; it has two lines of masks for all processors */
#define PATH_SIZE     4096
#define ACTIONS_SIZE  256
#define MODE_BEGINS   "\nSeccomp:\t"
#define MODE_DISABLED '0'

/* Read the beginning of a file as a string. Return false if it can't be read. */
static bool read_file(int folder, const char *path, char *text, size_t size)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got = 0;

	if (fd < 0)
		return false;
	while (used + 1 < size && (got = read(fd, text + used, size - 1 - used)) > 0)
		used += (size_t)got;
	close(fd);
	text[used] = '\0';
	return got >= 0;
}

/* No name of a task can forge the line: the kernel escapes line breaks in it. */
static enum seccomp_finding find_in_status(int folder, const char *path, int *budget)
{
	char status[STATUS_SIZE];
	const char *mode;

	if ((*budget)-- <= 0)
		return SECCOMP_UNKNOWN;
	if (!read_file(folder, path, status, sizeof(status)))
		return SECCOMP_FOUND_NONE;
	mode = strstr(status, MODE_BEGINS);
	return mode && mode[strlen(MODE_BEGINS)] != MODE_DISABLED ? SECCOMP_FOUND
								  : SECCOMP_FOUND_NONE;
}

enum seccomp_finding seccomp_mode__of_thread(__u32 tid, int *budget)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/status", tid);
	return find_in_status(AT_FDCWD, path, budget);
}

enum seccomp_finding seccomp_mode__of_process(__u32 pid, int *budget)
{
	enum seccomp_finding found = SECCOMP_FOUND_NONE;
	const struct dirent *entry;
	char path[300];
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%u/task", pid);
	folder = opendir(path);
	if (!folder)
		return SECCOMP_FOUND_NONE;
	while (found == SECCOMP_FOUND_NONE && (entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/status", entry->d_name);
		found = find_in_status(dirfd(folder), path, budget);
	}
	closedir(folder);
	return found;
}

/* Look at the processes that are in a cgroup itself. Those of other PID namespaces are 0. */
static enum seccomp_finding find_in_one_cgroup(const char *path, int *budget)
{
	enum seccomp_finding found = SECCOMP_FOUND_NONE;
	char name[PATH_SIZE + 16];
	unsigned int pid;
	FILE *file;

	snprintf(name, sizeof(name), "%s/cgroup.procs", path);
	file = fopen(name, "re");
	if (!file) /* it was removed, or holds threads, whose processes are in one above it */
		return SECCOMP_FOUND_NONE;
	while (found == SECCOMP_FOUND_NONE && fscanf(file, "%u", &pid) == 1)
		found = pid ? seccomp_mode__of_process(pid, budget) : SECCOMP_UNKNOWN;
	fclose(file);
	return found;
}

enum seccomp_finding seccomp_mode__of_cgroup(const char *path, int *budget)
{
	enum seccomp_finding found = find_in_one_cgroup(path, budget);
	DIR *folder = opendir(path);
	const struct dirent *entry;
	char *below;

	while (folder && found == SECCOMP_FOUND_NONE && (entry = readdir(folder))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		if (asprintf(&below, "%s/%s", path, entry->d_name) < 0) {
			found = SECCOMP_UNKNOWN;
			break;
		}
		found = seccomp_mode__of_cgroup(below, budget);
		free(below);
	}
	if (folder)
		closedir(folder);
	return found;
}

bool seccomp_mode__logs_kills(void)
{
	char actions[ACTIONS_SIZE];

	if (!read_file(AT_FDCWD, "/proc/sys/kernel/seccomp/actions_logged", actions,
		       sizeof(actions)))
		return true;
	return strstr(actions, "kill_process") && strstr(actions, "kill_thread");
}
