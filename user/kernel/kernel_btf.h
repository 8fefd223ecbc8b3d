/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's BTF says of what can be observed, and how. */
#ifndef KERNEL_KERNEL_BTF_H
#define KERNEL_KERNEL_BTF_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "kernel/socket_flags.h"
#include "names/stage.h"
#include "shared/calibration.h"

#define KERNEL_BTF_MAX_ARGUMENTS 6 /* that the BPF programs can look behind */

/* The numbers of functions in a BTF; 0 where it has none. */
struct kernel_btf_ids {
	__u32 stages[NR_STAGES];
	__u32 calibration[NR_CALIBRATION_FUNCTIONS];
};

struct kernel_btf_facts {
	__u64 stages;	       /* STAGE_BIT()s of the stages whose functions the BTF has */
	__u64 renamed;	       /* STAGE_BIT()s of those of them that it has by their other name */
	__u64 no_fentry;       /* STAGE_BIT()s of those that fentry can't observe: variadic ones */
	__u64 other_arguments; /* see struct plan_facts */
	__u8 arguments[NR_STAGES]; /* how many each function takes */
	__u32 family_offset;	   /* members of struct net_proto_family, in bytes */
	__u32 create_offset;
	struct socket_flags socket_flags;
	struct kernel_btf_ids ids;
};

struct btf;

/*
 * The BTF in a file, or the kernel's own where path is NULL, until kernel_btf__close(). NULL if it
 * cannot be read, which has been explained on standard error.
 */
struct btf *kernel_btf__open(const char *path);

void kernel_btf__close(struct btf *btf);

void kernel_btf__read(const struct btf *btf, struct kernel_btf_facts *facts);

#define KERNEL_BTF_MAX_TYPES 256 /* that can be looked for at a time */

/* A type that is looked for: a function, a struct, an enumeration and so on. */
struct kernel_btf_type {
	const char *name; /* or NULL for none */
	__u32 kind;	  /* BTF_KIND_* */
	__u32 id;	  /* its number in the BTF, which is found; 0 if the BTF does not have it */
};

/* Finds the numbers of nr types in the BTF, 0 .. KERNEL_BTF_MAX_TYPES. */
void kernel_btf__find_types(const struct btf *btf, struct kernel_btf_type *types, size_t nr);

struct btf_member;

/* A member of the struct or union that has the number id, or NULL. */
const struct btf_member *kernel_btf__find_member(const struct btf *btf, __u32 id, const char *name);

/* Whether the enumeration that has the number id has a constant of that name. */
bool kernel_btf__has_enumerator(const struct btf *btf, __u32 id, const char *name);

/*
 * The numbers of nr functions in the BTF, 0 .. KERNEL_BTF_MAX_TYPES: ids[i] becomes that of
 * names[i], or 0 where the BTF has no such function or names[i] is NULL.
 */
void kernel_btf__find_functions(const struct btf *btf, const char *const *names, __u32 *ids,
				size_t nr);

#endif /* KERNEL_KERNEL_BTF_H */
