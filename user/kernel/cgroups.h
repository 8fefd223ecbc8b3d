/* SPDX-License-Identifier: GPL-2.0 */
/* Opens the cgroups that --cgroup names. */
#ifndef KERNEL_CGROUPS_H
#define KERNEL_CGROUPS_H

/*
 * Open the directories of nr cgroups of the v2 hierarchy. The caller closes the descriptors in fds
 * with cgroups__close(). Return -1 after printing why one can't be opened; then none is left open.
 */
int cgroups__open(const char *const *paths, unsigned int nr, int *fds);

void cgroups__close(const int *fds, unsigned int nr);

#endif /* KERNEL_CGROUPS_H */
