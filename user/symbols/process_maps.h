/* SPDX-License-Identifier: GPL-2.0 */
/* The mappings of a process that can hold code, from /proc/PID/maps. */
#ifndef SYMBOLS_PROCESS_MAPS_H
#define SYMBOLS_PROCESS_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "text/buffer.h"

struct process_mapping {
	__u64 start, end; /* addresses, end behind the last one */
	__u64 offset;	  /* of start in the file, bytes */
	__u64 inode;	  /* 0 if no file is mapped */
	__u32 major, minor;
	__u32 path;   /* offset in paths */
	bool deleted; /* the file has no name anymore, or not this one */
	__u64 tag;    /* for the owner of the maps; 0 at first */
};

/* All zero at first. */
struct process_maps {
	struct process_mapping *mappings; /* executable ones, by address, at most 65,536 */
	size_t nr_mappings;
	size_t capacity;
	/*
	 * NUL-terminated, as the kernel writes them: of files from the root of their mount
	 * namespace on, with a newline as \012, but without the " (deleted)" that it appends; else
	 * a label such as "[vdso]", or empty. Any bytes.
	 */
	struct buffer paths;
};

/*
 * Replaces maps by what can be read from fd, from its position on. Lines that are malformed or not
 * in the order of addresses are left out. 0, or a negative errno: then maps is empty.
 */
int process_maps__read(struct process_maps *maps, int fd);

/* The mapping with address in it, or NULL. */
struct process_mapping *process_maps__find(const struct process_maps *maps, __u64 address);

/* Releases its memory and makes it all zero. */
void process_maps__free(struct process_maps *maps);

#endif /* SYMBOLS_PROCESS_MAPS_H */
