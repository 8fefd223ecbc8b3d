/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part that the programs which watch seccomp (bpf/seccomp.bpf.h) have in loading the object
 * that has them.
 */
#ifndef PROBE_SECCOMP_LOAD_H
#define PROBE_SECCOMP_LOAD_H

#include <stdbool.h>

#include "kernel/kernel_btf.h"
#include "probe/targets.h"

#define SECCOMP_LOAD_LOG_SIZE 4096

enum seccomp_program {
	SECCOMP_EXIT,	 /* a filter has refused a system call */
	SECCOMP_KILL,	 /* it kills the task */
	SECCOMP_INSTALL, /* a task has got a filter */
	NR_SECCOMP_PROGRAMS,
};

struct bpf_object;
struct bpf_program;

/* Which of them are to be loaded, with the verifier's log of each program. */
struct seccomp_load {
	bool wanted;
	bool keeps_logs; /* the logs are those of an earlier attempt */
	char logs[NR_SECCOMP_PROGRAMS][SECCOMP_LOAD_LOG_SIZE];
};

/* One of the programs. */
struct bpf_program *seccomp_load__program(struct bpf_object *object, enum seccomp_program number);

/*
 * Select the programs, as far as they are wanted and the kernel has their functions. ids are those
 * of the kernel's own BTF; where that is replaced, so that targets is NULL, only SECCOMP_INSTALL
 * can be loaded.
 */
void seccomp_load__pick(struct seccomp_load *load, struct bpf_object *object,
			const struct kernel_btf_ids *ids, struct attach_targets *targets);

/*
 * Return whether the kernel has refused one of the programs, after an attempt to load the object
 * has failed. Then none is wanted any more.
 */
bool seccomp_load__blame(struct seccomp_load *load);

#endif /* PROBE_SECCOMP_LOAD_H */
