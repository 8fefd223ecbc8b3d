/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits of this process that make things fail for reasons which do not name them: libbpf, for one,
 * says that there is no BTF where it had no memory to read it.
 */
#ifndef KERNEL_SHORTAGE_H
#define KERNEL_SHORTAGE_H

#include <stdbool.h>

/*
 * If something that failed with this errno lacked descriptors or memory, print one sentence that
 * says so, and which limit to raise, and return true. That is also tried out: the tool needs some
 * 20 MiB and a descriptor for each program, so a shortage is still there when it has failed. what
 * is what could not be done: "cannot load the BPF objects".
 */
bool shortage__explain(const char *what, int error);

/* The same, but where nothing is short, print what the errno means. */
void shortage__report(const char *what, int error);

/*
 * Return whether the stack may grow as far as the tool needs. Otherwise print one sentence that
 * says so; the tool would end by SIGSEGV.
 */
bool shortage__check_stack(void);

/*
 * Return whether there are as many descriptors as even the smallest trace needs. Otherwise print
 * one sentence that says so. With less, libbpf may take the lack for one of the kernel's features.
 */
bool shortage__check_descriptors(void);

#endif /* KERNEL_SHORTAGE_H */
