// SPDX-License-Identifier: GPL-2.0
#include "symbols/process_maps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "text/lines.h"

/*
 * The most that is read, which bounds the time that it takes to some tens of milliseconds. Mappings
 * at higher addresses are left out.
 */
#define MAX_LINES 32768
#define MAX_BYTES (8 << 20)

struct reading {
	struct process_maps *maps;
	size_t lines, bytes; /* read so far */
	int err;
};

static bool take_char(const char **at, const char *end, char c)
{
	if (*at == end || **at != c)
		return false;
	(*at)++;
	return true;
}

/*
 * Parse "start-end rwxp offset major:minor inode", which may be followed by spaces and a path. Set
 * *path to the beginning of the path, or to end if there is none. Return false for a malformed line
 * and for a mapping that is not executable.
 */
static bool parse_line(struct process_mapping *mapping, const char **path, const char *at,
		       const char *end)
{
	__u64 major, minor;

	if (!lines__take_hex(&at, end, &mapping->start) || !take_char(&at, end, '-') ||
	    !lines__take_hex(&at, end, &mapping->end) || !take_char(&at, end, ' ') ||
	    end - at < 5 || at[2] != 'x')
		return false;
	at += 4;
	if (!take_char(&at, end, ' ') || !lines__take_hex(&at, end, &mapping->offset) ||
	    !take_char(&at, end, ' ') || !lines__take_hex(&at, end, &major) ||
	    !take_char(&at, end, ':') || !lines__take_hex(&at, end, &minor) ||
	    !take_char(&at, end, ' ') || !lines__take_decimal(&at, end, &mapping->inode) ||
	    (at < end && *at != ' '))
		return false;
	mapping->major = major;
	mapping->minor = minor;
	while (at < end && *at == ' ')
		at++;
	*path = at;
	return true;
}

static bool follows(const struct process_maps *maps, const struct process_mapping *mapping)
{
	if (mapping->start >= mapping->end)
		return false;
	return !maps->nr_mappings || maps->mappings[maps->nr_mappings - 1].end <= mapping->start;
}

/* Return the size of the path without the suffix that the kernel appends if the file is deleted. */
static size_t path_size(const char *path, size_t size, bool *deleted)
{
	static const char suffix[] = " (deleted)";
	const size_t suffix_size = sizeof(suffix) - 1;

	*deleted = size > suffix_size && path[0] == '/' &&
		   !memcmp(path + size - suffix_size, suffix, suffix_size);
	return *deleted ? size - suffix_size : size;
}

static bool grow(struct process_maps *maps)
{
	size_t capacity = maps->capacity ? 2 * maps->capacity : 16;
	struct process_mapping *mappings;

	if (maps->nr_mappings < maps->capacity)
		return true;
	mappings = reallocarray(maps->mappings, capacity, sizeof(*mappings));
	if (!mappings)
		return false;
	maps->mappings = mappings;
	maps->capacity = capacity;
	return true;
}

static bool visit_line(void *context, const char *line, size_t size)
{
	struct reading *reading = context;
	struct process_maps *maps = reading->maps;
	struct process_mapping mapping = {};
	const char *path;

	reading->bytes += size;
	if (++reading->lines > MAX_LINES || reading->bytes > MAX_BYTES)
		return false;
	if (!parse_line(&mapping, &path, line, line + size) || !follows(maps, &mapping))
		return true;
	mapping.path = maps->paths.size;
	size = path_size(path, line + size - path, &mapping.deleted);
	buffer__add(&maps->paths, path, size);
	buffer__add_char(&maps->paths, '\0');
	if (maps->paths.failed || !grow(maps)) {
		reading->err = -ENOMEM;
		return false;
	}
	maps->mappings[maps->nr_mappings++] = mapping;
	return true;
}

int process_maps__read(struct process_maps *maps, int fd)
{
	struct reading reading = { .maps = maps };
	int err;

	maps->nr_mappings = 0;
	maps->paths.size = 0;
	err = lines__visit(fd, visit_line, &reading);
	if (!err)
		err = reading.err;
	if (err)
		process_maps__free(maps);
	return err;
}

struct process_mapping *process_maps__find(const struct process_maps *maps, __u64 address)
{
	size_t low = 0, high = maps->nr_mappings;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (maps->mappings[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == maps->nr_mappings || address < maps->mappings[low].start)
		return NULL;
	return &maps->mappings[low];
}

size_t process_maps__size(const struct process_maps *maps)
{
	return maps->capacity * sizeof(*maps->mappings) + maps->paths.capacity;
}

void process_maps__free(struct process_maps *maps)
{
	free(maps->mappings);
	buffer__free(&maps->paths);
	memset(maps, 0, sizeof(*maps));
}
