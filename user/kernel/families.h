/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The families that are registered in the running kernel, and their create functions, from its
 * table net_families[]; families and protocols may come and go with modules.
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
	char name[FAMILY_SYMBOL_SIZE]; /* "alg_create"; "" where no such family is registered */
	bool in_module;		       /* of a module, rather than of the kernel itself */
	__u32 btf_id;		       /* its number in the kernel's BTF, 0 if it is not there */
};

struct families; /* the BPF programs that read the table */

/*
 * Loads the programs. facts is what the kernel's BTF says. Where BPF programs can't look symbols up
 * (the kernel does not have FEATURE_KALLSYMS_LOOKUP), table is the address of net_families[], and
 * symbols, which must outlive the families, names its functions; otherwise they are 0 and NULL.
 * Where that address is not known, or the kernel refuses the programs (told with -v; then this is
 * NULL), only the names that the functions are known by are left.
 */
struct families *families__open(const struct kernel_btf_facts *facts,
				const struct features *features, struct kernel_symbols *symbols,
				__u64 table);

/*
 * Fills functions[NR_FAMILIES], but for .btf_id. Where families is NULL or the kernel's table can't
 * be read, with the names that the functions are known by; whether a kernel has them is then open.
 */
void families__read(struct families *families, struct family_function *functions);

/*
 * Whether families or protocols have been registered or taken out since it was last asked. Needs
 * neither a system call nor privileges. False where it can't be known, or families is NULL.
 */
bool families__take_changes(struct families *families);

void families__close(struct families *families);

#endif /* KERNEL_FAMILIES_H */
