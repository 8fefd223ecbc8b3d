/* SPDX-License-Identifier: GPL-2.0 */
/* The names of the bits in the flags of struct socket, which differ between kernels. */
#ifndef KERNEL_SOCKET_FLAGS_H
#define KERNEL_SOCKET_FLAGS_H

#include <linux/types.h>
#include <stddef.h>

#define SOCKET_FLAGS_BITS      32
#define SOCKET_FLAGS_NAME_SIZE 32

struct socket_flags {
	char names[SOCKET_FLAGS_BITS][SOCKET_FLAGS_NAME_SIZE]; /* "" for a bit without a name */
};

/* The names in kernels before 6.16, whose BTF does not have them. */
extern const struct socket_flags socket_flags_before_6_16;

/*
 * Name a bit after an enumerator of the kernel's enum socket_flags. Enumerators that are not flags
 * of struct socket, and those that do not fit, are ignored.
 */
void socket_flags__add(struct socket_flags *flags, __s64 bit, const char *name);

/*
 * Write the names of the bits that are set, with "|" between them, followed by one number for all
 * bits without a name. Write "" if no bit has a name. text has size bytes; a bit whose name does
 * not fit is treated as one without a name.
 */
void socket_flags__put(const struct socket_flags *flags, __u64 set, char *text, size_t size);

#endif /* KERNEL_SOCKET_FLAGS_H */
