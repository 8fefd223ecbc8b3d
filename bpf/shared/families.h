/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What read_families.bpf.c and the front end share: the create functions of the registered
 * families, as they are in the kernel's table net_families[].
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
	/* Input of the program, which overwrites the address if it can look it up. */
	__u64 table;	     /* address of net_families[], or 0 */
	__u32 family_offset; /* offsets in struct net_proto_family, in bytes */
	__u32 create_offset;
	/* Output of the program. Addresses serve to look up names and must never be shown. */
	__s32 error; /* 0, or a negative errno, in which case nothing else is valid */
	struct {
		__u64 create;			 /* 0 if no such family is registered */
		char symbol[FAMILY_SYMBOL_SIZE]; /* "" if the program can't look it up */
		__u32 removals; /* how often it was not registered when a module was freed */
	} families[NR_FAMILIES];
	__u32 changes; /* how often modules were initialized or freed */
};

#endif /* FAMILIES_H */
