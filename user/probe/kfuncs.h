/* SPDX-License-Identifier: GPL-2.0 */
/* The calls of the kernel's own functions (kfuncs) in programs: see shared/kfuncs.h. */
#ifndef PROBE_KFUNCS_H
#define PROBE_KFUNCS_H

#include "kernel/kernel_btf.h"

struct bpf_program;

/*
 * Put the numbers of this kernel's functions into the calls of a program. libbpf must have put the
 * program together, and not loaded it yet: this is for libbpf_prog_prepare_load_fn_t.
 */
void kfuncs__resolve(struct bpf_program *program, const struct kernel_btf_ids *ids);

#endif /* PROBE_KFUNCS_H */
