/* SPDX-License-Identifier: GPL-2.0 */
/* The mappings of a process that can hold code, from /proc/PID/maps. */
#ifndef SYMBOLS_PROCESS_MAPS_H
#define SYMBOLS_PROCESS_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "text/buffer.h"

struct process_mapping {
	__u64 start, end; /* addresses; end is the first one after the mapping */
	__u64 offset;	  /* in the file, of start, in bytes */
	__u64 inode;	  /* 0 if no file is mapped */
	__u32 major, minor;
	__u32 path;   /* offset in process_maps.paths */
	bool deleted; /* the file has no name any more, or not this one */
	__u64 tag;    /* for use by the owner of the maps; begins as 0 */
};

/* The executable mappings of a process. Begins as zeroes. */
struct process_maps {
	struct process_mapping *mappings; /* sorted by address */
	size_t nr_mappings;
	size_t capacity;
	/*
	 * Strings terminated by NUL, as the kernel writes them, which may contain any bytes. The
	 * path of a file begins at the root of its mount namespace; a newline in it is written
	 * \012, and a " (deleted)" that the kernel has appended is removed. A mapping without a
	 * file has a label such as "[vdso]", or an empty string.
	 */
	struct buffer paths;
};

/*
 * Replace maps by what is read from fd, from its current position. Lines that are malformed or not
 * in the order of addresses are skipped. No more than 32,768 lines and 8 MiB are read: the time
 * that this takes must not grow with what a process does. Return 0, or a negative errno; then maps
 * is empty.
 */
int process_maps__read(struct process_maps *maps, int fd);

/* Return the mapping that contains address, or NULL. */
struct process_mapping *process_maps__find(const struct process_maps *maps, __u64 address);

/* Return how many bytes of memory the maps take. */
size_t process_maps__size(const struct process_maps *maps);

/* Free the memory of maps and set it to zeroes. */
void process_maps__free(struct process_maps *maps);

#endif /* SYMBOLS_PROCESS_MAPS_H */
