// SPDX-License-Identifier: GPL-2.0
#include "symbols/user_symbols.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "symbols/elf_symbols.h"
#include "symbols/process_maps.h"

#define NR_PROCESSES 256
#define NR_FILES     64
#define MAX_REREAD   64 /* the most misses between two readings of the maps */

#define TAG_NO_FILE (~0ULL) /* for mappings whose file can't be read */

struct process {
	struct process_id id;
	struct process_maps maps;
	__u64 used;	     /* value of the clock when it was last selected; 0 if it is free */
	unsigned int misses; /* addresses that were not mapped since the maps were read */
	unsigned int reread; /* the number of misses at which the maps are read again */
};

/* A file that was read. Mappings refer to it by its number, which is never reused. */
struct file {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified;
	struct elf_symbols *elf; /* NULL if it is not an ELF file */
	__u64 number;		 /* from 1 */
	__u64 used;		 /* value of the clock at its last use; 0 if it is free */
};

struct user_symbols {
	char *proc;
	__u64 clock; /* incremented at each use */
	__u64 nr_files;
	struct process *selected; /* or NULL */
	struct process processes[NR_PROCESSES];
	struct file files[NR_FILES];
};

/* Return whether the process is known to have executed another program since. */
static bool has_successor(const struct user_symbols *symbols, const struct process_id *id)
{
	int i;

	for (i = 0; i < NR_PROCESSES; i++) {
		const struct process *process = &symbols->processes[i];

		if (process->used && process_id__has_successor(id, &process->id))
			return true;
	}
	return false;
}

/*
 * Read the executable mappings as they are now. There are none if they can't be read, or if the
 * process executes another program now.
 */
static void read_maps(const struct user_symbols *symbols, const struct process_id *id,
		      struct process_maps *maps)
{
	int process, fd = -1;

	memset(maps, 0, sizeof(*maps));
	process = has_successor(symbols, id) ? -1 : process__open(symbols->proc, id);
	if (process >= 0) {
		fd = openat(process, "maps", O_RDONLY | O_CLOEXEC);
		close(process);
	}
	if (fd >= 0) {
		process_maps__read(maps, fd);
		close(fd);
	}
}

/*
 * Read the maps of the process again. A process that is ending has no mappings any more: in that
 * case the old ones are kept.
 */
static void reread_maps(struct user_symbols *symbols, struct process *process)
{
	struct process_maps maps;

	process->misses = 0;
	read_maps(symbols, &process->id, &maps);
	if (maps.nr_mappings) {
		process_maps__free(&process->maps);
		process->maps = maps;
	} else {
		process_maps__free(&maps);
	}
}

/* Return the process if it is kept, else the one to replace. */
static struct process *find_process(struct user_symbols *symbols, const struct process_id *id)
{
	struct process *oldest = &symbols->processes[0];
	int i;

	if (symbols->selected && process_id__equal(&symbols->selected->id, id))
		return symbols->selected;
	for (i = 0; i < NR_PROCESSES; i++) {
		struct process *process = &symbols->processes[i];

		if (process->used && process_id__equal(&process->id, id))
			return process;
		if (process->used < oldest->used)
			oldest = process;
	}
	return oldest;
}

