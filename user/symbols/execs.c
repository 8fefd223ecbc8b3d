// SPDX-License-Identifier: GPL-2.0
#include "symbols/execs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text/utf8.h"

#define NR_ENTRIES 256
_Static_assert(NR_ENTRIES - 1 <= 255, "an index fits into a byte");

struct entry {
	struct process_id id;
	__u64 number; /* of what was found, never used before */
	__u64 used;   /* value of the clock at its last use; 0 if the entry is free */
	int dir;      /* descriptor of /proc/PID, kept open if exec_id is unknown; else -1 */
	char *path;   /* NULL if unknown */
	bool deleted;
	bool has_cmdline;
	bool cmdline_cut;
	size_t cmdline_size; /* 0 .. EXEC_CMDLINE_SIZE */
	char cmdline[EXEC_CMDLINE_SIZE];
};

struct execs {
	char *proc;
	struct exec_source source;
	struct named_files *files;
	__u64 clock; /* incremented at each use of an entry */
	__u64 nr_found;
	struct entry entries[NR_ENTRIES];
	/*
	 * The entry last used for a pid, by pid modulo NR_ENTRIES: usually it is the one needed
	 * next.
	 */
	unsigned char latest[NR_ENTRIES];
};

static void entry__clear(struct entry *entry)
{
	if (entry->used && entry->dir >= 0)
		close(entry->dir);
	free(entry->path);
	*entry = (struct entry){ .dir = -1 };
}

