/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions that the fentry and fexit programs are for, by their numbers in the kernel's BTF.
 * By itself, libbpf looks for a name among all of the kernel's 100,000 types, once for each
 * program.
 */
#ifndef PROBE_TARGETS_H
#define PROBE_TARGETS_H

#include <linux/types.h>

#include "probe/objects.h"

struct bpf_program;
struct attach_targets;

/*
 * Have libbpf ask the result about all fentry and fexit programs of the objects that it opens,
 * until attach_targets__free(), which must follow the closing of the objects. There can be only one
 * at a time. Return NULL and errno on failure.
 */
struct attach_targets *attach_targets__new(void);

/* Set the function of a program that is not loaded yet, by its number. With 0 loading it fails. */
void attach_targets__set(struct attach_targets *targets, const struct bpf_program *program,
			 __u32 btf_id);

/*
 * Keep what attach_targets__clone() needs of a program when it is loaded, of the one that observes
 * this half of the families' functions.
 */
void attach_targets__keep(struct attach_targets *targets, enum half half,
			  const struct bpf_program *program);

/*
 * Load that program once more, for the function that has the number btf_id in the kernel's BTF.
 * Return a descriptor, or -1 and errno.
 */
int attach_targets__clone(const struct attach_targets *targets, enum half half, __u32 btf_id);

/* Forget all targets. Their object has been loaded, or is to be closed. */
void attach_targets__clear(struct attach_targets *targets);

/* targets may be NULL. */
void attach_targets__free(struct attach_targets *targets);

#endif /* PROBE_TARGETS_H */
