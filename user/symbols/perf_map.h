/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions of code that a process has generated, as the runtimes of Java, Node and .NET write
 * them for perf: /tmp/perf-PID.map, with a line "START SIZE name" for each (in hexadecimal).
 */
#ifndef SYMBOLS_PERF_MAP_H
#define SYMBOLS_PERF_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <linux/types.h>

#include "text/buffer.h"

struct perf_function {
	__u64 start, size;
	__u32 name;  /* offset in names */
	__u32 order; /* of its line: a later one replaces earlier ones at the same address */
};

/* Begins as zeroes. */
struct perf_map {
	struct perf_function *functions; /* sorted by start, one for each */
	size_t nr_functions, capacity;
	struct buffer names; /* strings terminated by NUL, which may contain any bytes */
	/* The file as it was when it was read. */
	ino_t inode;
	off_t size;
	struct timespec modified;
};

/*
 * Open the file of a process. process is the descriptor of its directory in /proc: the file is that
 * of the process's mount namespace and of its pid in its own PID namespace. If the process is gone
 * (-1), it is that of the tool's own namespaces. It must be a regular file of the process's owner,
 * and no part of its path may be a link. uid is the process's, as the record has it. Return a
 * descriptor, which the caller closes, or -1.
 */
int perf_map__open(int process, __u32 pid, uid_t uid, struct stat *status);

/* Return whether the file of this status has been read. */
bool perf_map__is_current(const struct perf_map *map, const struct stat *status);

/*
 * Replace the map by what is read from fd, of which status is that of fstat(). No more than 8 MiB
 * and 131,072 functions are read: those that come later are left out.
 */
void perf_map__read(struct perf_map *map, int fd, const struct stat *status);

/*
 * Return the name of the function that contains the address, and set *offset to the distance from
 * its start in bytes; or return NULL.
 */
const char *perf_map__find(const struct perf_map *map, __u64 address, __u64 *offset);

/* Return how many bytes of memory the map takes. */
size_t perf_map__size(const struct perf_map *map);

/* Free the memory of the map and set it to zeroes. */
void perf_map__free(struct perf_map *map);

#endif /* SYMBOLS_PERF_MAP_H */
