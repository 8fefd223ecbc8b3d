/* SPDX-License-Identifier: GPL-2.0 */
/* The calls of the kernel's own functions (kfuncs) in programs: see shared/kfuncs.h. */
#ifndef PROBE_KFUNCS_H
#define PROBE_KFUNCS_H

#include <stddef.h>

#include "kernel/kernel_btf.h"

struct bpf_insn;

/* Put the numbers of this kernel's functions into the calls among nr instructions. */
void kfuncs__resolve(struct bpf_insn *instructions, size_t nr, const struct kernel_btf_ids *ids);

#endif /* PROBE_KFUNCS_H */
