/* SPDX-License-Identifier: GPL-2.0 */
/* Which network namespaces there are. */
#ifndef KERNEL_NET_NAMESPACES_H
#define KERNEL_NET_NAMESPACES_H

#include <stdbool.h>
#include <linux/types.h>

/*
 * The least inode number that a network namespace can have: that of the initial one since 6.18
 * (NET_NS_INIT_INO in the kernel's include/uapi/linux/nsfs.h). All others are numbered from
 * PROC_DYNAMIC_FIRST on, which is 0xf0000000.
 */
#define NET_NAMESPACES_LEAST_INODE 0xeffffff9U

/*
 * Whether a network namespace with this inode number can be found: a thread is in it, or a mount
 * or an open file refers to it. One that is held by sockets only can't be found, nor one that is
 * out of sight in other PID namespaces or for want of permission. Reads /proc, which takes some
 * microseconds for each thread and open file of the machine if there is no such namespace.
 */
bool net_namespaces__find(__u32 inode);

#endif /* KERNEL_NET_NAMESPACES_H */
