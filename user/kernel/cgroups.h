/* SPDX-License-Identifier: GPL-2.0 */
/* The cgroups of --cgroup. */
#ifndef KERNEL_CGROUPS_H
#define KERNEL_CGROUPS_H

/*
 * Opens the folders of nr cgroups of the v2 hierarchy; the descriptors in fds are the caller's, by
 * cgroups__close(). -1 if one can't be opened, which has been explained; then none is open.
 */
int cgroups__open(const char *const *paths, unsigned int nr, int *fds);

void cgroups__close(const int *fds, unsigned int nr);

#endif /* KERNEL_CGROUPS_H */
