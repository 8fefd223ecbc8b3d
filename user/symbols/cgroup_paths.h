/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds the paths of cgroups by their ids in the cgroup v2 hierarchy, which are what BPF programs
 * see.
 */
#ifndef SYMBOLS_CGROUP_PATHS_H
#define SYMBOLS_CGROUP_PATHS_H

#include <linux/types.h>

struct cgroup_paths;

/*
 * Open the cgroup v2 mount that mountinfo ("/proc/self/mountinfo") shows, which may be next to v1
 * hierarchies. Return NULL and set errno if there is none (ENOENT), or on failure.
 */
struct cgroup_paths *cgroup_paths__open(const char *mountinfo);

/*
 * Return the path of a cgroup below the mount, or "/" for its root. That is what /proc/PID/cgroup
 * shows, unless the mount is that of a cgroup namespace or of a part of the hierarchy. It may
 * contain any bytes but NUL and newline, and is valid until the next call. Return NULL if the
 * cgroup is gone, or may not be opened by its id: that needs CAP_DAC_READ_SEARCH in the initial
 * user namespace, and the mount is not searched instead. A cgroup that was found before it was
 * removed remains known for long: 4,096 are kept before all are dropped, and ids are not reused.
 */
const char *cgroup_paths__find(struct cgroup_paths *paths, __u64 id);

/* Close the mount. paths may be NULL. */
void cgroup_paths__close(struct cgroup_paths *paths);

#endif /* SYMBOLS_CGROUP_PATHS_H */
