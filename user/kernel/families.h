/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The families that are registered in the running kernel, and their create functions, from its
 * table net_families[]. Families and protocols can come and go with modules.
 */
#ifndef KERNEL_FAMILIES_H
#define KERNEL_FAMILIES_H

#include <stdbool.h>

#include "kernel/features.h"
#include "kernel/kernel_btf.h"
#include "shared/families.h"
#include "symbols/kernel_symbols.h"

/* The create function of a family. */
struct family_function {
	char name[FAMILY_SYMBOL_SIZE]; /* "alg_create"; "" if the family is not registered */
	bool in_module;		       /* it belongs to a module, not to the kernel's image */
	__u32 btf_id;		       /* its id in the kernel's BTF, or 0 if it is not there */
	/*
	 * It differs from that of an earlier reading if the family may have been unregistered in
	 * between, so that probes of a module's function are dead.
	 */
	__u32 generation;
};

struct families; /* holds the BPF programs that read the table */

/*
 * Load the programs that read the table. facts comes from the kernel's BTF. If BPF programs can't
 * look up symbols (the kernel does not have FEATURE_KALLSYMS_LOOKUP), table is the address of
 * net_families[], and symbols, which must outlive the families, provides the names of functions.
 * Otherwise these are 0 and NULL. If the address is unknown, or if the kernel refuses the programs
 * (which -v shows; this then returns NULL), only the usual names of the functions are known.
 */
struct families *families__open(const struct kernel_btf_facts *facts,
				const struct features *features, struct kernel_symbols *symbols,
				__u64 table);

/*
 * Fill in functions[NR_FAMILIES], except for .btf_id. If families is NULL or the kernel's table
 * can't be read, they get the usual names of the functions, which this kernel may not have.
 */
void families__read(struct families *families, struct family_function *functions);

/*
 * Return whether families or protocols may have been registered or unregistered since the last
 * call, because a module was initialized or freed. This needs neither a system call nor privileges.
 * It is false if it can't be known, or if families is NULL.
 */
bool families__take_changes(struct families *families);

void families__close(struct families *families);

#endif /* KERNEL_FAMILIES_H */
