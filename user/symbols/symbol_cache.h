/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was read of processes and ELF files: the last 256 and 64 of them, and no more than
 * SYMBOL_CACHE_MEMORY bytes of all. What was used least recently goes first.
 */
#ifndef SYMBOLS_SYMBOL_CACHE_H
#define SYMBOLS_SYMBOL_CACHE_H

#include <stdbool.h>
#include <sys/stat.h>
#include <linux/types.h>

#include "symbols/elf_symbols.h"
#include "symbols/perf_map.h"
#include "symbols/process.h"
#include "symbols/process_maps.h"

#define SYMBOL_CACHE_MEMORY    (64UL << 20) /* bytes */
#define SYMBOL_CACHE_PROCESSES 256
#define SYMBOL_CACHE_FILES     64

struct cached_process {
	struct process_id id;
	struct process_maps maps;
	bool read;		   /* maps were read, or can't be */
	__u64 used;		   /* value of the clock at its last use; 0 if it is free */
	unsigned int misses;	   /* addresses that were not mapped since the maps were read */
	unsigned int reread;	   /* the number of misses at which the maps are read again */
	struct perf_map generated; /* functions of generated code */
	unsigned int generated_misses, generated_reread; /* likewise of these */
};

/* A file that was read. It is referred to by its number, which is never reused. */
struct cached_file {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified;
	struct elf_symbols *elf; /* NULL if it is not an ELF file */
	__u64 number;		 /* from 1 */
	__u64 used;		 /* value of the clock at its last use; 0 if it is free */
};

/* Begins as zeroes, but for memory. */
struct symbol_cache {
	size_t memory; /* the most bytes to keep: SYMBOL_CACHE_MEMORY */
	__u64 clock;   /* incremented at each use */
	__u64 nr_files;
	struct cached_process processes[SYMBOL_CACHE_PROCESSES];
	struct cached_file files[SYMBOL_CACHE_FILES];
};

/*
 * Return the process, whose maps may not have been read. If it is not kept, it replaces the one
 * that was used least recently.
 */
struct cached_process *symbol_cache__process(struct symbol_cache *cache,
					     const struct process_id *id);

/* Return whether the process is known to have executed another program since. */
bool symbol_cache__has_successor(const struct symbol_cache *cache, const struct process_id *id);

/* Return the file of this number, or NULL if it is not kept any more. */
struct cached_file *symbol_cache__file(struct symbol_cache *cache, __u64 number);

/*
 * Return the file of this status. If it is not kept, it is read from fd, in place of the one that
 * was used least recently.
 */
struct cached_file *symbol_cache__load(struct symbol_cache *cache, int fd,
				       const struct stat *status);

/* Return how many bytes are kept. */
size_t symbol_cache__size(const struct symbol_cache *cache);

/*
 * Free what was used least recently until no more is kept than may be. To be called after something
 * was read; what was used last stays.
 */
void symbol_cache__shrink(struct symbol_cache *cache);

/* Free everything. */
void symbol_cache__free(struct symbol_cache *cache);

#endif /* SYMBOLS_SYMBOL_CACHE_H */
