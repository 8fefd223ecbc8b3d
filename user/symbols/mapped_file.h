/* SPDX-License-Identifier: GPL-2.0 */
/* Opens files that are mapped by processes, without being led to others. */
#ifndef SYMBOLS_MAPPED_FILE_H
#define SYMBOLS_MAPPED_FILE_H

#include <sys/stat.h>

#include "symbols/named_files.h"
#include "symbols/process_maps.h"

/*
 * Open the file of a mapping for reading. process is a descriptor of the process's directory in
 * /proc, and path the path of the mapping. Only regular files are opened, and only if they are what
 * was mapped as far as that can be told. Return a descriptor, which the caller closes, and set
 * *status; or return -1.
 */
int mapped_file__open(int process, const struct process_mapping *mapping, const char *path,
		      struct stat *status);

/*
 * The same for a file that the kernel has named. process is -1 if the process is gone: then the
 * file is looked for below the tool's own root only.
 */
int mapped_file__open_named(int process, const struct named_file *file, struct stat *status);

#endif /* SYMBOLS_MAPPED_FILE_H */
