/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds what processes execute: the file and the command line. The BPF side has noted that of those
 * that have executed or forked since the trace began (shared/exec.h); of others it is read from
 * /proc, which for processes of other users needs CAP_SYS_PTRACE. The last 256 are kept.
 */
#ifndef SYMBOLS_EXECS_H
#define SYMBOLS_EXECS_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/exec.h"
#include "symbols/named_files.h"
#include "symbols/process.h"

struct execs;

/* Where to look up what the BPF side has noted. Zeroes stand for no such place. */
struct exec_source {
	void *context;
	/* Return false if it is not known. */
	bool (*find)(void *context, const struct exec_key *key, struct exec *exec);
};

/* What a process executes. Pointers are valid until the next call of execs__find(). */
struct executed {
	/*
	 * The path from the root of the process's mount namespace, which may contain any bytes.
	 * NULL if unknown: the process is gone, is not accessible, or is a kernel thread.
	 */
	const char *path;
	bool deleted; /* the file is no longer at this path, or never was (memfd) */
	/*
	 * The arguments, each ended by NUL, unless it is cut off: any bytes, EXEC_CMDLINE_SIZE of
	 * them at most. NULL if unknown.
	 */
	const char *cmdline;
	size_t cmdline_size; /* in bytes, with the NULs */
	bool cmdline_cut;    /* it is longer */
	/*
	 * A number for all that stands above: where it is the same, so is that. 0 if it may be
	 * another one next time.
	 */
	__u64 number;
};

/*
 * Return a new object, which the caller frees with execs__free(), or NULL if out of memory. proc is
 * "/proc". files has the paths of the files that the source numbers, and must outlive the object.
 */
struct execs *execs__new(const char *proc, const struct exec_source *source,
			 struct named_files *files);

/*
 * Find what the process executes. kernel_start_ns is its start as the kernel counts time, for the
 * source; id->start_ns is the same as /proc counts. If exec_id is known, this is looked up once for
 * each identity. If not, the program may have changed, so /proc is read each time, which takes a
 * few system calls: the process's directory is kept open, and this also tells a process that is
 * gone from another one with its pid. For a process that is gone, what was read last is returned if
 * start_ns is known.
 *
 * What the source knows is what was executed when the event in question happened. What /proc says
 * is what the process executes now. If it has executed another program since the event, the answer
 * is that program, unless a later exec_id was looked up before: then it is unknown.
 */
void execs__find(struct execs *execs, const struct process_id *id, __u64 kernel_start_ns,
		 struct executed *executed);

/* Free the object, which may be NULL. */
void execs__free(struct execs *execs);

#endif /* SYMBOLS_EXECS_H */