void user_symbols__select(struct user_symbols *symbols, const struct process_id *id)
{
	struct process *process = find_process(symbols, id);

	if (!process->used || !id->exec_id || !process_id__equal(&process->id, id)) {
		process_maps__free(&process->maps);
		*process = (struct process){ .id = *id, .reread = 1 };
		read_maps(symbols, id, &process->maps);
	}
	process->used = ++symbols->clock;
	symbols->selected = process;
}

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
		root = openat(process, roots[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
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

static int open_file(const struct user_symbols *symbols, const struct process_mapping *mapping,
		     struct stat *status)
{
	const struct process *process = symbols->selected;
	int dir = process__open(symbols->proc, &process->id), fd;

	if (dir < 0)
		return -1;
	fd = open_mapped(dir, mapping, process->maps.paths.data + mapping->path);
	close(dir);
	return open_for_reading(fd, status);
}

static bool is_same(const struct file *file, const struct stat *status)
{
	return file->used && file->device == status->st_dev && file->inode == status->st_ino &&
	       file->size == status->st_size && file->modified.tv_sec == status->st_mtim.tv_sec &&
	       file->modified.tv_nsec == status->st_mtim.tv_nsec;
}

/* Return the file if it is kept. Else read it in place of the least recently used one. */
static struct file *load_file(struct user_symbols *symbols, int fd, const struct stat *status)
{
	struct file *oldest = &symbols->files[0];
	int i;

	for (i = 0; i < NR_FILES; i++) {
		struct file *file = &symbols->files[i];

		if (is_same(file, status))
			return file;
		if (file->used < oldest->used)
			oldest = file;
	}
	elf_symbols__free(oldest->elf);
	*oldest = (struct file){
		.device = status->st_dev,
		.inode = status->st_ino,
		.size = status->st_size,
		.modified = status->st_mtim,
		.elf = elf_symbols__read(fd),
		.number = ++symbols->nr_files,
	};
	return oldest;
}

static struct file *find_file(struct user_symbols *symbols, __u64 number)
{
	int i;

	for (i = 0; i < NR_FILES; i++) {
		if (symbols->files[i].number == number)
			return &symbols->files[i];
	}
	return NULL;
}

/* Return the file that is mapped, or NULL if it can't be read. */
static struct file *mapped_file(struct user_symbols *symbols, struct process_mapping *mapping)
{
	struct file *file = NULL;
	struct stat status;
	int fd;

	if (!mapping->inode || mapping->tag == TAG_NO_FILE)
		return NULL;
	if (mapping->tag)
		file = find_file(symbols, mapping->tag);
	if (!file) {
		mapping->tag = TAG_NO_FILE;
		fd = open_file(symbols, mapping, &status);
		if (fd < 0)
			return NULL;
		file = load_file(symbols, fd, &status);
		close(fd);
	}
	mapping->tag = file->number;
	file->used = ++symbols->clock;
	return file;
}

static struct process_mapping *find_mapping(struct user_symbols *symbols, __u64 address)
{
	struct process *process = symbols->selected;
	struct process_mapping *mapping;

	if (!process)
		return NULL;
	mapping = process_maps__find(&process->maps, address);
	if (mapping || ++process->misses < process->reread)
		return mapping;
	reread_maps(symbols, process);
	mapping = process_maps__find(&process->maps, address);
	if (mapping)
		process->reread = 1;
	else if (process->reread < MAX_REREAD)
		process->reread *= 2;
	return mapping;
}

static const char *module_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (path[0] != '/' || !slash[1])
		return path;
	/* The name that a memfd was created with may contain slashes. */
	return strncmp(path, "/memfd:", strlen("/memfd:")) ? slash + 1 : path + 1;
}

static void describe_mapping(const struct process_mapping *mapping, const char *path, __u64 address,
			     struct user_frame *frame)
{
	frame->path = path[0] ? path : "[anonymous]";
	frame->module = module_of(frame->path);
	frame->offset = address - mapping->start;
	frame->deleted = mapping->deleted;
	if (mapping->inode)
		frame->offset += mapping->offset;
}

void user_symbols__find(struct user_symbols *symbols, __u64 address, struct user_frame *frame)
{
	struct process_mapping *mapping = find_mapping(symbols, address);
	const struct file *file;
	__u64 elf_address;

	*frame = (struct user_frame){ .path = "[unknown]", .module = "[unknown]" };
	if (!mapping)
		return;
	describe_mapping(mapping, symbols->selected->maps.paths.data + mapping->path, address,
			 frame);
	file = mapped_file(symbols, mapping);
	if (!file || !file->elf || !elf_symbols__address(file->elf, frame->offset, &elf_address))
		return;
	frame->offset = elf_address;
	frame->elf_address = true;
	frame->symbol = elf_symbols__find(file->elf, elf_address, &frame->symbol_offset);
}

struct user_symbols *user_symbols__new(const char *proc)
{
	struct user_symbols *symbols = calloc(1, sizeof(*symbols));

	if (!symbols)
		return NULL;
	symbols->proc = strdup(proc);
	if (!symbols->proc) {
		free(symbols);
		return NULL;
	}
	return symbols;
}

void user_symbols__free(struct user_symbols *symbols)
{
	int i;

	if (!symbols)
		return;
	for (i = 0; i < NR_PROCESSES; i++)
		process_maps__free(&symbols->processes[i].maps);
	for (i = 0; i < NR_FILES; i++)
		elf_symbols__free(symbols->files[i].elf);
	free(symbols->proc);
	free(symbols);
}
