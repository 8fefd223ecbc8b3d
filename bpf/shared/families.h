/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What read_families.bpf.c and the front end share: the create functions of the families that are
 * registered, as the kernel's table net_families[] has them.
 */
#ifndef FAMILIES_H
#define FAMILIES_H

#ifndef __VMLINUX_H__ /* user space */
#include <linux/types.h>
#endif

#define NR_FAMILIES 64 /* more than any kernel has: AF_MAX is 46 in 6.12 */
#define FAMILY_SYMBOL_SIZE                                                     \
	192 /* "alg_create [af_alg]"; a symbol may have 127 characters or more \
	     */

struct family_table {
	/* in */
	__u64 table;	     /* the address of net_families[], where the program can't look it up */
	__u32 family_offset; /* of struct net_proto_family, in bytes */
	__u32 create_offset;
	/* out; the addresses are for looking up names, and are never shown */
	__s32 error; /* 0, or a negative errno: then there is nothing else */
	struct {
		__u64 create;			 /* 0 where no such family is registered */
		char symbol[FAMILY_SYMBOL_SIZE]; /* "" where the program can't look it up */
	} families[NR_FAMILIES];
	__u32 registrations; /* counts how often families and protocols came and went */
};

#endif /* FAMILIES_H */
