/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who asked for a socket, as far as it takes more than the record to say: the file that the process
 * executes, its cgroup's path, and the caller's stacks with the names of their functions.
 */
#ifndef CREATION_ORIGIN_H
#define CREATION_ORIGIN_H

#include <stdbool.h>

#include "shared/wire.h"
#include "text/buffer.h"

/* Strings may be any bytes. They are valid until the next origins__find(). */
struct origin {
	const char *exe;       /* NULL where it is not known */
	const char *cgroup;    /* in the cgroup v2 hierarchy; NULL where it is not known */
	const char *requester; /* the kernel's function that wanted a socket of its own, or NULL */
	/* Whether the exe is not at its path anymore. */
	bool exe_deleted;
	int nr_kernel_frames, nr_user_frames;
	/* "udp_sock_create4+0x5a [udp_tunnel]", the innermost first: the outermost stage's caller
	 */
	const char *kernel_frames[WIRE_MAX_FRAMES];
	/* "libc.so.6+0x10d27 (socket+0x7)": by the file, and by the function where that is known */
	const char *user_frames[WIRE_MAX_FRAMES];
};

struct state;
struct origins; /* what was found before */

/*
 * processes: exe and cgroup are wanted, which takes look-ups in /proc and /sys/fs/cgroup.
 * kernel_stacks: the frames are wanted of every creation; those of the kernel's own have them in
 * any case, for the requester. state is that of the BPF programs, which must outlive the origins.
 * NULL if out of memory.
 */
struct origins *origins__new(bool processes, bool kernel_stacks, const struct state *state);

/* Finds the origin of a creation; what can't be found is left out. Never fails. */
void origins__find(struct origins *origins, const struct wire_record *record,
		   struct origin *origin);

/* origins may be NULL. */
void origins__free(struct origins *origins);

#endif /* CREATION_ORIGIN_H */
