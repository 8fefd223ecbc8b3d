/* SPDX-License-Identifier: GPL-2.0 */
/* The calls of the kernel's own functions (kfuncs) in programs: see shared/kfuncs.h. */
#ifndef PROBE_KFUNCS_H
#define PROBE_KFUNCS_H

#include <stddef.h>

#include "kernel/kernel_btf.h"

/*
 * Put the numbers of this kernel's functions into the calls of all programs of a BPF object, which
 * is an ELF file of size bytes in memory, as the compiler makes it. What calls a function that the
 * kernel does not have stays as it is; the verifier refuses it unless it is never reached.
 */
void kfuncs__resolve(void *elf, size_t size, const struct kernel_btf_ids *ids);

#endif /* PROBE_KFUNCS_H */
