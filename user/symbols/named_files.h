/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files that the kernel has named: records have a number for each file in which code lies, and
 * its path has been sent before. So it is known also after the process has ended.
 */
#ifndef SYMBOLS_NAMED_FILES_H
#define SYMBOLS_NAMED_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <linux/types.h>

struct named_file {
	__u32 number; /* 0 if the entry is free */
	/*
	 * The path in its mount namespace, which may contain any bytes. It begins with "..." where
	 * outer folders are not known. Owned by the list.
	 */
	char *path;
	bool cut;     /* the path begins with "..." */
	bool deleted; /* the file had no name any more, or never had one (memfd) */
	dev_t device; /* of the inode: other file systems may lie above */
	ino_t inode;
	off_t size;
	struct timespec modified;
	__u64 tag;	    /* for the user of the list; begins as 0 */
	unsigned int tries; /* likewise */
};

struct named_files;

/* Return a new list, which the caller frees with named_files__free(), or NULL if out of memory. */
struct named_files *named_files__new(void);

/* Return whether these bytes of the ring buffer name a file, rather than being another record. */
bool named_files__is_record(const void *data, size_t size);

/*
 * Keep what the record says, in place of the file that had its place before: the last NR_FILES
 * files are kept, as in the kernel. Return false if it is damaged, and set *reason to a phrase, or
 * to NULL if out of memory.
 */
bool named_files__keep(struct named_files *files, const void *data, size_t size,
		       const char **reason);

/* Return the file of this number, or NULL if it is not known (any more). */
struct named_file *named_files__find(struct named_files *files, __u32 number);

/*
 * Return whether a file that was found at the path is the one that was mapped, and has not been
 * written since. renumbers: stat() tells other numbers of devices and inodes than the kernel has,
 * as on overlayfs and btrfs.
 */
bool named_file__is(const struct named_file *file, const struct stat *status, bool renumbers);

/* Free the list, which may be NULL. */
void named_files__free(struct named_files *files);

#endif /* SYMBOLS_NAMED_FILES_H */
