/* SPDX-License-Identifier: GPL-2.0 */
/* The create functions of the families as kernels from 5.10 to 7.2 call them. */
#ifndef KERNEL_FAMILY_NAMES_H
#define KERNEL_FAMILY_NAMES_H

/*
 * For where the running kernel can't be asked. NULL for a family that has no such function, and for
 * any number that is not a known family's. Static string.
 */
const char *family_names__create(int family);

#endif /* KERNEL_FAMILY_NAMES_H */
