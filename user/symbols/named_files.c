// SPDX-License-Identifier: GPL-2.0
#include "symbols/named_files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "shared/wire_file.h"

#define CUT_PATH "..."

struct named_files {
	struct named_file files[NR_FILES]; /* by number modulo NR_FILES */
};

struct named_files *named_files__new(void)
{
	return calloc(1, sizeof(struct named_files));
}

bool named_files__is_record(const void *data, size_t size)
{
	const struct wire_file *sent = data;

	return size >= sizeof(sent->version) && sent->version == WIRE_FILE_VERSION;
}

static const char *check(const struct wire_file *sent, size_t size)
{
	if (size < WIRE_FILE_HEADER_SIZE)
		return "too short for a file";
	if (!sent->number || sent->number > WIRE_MAX_FILE)
		return "number of a file out of range";
	if (sent->path_size > sizeof(sent->path) || size - WIRE_FILE_HEADER_SIZE < sent->path_size)
		return "too short for its path";
	return NULL;
}

/*
 * Put the components of the path, of which the innermost comes first, in order. Return NULL if out
 * of memory.
 */
static char *make_path(const struct wire_file *sent)
{
	bool cut = sent->flags & WIRE_FILE_CUT;
	size_t left = sent->path_size, used = cut ? strlen(CUT_PATH) : 0;
	/* Each component gets a slash and loses its NUL, which may be missing in the last one. */
	char *path = malloc(used + left + 3);

	if (!path)
		return NULL;
	memcpy(path, CUT_PATH, used);
	while (left) {
		const char *end = sent->path + left - 1, *component;
		size_t size;

		/* The NUL before a component is that of the one that lies within it. */
		component = left > 1 ? memrchr(sent->path, '\0', left - 1) : NULL;
		component = component ? component + 1 : sent->path;
		size = (size_t)(end - component) + (*end != '\0');
		path[used++] = '/';
		memcpy(path + used, component, size);
		used += size;
		left = (size_t)(component - sent->path);
	}
	if (!used)
		path[used++] = '/';
	path[used] = '\0';
	return path;
}

bool named_files__keep(struct named_files *files, const void *data, size_t size,
		       const char **reason)
{
	const struct wire_file *sent = data;
	struct named_file *file;
	char *path;

	*reason = check(sent, size);
	if (*reason)
		return false;
	path = make_path(sent);
	if (!path)
		return false;
	file = &files->files[sent->number % NR_FILES];
	free(file->path);
	*file = (struct named_file){
		.number = sent->number,
		.path = path,
		.cut = sent->flags & WIRE_FILE_CUT,
		.deleted = sent->flags & WIRE_FILE_DELETED,
		.device = makedev(sent->device >> 20, sent->device & 0xfffff),
		.inode = sent->inode,
		.size = (off_t)sent->size,
		.modified = { sent->modified_sec, sent->modified_nsec },
	};
	return true;
}

struct named_file *named_files__find(struct named_files *files, __u32 number)
{
	struct named_file *file = &files->files[number % NR_FILES];

	return number && file->number == number ? file : NULL;
}

bool named_file__is(const struct named_file *file, const struct stat *status, bool renumbers)
{
	bool same = status->st_ino == file->inode && status->st_dev == file->device;

	return (same || (renumbers && status->st_dev != file->device)) &&
	       status->st_size == file->size && status->st_mtim.tv_sec == file->modified.tv_sec &&
	       status->st_mtim.tv_nsec == file->modified.tv_nsec;
}

void named_files__free(struct named_files *files)
{
	int i;

	for (i = 0; files && i < NR_FILES; i++)
		free(files->files[i].path);
	free(files);
}
