/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tells who asked for a socket where that takes more than the record: the file that the process
 * executes, its command line, the path of its cgroup, and the caller's stacks with the names of
 * their functions.
 */
#ifndef CREATION_ORIGIN_H
#define CREATION_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/boot_clock.h"
#include "shared/wire.h"
#include "symbols/execs.h"
#include "text/buffer.h"

/* Strings may contain any bytes. They are valid until the next call of origins__find(). */
struct origin {
	struct executed executed; /* what the process executes */
	const char *cgroup;	  /* path in the cgroup v2 hierarchy, or NULL if unknown */
	const char *requester;	  /* kernel function that wanted a socket for the kernel, or NULL */
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

struct origins_options {
	bool processes; /* look up what the process executes, and the path of its cgroup */
	/*
	 * All creations get their kernel frames. Without, those frames are used only to find the
	 * requester of the kernel's own sockets.
	 */
	bool kernel_stacks;
	const struct state *state; /* shared with the BPF programs; must outlive the object */
	struct boot_clock clock;   /* that of the records */
	struct exec_source execs;
};

/* Return a new object, which the caller frees with origins__free(), or NULL if out of memory. */
struct origins *origins__new(const struct origins_options *options);

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
