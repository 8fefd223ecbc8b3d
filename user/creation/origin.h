/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tells who asked for a socket where that takes more than the record: the file that the process
 * executes, the path of its cgroup, and the caller's stacks with the names of their functions.
 */
#ifndef CREATION_ORIGIN_H
#define CREATION_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/boot_clock.h"
#include "shared/wire.h"
#include "text/buffer.h"

/* Strings may contain any bytes. They are valid until the next call of origins__find(). */
struct origin {
	const char *exe;       /* path of the executed file, or NULL if unknown */
	const char *cgroup;    /* path in the cgroup v2 hierarchy, or NULL if unknown */
	const char *requester; /* kernel function that wanted a socket for the kernel, or NULL */
	/* The file is no longer at its path. */
	bool exe_deleted;
	int nr_kernel_frames, nr_user_frames;
	int nr_unplaced; /* user frames of which the file should be known and is not */
	/*
	 * "udp_sock_create4+0x5a [udp_tunnel]". The innermost comes first: the caller of the
	 * outermost stage.
	 */
	const char *kernel_frames[WIRE_MAX_FRAMES];
	/*
	 * "libc.so.6+0x10d27 (socket+0x7)": the offset in the file, and the function if that is
	 * known. "? " before it means that the frame may be left over, or that the functions
	 * between it and the one before are missing.
	 */
	const char *user_frames[WIRE_MAX_USER_FRAMES];
};

struct state;
struct origins; /* keeps what was looked up for earlier creations */

/*
 * Return a new object, which the caller frees with origins__free(), or NULL if out of memory. With
 * processes, exe and cgroup are looked up in /proc and /sys/fs/cgroup. With kernel_stacks, all
 * creations get their kernel frames; without, those frames are used only to find the requester of
 * the kernel's own sockets. state is shared with the BPF programs and must outlive the object.
 * clock is that of the records.
 */
struct origins *origins__new(bool processes, bool kernel_stacks, const struct state *state,
			     const struct boot_clock *clock);

/*
 * Take a record of the ring buffer that is no creation, but says what later ones refer to: the path
 * of a file. Return false if it is another one. *reason becomes NULL, or a phrase if it is damaged.
 */
bool origins__take(struct origins *origins, const void *data, size_t size, const char **reason);

/* Find the origin of a creation. What can't be found is left out. */
void origins__find(struct origins *origins, const struct wire_record *record,
		   struct origin *origin);

/* Free the object. origins may be NULL. */
void origins__free(struct origins *origins);

#endif /* CREATION_ORIGIN_H */
