/* SPDX-License-Identifier: GPL-2.0 */
/* What the bits of struct socket's flags are called, which is not the same in all kernels. */
#ifndef KERNEL_SOCKET_FLAGS_H
#define KERNEL_SOCKET_FLAGS_H

#include <linux/types.h>
#include <stddef.h>

#define SOCKET_FLAGS_BITS      32
#define SOCKET_FLAGS_NAME_SIZE 32

struct socket_flags {
	char names[SOCKET_FLAGS_BITS][SOCKET_FLAGS_NAME_SIZE]; /* "" of bits without one */
};

/* Of the kernels whose BTF does not have the names. */
extern const struct socket_flags socket_flags_before_6_16;

/*
 * Calls a bit by an enumerator of the kernel's enum socket_flags. One that is no flag of a struct
 * socket is left out, as is what there is no room for.
 */
void socket_flags__add(struct socket_flags *flags, __s64 bit, const char *name);

/*
 * The names of the bits that are set, with "|" between them, and the bits without a name as one
 * number; "" if none has a name. text has size bytes; a bit whose name does not fit is as one
 * without.
 */
void socket_flags__put(const struct socket_flags *flags, __u64 set, char *text, size_t size);

#endif /* KERNEL_SOCKET_FLAGS_H */
