// SPDX-License-Identifier: GPL-2.0
#include "symbols/symbol_cache.h"

#include <string.h>

bool symbol_cache__has_successor(const struct symbol_cache *cache, const struct process_id *id)
{
	int i;

	for (i = 0; i < SYMBOL_CACHE_PROCESSES; i++) {
		const struct cached_process *process = &cache->processes[i];

		if (process->used && process_id__has_successor(id, &process->id))
			return true;
	}
	return false;
}

static void forget_process(struct cached_process *process)
{
	process_maps__free(&process->maps);
	perf_map__free(&process->generated);
	memset(process, 0, sizeof(*process));
}

static void forget_file(struct cached_file *file)
{
	elf_symbols__free(file->elf);
	memset(file, 0, sizeof(*file));
}

/* Return the process if it is kept, else the one to replace. */
static struct cached_process *find_process(struct symbol_cache *cache, const struct process_id *id)
{
	struct cached_process *oldest = &cache->processes[0];
	int i;

	for (i = 0; i < SYMBOL_CACHE_PROCESSES; i++) {
		struct cached_process *process = &cache->processes[i];

		if (process->used && process_id__equal(&process->id, id))
			return process;
		if (process->used < oldest->used)
			oldest = process;
	}
	return oldest;
}

struct cached_process *symbol_cache__process(struct symbol_cache *cache,
					     const struct process_id *id)
{
	struct cached_process *process = find_process(cache, id);

	/* Without exec_id, the process may have executed another program. */
	if (!process->used || !id->exec_id || !process_id__equal(&process->id, id)) {
		forget_process(process);
		process->id = *id;
		process->reread = process->generated_reread = 1;
	}
	process->used = ++cache->clock;
	return process;
}

struct cached_file *symbol_cache__file(struct symbol_cache *cache, __u64 number)
{
	int i;

	for (i = 0; i < SYMBOL_CACHE_FILES; i++) {
		if (cache->files[i].used && cache->files[i].number == number) {
			cache->files[i].used = ++cache->clock;
			return &cache->files[i];
		}
	}
	return NULL;
}

static bool is_same(const struct cached_file *file, const struct stat *status)
{
	return file->used && file->device == status->st_dev && file->inode == status->st_ino &&
	       file->size == status->st_size && file->modified.tv_sec == status->st_mtim.tv_sec &&
	       file->modified.tv_nsec == status->st_mtim.tv_nsec;
}

/* Return the file if it is kept, else the one to replace. */
static struct cached_file *find_file(struct symbol_cache *cache, const struct stat *status)
{
	struct cached_file *oldest = &cache->files[0];
	int i;

	for (i = 0; i < SYMBOL_CACHE_FILES; i++) {
		struct cached_file *file = &cache->files[i];

		if (is_same(file, status))
			return file;
		if (file->used < oldest->used)
			oldest = file;
	}
	return oldest;
}

struct cached_file *symbol_cache__load(struct symbol_cache *cache, int fd,
				       const struct stat *status)
{
	struct cached_file *file = find_file(cache, status);

	if (is_same(file, status)) {
		file->used = ++cache->clock;
		return file;
	}
	forget_file(file);
	*file = (struct cached_file){
		.device = status->st_dev,
		.inode = status->st_ino,
		.size = status->st_size,
		.modified = status->st_mtim,
		.elf = elf_symbols__read(fd),
		.number = ++cache->nr_files,
		.used = ++cache->clock,
	};
	symbol_cache__shrink(cache);
	return file;
}

static size_t process_size(const struct cached_process *process)
{
	return process_maps__size(&process->maps) + perf_map__size(&process->generated);
}

size_t symbol_cache__size(const struct symbol_cache *cache)
{
	size_t size = 0;
	int i;

	for (i = 0; i < SYMBOL_CACHE_PROCESSES; i++)
		size += process_size(&cache->processes[i]);
	for (i = 0; i < SYMBOL_CACHE_FILES; i++)
		size += elf_symbols__size(cache->files[i].elf);
	return size;
}

/* Free what was used least recently, of what takes memory. Return false if only the latest is left.
 */
static bool forget_oldest(struct symbol_cache *cache)
{
	struct cached_process *process = NULL;
	struct cached_file *file = NULL;
	__u64 oldest = cache->clock;
	int i;

	for (i = 0; i < SYMBOL_CACHE_PROCESSES; i++) {
		if (cache->processes[i].used < oldest && process_size(&cache->processes[i])) {
			process = &cache->processes[i];
			oldest = process->used;
		}
	}
	for (i = 0; i < SYMBOL_CACHE_FILES; i++) {
		if (cache->files[i].used < oldest && cache->files[i].elf) {
			file = &cache->files[i];
			oldest = file->used;
		}
	}
	if (file)
		forget_file(file);
	else if (process)
		forget_process(process);
	return file || process;
}

void symbol_cache__shrink(struct symbol_cache *cache)
{
	while (symbol_cache__size(cache) > cache->memory && forget_oldest(cache))
		;
}

void symbol_cache__free(struct symbol_cache *cache)
{
	int i;

	for (i = 0; i < SYMBOL_CACHE_PROCESSES; i++)
		forget_process(&cache->processes[i]);
	for (i = 0; i < SYMBOL_CACHE_FILES; i++)
		forget_file(&cache->files[i]);
}
