// SPDX-License-Identifier: GPL-2.0
#include "symbols/user_symbols.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "symbols/mapped_file.h"
#include "symbols/symbol_cache.h"

#define MAX_REREAD 64 /* the most misses between two readings of the maps */
#define MAX_TRIES  8  /* to open a file that the kernel has named, each by another process */

#define TAG_NO_FILE (~0ULL) /* for mappings whose file can't be read */

struct user_symbols {
	char *proc;
	struct cached_process *selected; /* or NULL */
	struct symbol_cache cache;
};

/*
 * Read the executable mappings as they are now. There are none if they can't be read, or if the
 * process executes another program now.
 */
static void read_maps(const struct user_symbols *symbols, const struct process_id *id,
		      struct process_maps *maps)
{
	int process, fd = -1;

	memset(maps, 0, sizeof(*maps));
	process = symbol_cache__has_successor(&symbols->cache, id)
			  ? -1
			  : process__open(symbols->proc, id);
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
 * Read the maps of the process, again if they were read. A process that is ending has no mappings
 * any more: in that case the old ones are kept.
 */
static void reread_maps(struct user_symbols *symbols, struct cached_process *process)
{
	struct process_maps maps;

	process->read = true;
	process->misses = 0;
	read_maps(symbols, &process->id, &maps);
	if (maps.nr_mappings) {
		process_maps__free(&process->maps);
		process->maps = maps;
	} else {
		process_maps__free(&maps);
	}
	symbol_cache__shrink(&symbols->cache);
}

void user_symbols__select(struct user_symbols *symbols, const struct process_id *id)
{
	symbols->selected = symbol_cache__process(&symbols->cache, id);
}

/* Open the mapped file for reading, and find or read what is known of it. NULL if that fails. */
static struct cached_file *load_mapped(struct user_symbols *symbols,
				       const struct process_mapping *mapping)
{
	const struct cached_process *process = symbols->selected;
	int dir = process__open(symbols->proc, &process->id), fd;
	struct cached_file *file;
	struct stat status;

	if (dir < 0)
		return NULL;
	fd = mapped_file__open(dir, mapping, process->maps.paths.data + mapping->path, &status);
	close(dir);
	if (fd < 0)
		return NULL;
	file = symbol_cache__load(&symbols->cache, fd, &status);
	close(fd);
	return file;
}

/* Return the file that is mapped, or NULL if it can't be read. */
static struct cached_file *mapped_file(struct user_symbols *symbols,
				       struct process_mapping *mapping)
{
	struct cached_file *file = NULL;

	if (!mapping->inode || mapping->tag == TAG_NO_FILE)
		return NULL;
	if (mapping->tag)
		file = symbol_cache__file(&symbols->cache, mapping->tag);
	if (!file)
		file = load_mapped(symbols, mapping);
	mapping->tag = file ? file->number : TAG_NO_FILE;
	return file;
}

/* The same for a file that the kernel has named. */
static struct cached_file *load_named(struct user_symbols *symbols, const struct named_file *named)
{
	int dir = process__open(symbols->proc, &symbols->selected->id), fd;
	struct cached_file *file;
	struct stat status;

	fd = mapped_file__open_named(dir, named, &status);
	if (dir >= 0)
		close(dir);
	if (fd < 0)
		return NULL;
	file = symbol_cache__load(&symbols->cache, fd, &status);
	close(fd);
	return file;
}

/* Another process may have the file at this path where the first one has not. */
static struct cached_file *named_file(struct user_symbols *symbols, struct named_file *named)
{
	struct cached_file *file = NULL;

	if (named->tag)
		file = symbol_cache__file(&symbols->cache, named->tag);
	if (file || named->tries >= MAX_TRIES || !symbols->selected)
		return file;
	file = load_named(symbols, named);
	named->tag = file ? file->number : 0;
	named->tries = file ? 0 : named->tries + 1;
	return file;
}

static struct process_mapping *find_mapping(struct user_symbols *symbols, __u64 address)
{
	struct cached_process *process = symbols->selected;
	struct process_mapping *mapping;

	if (!process)
		return NULL;
	if (!process->read)
		reread_maps(symbols, process);
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

