/* SPDX-License-Identifier: GPL-2.0 */
/* The paths of cgroups by their ids in the cgroup v2 hierarchy, as BPF programs see them. */
#ifndef SYMBOLS_CGROUP_PATHS_H
#define SYMBOLS_CGROUP_PATHS_H

#include <linux/types.h>

struct cgroup_paths;

/*
 * Opens the cgroup v2 mount that mountinfo ("/proc/self/mountinfo") shows, also beside v1
 * hierarchies. NULL and errno if there is none (ENOENT), or on failure.
 */
struct cgroup_paths *cgroup_paths__open(const char *mountinfo);

/*
 * The path below the mount, "/" for its root: what /proc/PID/cgroup shows, unless the mount is of a
 * cgroup namespace or of a part of the hierarchy. Any bytes but NUL and newline. NULL if there is
 * no such cgroup, or not anymore, and of a cgroup that may not be opened by its id: that takes
 * CAP_DAC_READ_SEARCH in the initial user namespace, and the mount is not searched instead. One
 * that was found before it was removed stays known for long (4,096 are kept, and then all are
 * dropped; ids are not reused). Valid until the next call.
 */
const char *cgroup_paths__find(struct cgroup_paths *paths, __u64 id);

/* paths may be NULL. */
void cgroup_paths__close(struct cgroup_paths *paths);

#endif /* SYMBOLS_CGROUP_PATHS_H */
