/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which functions the fentry and fexit programs are for, by the functions' numbers in the kernel's
 * BTF. libbpf looks for a name, and compares it to all of the kernel's 100,000 types anew for each
 * program.
 */
#ifndef PROBE_TARGETS_H
#define PROBE_TARGETS_H

#include <linux/types.h>

struct bpf_program;
struct attach_targets;

/*
 * From here on libbpf asks the result about all fentry and fexit programs of the objects that it
 * opens; attach_targets__free() ends that, when the objects are closed. Only one at a time. NULL
 * and errno on failure.
 */
struct attach_targets *attach_targets__new(void);

/*
 * The program, which is not loaded yet, is for the function of that number; 0 is none, which makes
 * loading it fail.
 */
void attach_targets__set(struct attach_targets *targets, const struct bpf_program *program,
			 __u32 btf_id);

/* All programs are forgotten: their object is to be closed, or is loaded. */
void attach_targets__clear(struct attach_targets *targets);

/* targets may be NULL. */
void attach_targets__free(struct attach_targets *targets);

#endif /* PROBE_TARGETS_H */