	if (!slash || !slash[1])
		return path;
	/* The name that a memfd was created with may contain slashes. */
	return strncmp(path, "/memfd:", strlen("/memfd:")) ? slash + 1 : path + 1;
}

static void describe_mapping(const struct process_mapping *mapping, const char *path, __u64 address,
			     struct user_frame *frame)
{
	frame->path = path[0] ? path : "[anonymous]";
	frame->module = path[0] == '/' ? module_of(path) : frame->path;
	frame->offset = address - mapping->start;
	frame->deleted = mapping->deleted;
	frame->anonymous = !path[0];
	if (mapping->inode)
		frame->offset += mapping->offset;
	if (frame->anonymous)
		frame->offset = address;
}

/* Find the function at the frame's offset in the file, which may be NULL. */
static void find_function(const struct cached_file *file, struct user_frame *frame)
{
	__u64 elf_address;

	if (!file || !file->elf || !elf_symbols__address(file->elf, frame->offset, &elf_address))
		return;
	frame->offset = elf_address;
	frame->elf_address = true;
	frame->symbol = elf_symbols__find(file->elf, elf_address, &frame->symbol_offset);
}

void user_symbols__find(struct user_symbols *symbols, __u64 address, struct user_frame *frame)
{
	struct process_mapping *mapping = find_mapping(symbols, address);

	*frame = (struct user_frame){ .path = "[unknown]", .module = "[unknown]" };
	if (!mapping)
		return;
	describe_mapping(mapping, symbols->selected->maps.paths.data + mapping->path, address,
			 frame);
	find_function(mapped_file(symbols, mapping), frame);
}

void user_symbols__find_named(struct user_symbols *symbols, struct named_file *file, __u64 offset,
			      struct user_frame *frame)
{
	*frame = (struct user_frame){
		.path = file->path,
		.module = module_of(file->path),
		.offset = offset,
		.deleted = file->deleted,
	};
	find_function(named_file(symbols, file), frame);
}

/* Read the functions of generated code again if the file has changed. */
static void reread_generated(struct user_symbols *symbols, struct cached_process *process,
			     uid_t uid)
{
	int dir = process__open(symbols->proc, &process->id);
	struct stat status;
	int fd = perf_map__open(dir, process->id.pid, uid, &status);

	if (dir >= 0)
		close(dir);
	if (fd < 0)
		return;
	if (!perf_map__is_current(&process->generated, &status))
		perf_map__read(&process->generated, fd, &status);
	close(fd);
	symbol_cache__shrink(&symbols->cache);
}

/* Code is generated all the time, so the file is read again, but ever more rarely for no result. */
static const char *find_generated(struct user_symbols *symbols, __u64 address, uid_t uid,
				  __u64 *offset)
{
	struct cached_process *process = symbols->selected;
	const char *name = perf_map__find(&process->generated, address, offset);

	if (name || ++process->generated_misses < process->generated_reread)
		return name;
	process->generated_misses = 0;
	reread_generated(symbols, process, uid);
	name = perf_map__find(&process->generated, address, offset);
	if (name)
		process->generated_reread = 1;
	else if (process->generated_reread < MAX_REREAD)
		process->generated_reread *= 2;
	return name;
}

void user_symbols__find_anonymous(struct user_symbols *symbols, __u64 address, uid_t uid,
				  struct user_frame *frame)
{
	*frame = (struct user_frame){
		.path = "[anonymous]",
		.module = "[anonymous]",
		.offset = address,
		.anonymous = true,
	};
	if (symbols->selected)
		frame->symbol = find_generated(symbols, address, uid, &frame->symbol_offset);
}

struct user_symbols *user_symbols__new(const char *proc)
{
	struct user_symbols *symbols = calloc(1, sizeof(*symbols));

	if (!symbols)
		return NULL;
	symbols->cache.memory = SYMBOL_CACHE_MEMORY;
	symbols->proc = strdup(proc);
	if (!symbols->proc) {
		free(symbols);
		return NULL;
	}
	return symbols;
}

void user_symbols__free(struct user_symbols *symbols)
{
	if (!symbols)
		return;
	symbol_cache__free(&symbols->cache);
	free(symbols->proc);
	free(symbols);
}