/* Return whether the file that the process executes can be found at this path. */
static bool executes_file_at(int dir, const char *path)
{
	int root = openat(dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat executed, found;
	bool is;

	if (root < 0)
		return false;
	is = !fstatat(dir, "exe", &executed, 0) &&
	     !fstatat(root, path + strspn(path, "/"), &found, AT_SYMLINK_NOFOLLOW) &&
	     executed.st_dev == found.st_dev && executed.st_ino == found.st_ino;
	close(root);
	return is;
}

/*
 * Remove the suffix that the kernel appends to the path of a deleted file. Return whether it was
 * there and meant that: a file's name may also end so.
 */
static bool cut_deleted(int dir, char *path, size_t size)
{
	static const char suffix[] = " (deleted)";
	const size_t suffix_size = sizeof(suffix) - 1;

	if (size <= suffix_size || strcmp(path + size - suffix_size, suffix) ||
	    executes_file_at(dir, path))
		return false;
	path[size - suffix_size] = '\0';
	return true;
}

/*
 * Read the path of what the process executes now. Return false, with the path unchanged, if it
 * can't be read.
 */
static bool read_exe(struct entry *entry, int dir)
{
	char path[PATH_MAX + 1];
	ssize_t size = readlinkat(dir, "exe", path, sizeof(path) - 1);
	bool deleted;

	if (size < 0)
		return false;
	path[size] = '\0';
	if (entry->path && !entry->deleted && !strcmp(entry->path, path))
		return true;
	deleted = cut_deleted(dir, path, size);
	if (!entry->path || strcmp(entry->path, path)) {
		free(entry->path);
		entry->path = strdup(path);
	}
	entry->deleted = deleted;
	return true;
}

static void set_cmdline(struct entry *entry, const char *cmdline, size_t size, bool cut)
{
	if (cut)
		size = utf8__whole(cmdline, size);
	memcpy(entry->cmdline, cmdline, size);
	entry->cmdline_size = size;
	entry->cmdline_cut = cut;
	entry->has_cmdline = true;
}

/*
 * Return the size without what a process leaves of its arguments when it writes a title over them:
 * more than one empty one at the end.
 */
static size_t cut_padding(const char *cmdline, size_t size)
{
	size_t used = size;

	while (used && !cmdline[used - 1])
		used--;
	return size - used > 2 ? used : size;
}

/* Read the command line as it is now. That of a process that is ending is empty. */
static void read_cmdline(struct entry *entry, int dir)
{
	int fd = openat(dir, "cmdline", O_RDONLY | O_CLOEXEC);
	char cmdline[EXEC_CMDLINE_SIZE + 1];
	ssize_t size;

	if (fd < 0)
		return;
	size = read(fd, cmdline, sizeof(cmdline));
	close(fd);
	if (size <= 0)
		return;
	if (size > EXEC_CMDLINE_SIZE)
		set_cmdline(entry, cmdline, EXEC_CMDLINE_SIZE, true);
	else
		set_cmdline(entry, cmdline, cut_padding(cmdline, (size_t)size), false);
}

/*
 * Take over what the BPF side has noted. If the file is the one that /proc tells, only /proc knows
 * whether it has been deleted since.
 */
static void learn(struct execs *execs, struct entry *entry, __u64 kernel_start_ns)
{
	const struct exec_key key = {
		.start_ns = kernel_start_ns,
		.exec_id = entry->id.exec_id,
		.pid = entry->id.pid,
	};
	const struct named_file *file;
	struct exec exec;

	if (!execs->source.find || !key.start_ns || !key.exec_id ||
	    !execs->source.find(execs->source.context, &key, &exec))
		return;
	if (exec.cmdline_size && exec.cmdline_size <= EXEC_CMDLINE_SIZE)
		set_cmdline(entry, exec.cmdline, exec.cmdline_size, exec.cmdline_cut);
	file = named_files__find(execs->files, exec.file);
	if (!file || (entry->path && (file->cut || !strcmp(entry->path, file->path))))
		return;
	free(entry->path);
	entry->path = strdup(file->path);
	entry->deleted = file->deleted;
}

/*
 * Return the entry of the process, or the one to replace. Set *replaced if the process is known to
 * have executed another program since.
 */
static struct entry *find_entry(struct execs *execs, const struct process_id *id, bool *replaced)
{
	struct entry *oldest = &execs->entries[0];
	int i;

	*replaced = false;
	for (i = 0; i < NR_ENTRIES; i++) {
		struct entry *entry = &execs->entries[i];

		if (entry->used && process_id__equal(&entry->id, id))
			return entry;
		*replaced |= entry->used && process_id__has_successor(id, &entry->id);
		if (entry->used < oldest->used)
			oldest = entry;
	}
	return oldest;
}

static void close_dir(struct entry *entry)
{
	if (entry->dir >= 0)
		close(entry->dir);
	entry->dir = -1;
}

/* Open the process's directory and read what it executes now. */
static void open_and_read(const char *proc, struct entry *entry)
{
	entry->dir = process__open(proc, &entry->id);
	if (entry->dir < 0)
		return;
	read_exe(entry, entry->dir);
	read_cmdline(entry, entry->dir);
	if (entry->id.exec_id)
		close_dir(entry);
}

/* Read again what the process executes, since it may have executed another program. */
static void reread(const char *proc, struct entry *entry)
{
	if (entry->dir >= 0 && read_exe(entry, entry->dir)) {
		read_cmdline(entry, entry->dir);
		return;
	}
	close_dir(entry);
	/* If the start time is unknown, another process may have the pid by now. */
	if (!entry->id.start_ns) {
		free(entry->path);
		entry->path = NULL;
		entry->deleted = entry->has_cmdline = false;
	}
	open_and_read(proc, entry);
}

/* Return the entry last used for this pid if it is that of the process, or NULL. */
static struct entry *find_latest(struct execs *execs, const struct process_id *id)
{
	struct entry *entry = &execs->entries[execs->latest[id->pid % NR_ENTRIES]];

	return entry->used && process_id__equal(&entry->id, id) ? entry : NULL;
}

static void fill(const struct entry *entry, struct executed *executed)
{
	*executed = (struct executed){
		.path = entry->path,
		.deleted = entry->deleted,
		.number = entry->id.exec_id ? entry->number : 0,
	};
	if (!entry->has_cmdline)
		return;
	executed->cmdline = entry->cmdline;
	executed->cmdline_size = entry->cmdline_size;
	executed->cmdline_cut = entry->cmdline_cut;
}

void execs__find(struct execs *execs, const struct process_id *id, __u64 kernel_start_ns,
		 struct executed *executed)
{
	struct entry *entry = find_latest(execs, id);
	bool replaced = false;

	if (!entry)
		entry = find_entry(execs, id, &replaced);
	execs->latest[id->pid % NR_ENTRIES] = (unsigned char)(entry - execs->entries);
	if (!entry->used || !process_id__equal(&entry->id, id)) {
		entry__clear(entry);
		entry->id = *id;
		entry->number = ++execs->nr_found;
		if (!replaced)
			open_and_read(execs->proc, entry);
		learn(execs, entry, kernel_start_ns);
	} else if (!id->exec_id) {
		reread(execs->proc, entry);
	}
	entry->used = ++execs->clock;
	fill(entry, executed);
}

struct execs *execs__new(const char *proc, const struct exec_source *source,
			 struct named_files *files)
{
	struct execs *execs = calloc(1, sizeof(*execs));

	if (!execs)
		return NULL;
	execs->proc = strdup(proc);
	execs->source = *source;
	execs->files = files;
	if (!execs->proc) {
		free(execs);
		return NULL;
	}
	return execs;
}

void execs__free(struct execs *execs)
{
	int i;

	if (!execs)
		return;
	for (i = 0; i < NR_ENTRIES; i++)
		entry__clear(&execs->entries[i]);
	free(execs->proc);
	free(execs);
}
