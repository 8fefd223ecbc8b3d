/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names of the families' create functions in kernels from 5.10 to 7.2, for use when the running
 * kernel can't be asked.
 */
#ifndef KERNEL_FAMILY_NAMES_H
#define KERNEL_FAMILY_NAMES_H

/*
 * Return the name of a family's create function, a static string. Return NULL for a family without
 * one, and for any number that is not a known family.
 */
const char *family_names__create(int family);

#endif /* KERNEL_FAMILY_NAMES_H */
