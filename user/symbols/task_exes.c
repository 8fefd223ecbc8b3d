// SPDX-License-Identifier: GPL-2.0
#include "symbols/task_exes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NR_ENTRIES 256
_Static_assert(NR_ENTRIES - 1 <= 255, "an index fits into a byte");

struct entry {
	struct process_id id;
	__u64 used; /* when it was looked at last; 0 if it is free */
	int folder; /* /proc/PID if its exec_id is not known and it was there last time, else -1 */
	char *path; /* NULL if not known */
	bool deleted;
};

struct task_exes {
	char *proc;
	__u64 clock; /* counts uses */
	struct entry entries[NR_ENTRIES];
	/* By pid modulo NR_ENTRIES, which entry it was last: most often it is that one again. */
	unsigned char latest[NR_ENTRIES];
};

static void entry__clear(struct entry *entry)
{
	if (entry->used && entry->folder >= 0)
		close(entry->folder);
	free(entry->path);
	*entry = (struct entry){ .folder = -1 };
}

/* Whether the file that the process executes can be found at this path. */
static bool is_at(int folder, const char *path)
{
	int root = openat(folder, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat executed, found;
	bool is;

	if (root < 0)
		return false;
	is = !fstatat(folder, "exe", &executed, 0) &&
	     !fstatat(root, path + strspn(path, "/"), &found, AT_SYMLINK_NOFOLLOW) &&
	     executed.st_dev == found.st_dev && executed.st_ino == found.st_ino;
	close(root);
	return is;
}

/* Cuts off what the kernel appends to the path of a deleted file. A file can have such a name, too.
 */
static bool cut_deleted(int folder, char *path, size_t size)
{
	static const char suffix[] = " (deleted)";
	const size_t suffix_size = sizeof(suffix) - 1;

	if (size <= suffix_size || strcmp(path + size - suffix_size, suffix) || is_at(folder, path))
		return false;
	path[size - suffix_size] = '\0';
	return true;
}

/* Sets the path that the process has now. False, path as it was, if it can't be read. */
static bool read_exe(struct entry *entry, int folder)
{
	char path[PATH_MAX + 1];
	ssize_t size = readlinkat(folder, "exe", path, sizeof(path) - 1);
	bool deleted;

	if (size < 0)
		return false;
	path[size] = '\0';
	if (entry->path && !entry->deleted && !strcmp(entry->path, path))
		return true;
	deleted = cut_deleted(folder, path, size);
	if (!entry->path || strcmp(entry->path, path)) {
		free(entry->path);
		entry->path = strdup(path);
	}
	entry->deleted = deleted;
	return true;
}

/*
 * The entry if it is there, else the one to replace. *replaced: the process is known to have
 * executed another program since.
 */
static struct entry *find_entry(struct task_exes *exes, const struct process_id *id, bool *replaced)
{
	struct entry *oldest = &exes->entries[0];
	int i;

	*replaced = false;
	for (i = 0; i < NR_ENTRIES; i++) {
		struct entry *entry = &exes->entries[i];

		if (entry->used && process_id__equal(&entry->id, id))
			return entry;
		*replaced |= entry->used && process_id__has_successor(id, &entry->id);
		if (entry->used < oldest->used)
			oldest = entry;
	}
	return oldest;
}

static void close_folder(struct entry *entry)
{
	if (entry->folder >= 0)
		close(entry->folder);
	entry->folder = -1;
}

/* Reads what the process executes, by opening its folder. */
static void read_anew(const char *proc, struct entry *entry)
{
	entry->folder = process__open(proc, &entry->id);
	if (entry->folder < 0)
		return;
	read_exe(entry, entry->folder);
	if (entry->id.exec_id)
		close_folder(entry);
}

/* Once more, where the program is not known to be the same. */
static void read_again(const char *proc, struct entry *entry)
{
	if (entry->folder >= 0 && read_exe(entry, entry->folder))
		return;
	close_folder(entry);
	/* Without a start time there may be another process with the pid by now. */
	if (!entry->id.start_ns) {
		free(entry->path);
		entry->path = NULL;
		entry->deleted = false;
	}
	read_anew(proc, entry);
}

/* The entry if it is the one of its pid that was asked for last, or NULL. */
static struct entry *find_latest(struct task_exes *exes, const struct process_id *id)
{
	struct entry *entry = &exes->entries[exes->latest[id->pid % NR_ENTRIES]];

	return entry->used && process_id__equal(&entry->id, id) ? entry : NULL;
}

void task_exes__find(struct task_exes *exes, const struct process_id *id, struct task_exe *exe)
{
	struct entry *entry = find_latest(exes, id);
	bool replaced = false;

	if (!entry)
		entry = find_entry(exes, id, &replaced);
	exes->latest[id->pid % NR_ENTRIES] = (unsigned char)(entry - exes->entries);
	if (!entry->used || !process_id__equal(&entry->id, id)) {
		entry__clear(entry);
		entry->id = *id;
		if (!replaced)
			read_anew(exes->proc, entry);
	} else if (!id->exec_id) {
		read_again(exes->proc, entry);
	}
	entry->used = ++exes->clock;
	*exe = (struct task_exe){ entry->path, entry->deleted };
}

struct task_exes *task_exes__new(const char *proc)
{
	struct task_exes *exes = calloc(1, sizeof(*exes));

	if (!exes)
		return NULL;
	exes->proc = strdup(proc);
	if (!exes->proc) {
		free(exes);
		return NULL;
	}
	return exes;
}

void task_exes__free(struct task_exes *exes)
{
	int i;

	if (!exes)
		return;
	for (i = 0; i < NR_ENTRIES; i++)
		entry__clear(&exes->entries[i]);
	free(exes->proc);
	free(exes);
}
