/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keeps the files of --exe open, and notices when another file comes to a path, as an upgrade of a
 * package brings it: from then on both are meant.
 */
#ifndef KERNEL_EXE_PATHS_H
#define KERNEL_EXE_PATHS_H

#include <stdbool.h>

#include "shared/config.h"
#include "shared/state.h"

struct exe_paths {
	const char *const *paths;
	unsigned int nr_paths;		/* 0 .. FILTER_MAX_EXES */
	int fds[MAX_EXE_FILES];		/* opened with O_PATH: first the latest one of each path */
	unsigned int nr;		/* of them */
	unsigned int nr_replaced;	/* files that have come to a path since the beginning */
	bool followed[FILTER_MAX_EXES]; /* by path: whether looking at it again cannot hang */
	int dropped_fds[FILTER_MAX_EXES]; /* that the next look closes */
	unsigned int nr_dropped;
};

/*
 * Open the files at nr paths, which must outlive the object, and print of which paths changes are
 * not noticed. Return -1 after printing why one can't be opened; then none is left open.
 */
int exe_paths__open(struct exe_paths *exe_paths, const char *const *paths, unsigned int nr);

/*
 * Look whether other files have come to the paths, and open those too. Of the files that are no
 * longer at their path the last MAX_EXE_FILES - nr_paths are kept. Others stay open up to the next
 * look, so that the kernel gives their inodes to no other files before the caller has told the BPF
 * programs. Paths on file systems for which a server answers (NFS, FUSE and the like) are not
 * looked at. Return whether fds has changed.
 */
bool exe_paths__look(struct exe_paths *exe_paths);

void exe_paths__close(struct exe_paths *exe_paths);

#endif /* KERNEL_EXE_PATHS_H */
