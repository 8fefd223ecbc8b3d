// SPDX-License-Identifier: GPL-2.0
#include "symbols/perf_map.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "text/lines.h"

#define MAX_FUNCTIONS (1 << 17)
#define MAX_BYTES     (8 << 20)

struct reading {
	struct perf_map *map;
	size_t bytes; /* read so far */
};

/* Return the pid that a process has in its own PID namespace, or pid if that is not known. */
static __u32 innermost_pid(int process, __u32 pid)
{
	int fd = openat(process, "status", O_RDONLY | O_CLOEXEC);
	char status[4096], *line, *end;
	ssize_t size;

	if (fd < 0)
		return pid;
	size = read(fd, status, sizeof(status) - 1);
	close(fd);
	status[size < 0 ? 0 : size] = '\0';
	line = strstr(status, "\nNSpid:");
	end = line ? strchr(line + 1, '\n') : NULL;
	if (!end)
		return pid;
	/* The pids of all namespaces, the innermost one last. */
	*end = '\0';
	return (__u32)strtoul(strrchr(line, '\t') ? strrchr(line, '\t') : "0", NULL, 10);
}

/* Return whether the file belongs to the process's user: its real or, in /proc, effective one. */
static bool is_owner(int process, uid_t uid, const struct stat *status)
{
	struct stat directory;

	return status->st_uid == uid ||
	       (process >= 0 && !fstat(process, &directory) && directory.st_uid == status->st_uid);
}

int perf_map__open(int process, __u32 pid, uid_t uid, struct stat *status)
{
	struct open_how how = {
		.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS,
	};
	int root = process < 0 ? -1 : openat(process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool is_gone = root < 0; /* or has ended and waits for its parent */
	char path[64];
	int fd;

	if (is_gone)
		root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	snprintf(path, sizeof(path), "/tmp/perf-%u.map",
		 is_gone ? pid : innermost_pid(process, pid));
	fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	close(root);
	if (fd < 0)
		return -1;
	if (!fstat(fd, status) && S_ISREG(status->st_mode) && is_owner(process, uid, status))
		return fd;
	close(fd);
	return -1;
}

bool perf_map__is_current(const struct perf_map *map, const struct stat *status)
{
	return map->inode == status->st_ino && map->size == status->st_size &&
	       map->modified.tv_sec == status->st_mtim.tv_sec &&
	       map->modified.tv_nsec == status->st_mtim.tv_nsec;
}

static bool grow(struct perf_map *map)
{
	size_t capacity = map->capacity ? 2 * map->capacity : 256;
	struct perf_function *functions;

	if (map->nr_functions < map->capacity)
		return true;
	functions = reallocarray(map->functions, capacity, sizeof(*functions));
	if (!functions)
		return false;
	map->functions = functions;
	map->capacity = capacity;
	return true;
}

/* Parse "START SIZE name". Some runtimes write 0x before numbers. */
static bool parse_line(struct perf_function *function, const char **name, const char *at,
		       const char *end)
{
	__u64 *const numbers[] = { &function->start, &function->size };
	int i;

	for (i = 0; i < 2; i++) {
		if (end - at > 2 && at[0] == '0' && at[1] == 'x')
			at += 2;
		if (!lines__take_hex(&at, end, numbers[i]) || at == end || *at != ' ')
			return false;
		at++;
	}
	*name = at;
	return at < end && function->size;
}

static bool visit_line(void *context, const char *line, size_t size)
{
	struct reading *reading = context;
	struct perf_map *map = reading->map;
	struct perf_function function = {};
	const char *name;

	reading->bytes += size;
	if (reading->bytes > MAX_BYTES || map->nr_functions == MAX_FUNCTIONS)
		return false;
	if (!parse_line(&function, &name, line, line + size) ||
	    memchr(name, '\0', line + size - name))
		return true;
	function.name = map->names.size;
	function.order = map->nr_functions;
	buffer__add(&map->names, name, line + size - name);
	buffer__add_char(&map->names, '\0');
	if (map->names.failed || !grow(map))
		return false;
	map->functions[map->nr_functions++] = function;
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct perf_function *left = a, *right = b;

	if (left->start != right->start)
		return left->start > right->start ? 1 : -1;
	return (left->order > right->order) - (left->order < right->order);
}

/* Sort the functions, and keep the latest of those at the same address. */
static void sort(struct perf_map *map)
{
	size_t kept = 0, i;

	if (!map->nr_functions)
		return;
	qsort(map->functions, map->nr_functions, sizeof(*map->functions), compare);
	for (i = 0; i < map->nr_functions; i++) {
		if (kept && map->functions[kept - 1].start == map->functions[i].start)
			kept--;
		map->functions[kept++] = map->functions[i];
	}
	map->nr_functions = kept;
}

void perf_map__read(struct perf_map *map, int fd, const struct stat *status)
{
	struct reading reading = { .map = map };

	perf_map__free(map);
	map->inode = status->st_ino;
	map->size = status->st_size;
	map->modified = status->st_mtim;
	lines__visit(fd, visit_line, &reading);
	if (map->names.failed)
		map->nr_functions = 0;
	sort(map);
}

const char *perf_map__find(const struct perf_map *map, __u64 address, __u64 *offset)
{
	size_t low = 0, high = map->nr_functions;
	const struct perf_function *function;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (map->functions[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	function = &map->functions[low - 1];
	*offset = address - function->start;
	return *offset < function->size ? map->names.data + function->name : NULL;
}

size_t perf_map__size(const struct perf_map *map)
{
	return map->capacity * sizeof(*map->functions) + map->names.capacity;
}

void perf_map__free(struct perf_map *map)
{
	free(map->functions);
	buffer__free(&map->names);
	memset(map, 0, sizeof(*map));
}
