/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's BTF says about the functions that can be observed, and how. */
#ifndef KERNEL_KERNEL_BTF_H
#define KERNEL_KERNEL_BTF_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "kernel/socket_flags.h"
#include "names/stage.h"
#include "shared/calibration.h"
#include "shared/config.h"
#include "shared/proof.h"

#define KERNEL_BTF_MAX_ARGUMENTS 6 /* as many as the BPF programs can handle */

/* The ids of functions in a BTF; 0 if it does not have the function. */
struct kernel_btf_ids {
	__u32 stages[NR_STAGES];
	__u32 calibration[NR_CALIBRATION_FUNCTIONS];
	__u32 proof;	      /* of PROOF_FUNCTION */
	__u32 seccomp_filter; /* __seccomp_filter(), unless its arguments are other than known */
	__u32 audit_seccomp;
	__u32 session_is_return; /* bpf_session_is_return() */
	__u32 rdonly_cast;	 /* bpf_rdonly_cast() */
	struct type_numbers types;
};

struct kernel_btf_facts {
	__u64 stages;	       /* STAGE_BIT()s of the stages whose function is in the BTF */
	__u64 renamed;	       /* STAGE_BIT()s of those that have their other name there */
	__u64 no_fentry;       /* STAGE_BIT()s of variadic functions: fentry can't observe them */
	__u64 other_arguments; /* see struct plan_facts */
	__u8 arguments[NR_STAGES]; /* the number of arguments of each function */
	__u8 seccomp_arguments;	   /* the number of those of __seccomp_filter(), or 0 */
	__u32 family_offset;	   /* of members of struct net_proto_family, in bytes */
	__u32 create_offset;
	struct socket_flags socket_flags;
	struct kernel_btf_ids ids;
};

struct btf;

/*
 * Open the BTF in a file, or the kernel's own if path is NULL. The caller closes it with
 * kernel_btf__close(). Return NULL if it can't be read, after printing why.
 */
struct btf *kernel_btf__open(const char *path);

void kernel_btf__close(struct btf *btf);

#define KERNEL_BTF_MAX_TYPES 256 /* the most types that can be looked up at a time */

/* A type to look up: a function, a struct, an enumeration and so on. */
struct kernel_btf_type {
	const char *name; /* NULL if nothing is to be looked up */
	__u32 kind;	  /* BTF_KIND_* */
	__u32 id;	  /* result: its id in the BTF, or 0 if it is not there */
};

/*
 * Read the facts, and find the numbers of nr_more further types in the same pass over the BTF,
 * 0 .. 128: looking for them afterwards would take as long again.
 */
void kernel_btf__read(const struct btf *btf, struct kernel_btf_facts *facts,
		      struct kernel_btf_type *more, size_t nr_more);

/* Look up the ids of nr types, at most KERNEL_BTF_MAX_TYPES. */
void kernel_btf__find_types(const struct btf *btf, struct kernel_btf_type *types, size_t nr);

struct btf_member;

/* Return a member of the struct or union with that id, or NULL. */
const struct btf_member *kernel_btf__find_member(const struct btf *btf, __u32 id, const char *name);

/* Return whether the enumeration with that id has a constant of that name. */
bool kernel_btf__has_enumerator(const struct btf *btf, __u32 id, const char *name);

/* Return whether types with names are sorted by them, by a look at some hundreds of them. */
bool kernel_btf__is_sorted(const struct btf *btf);

/* Return how many arguments the function with that id takes. */
unsigned int kernel_btf__count_arguments(const struct btf *btf, __u32 id);

/*
 * Look up the ids of nr functions, at most KERNEL_BTF_MAX_TYPES. ids[i] becomes that of names[i],
 * or 0 if the BTF has no such function or names[i] is NULL.
 */
void kernel_btf__find_functions(const struct btf *btf, const char *const *names, __u32 *ids,
				size_t nr);

#endif /* KERNEL_KERNEL_BTF_H */
