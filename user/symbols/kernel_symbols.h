/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds the running kernel's functions by address, from /proc/kallsyms. Addresses are for looking
 * up only: they must never be printed.
 */
#ifndef SYMBOLS_KERNEL_SYMBOLS_H
#define SYMBOLS_KERNEL_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "symbols/symbol_table.h"

struct kernel_symbols;

/* A name of a function or variable whose address is wanted. */
struct kernel_symbol_address {
	const char *name;
	__u64 address; /* of the first one in the kernel's image, else the first in a module */
	/*
	 * How many symbols have this name. Static names need not be unique: above 1 the address may
	 * be that of another symbol.
	 */
	unsigned int found;
};

#define KERNEL_SYMBOL_NAME_SIZE 128

/* An address whose name is wanted. It must be the exact address of a function or variable. */
struct kernel_symbol_name {
	__u64 address;
	char name[KERNEL_SYMBOL_NAME_SIZE]; /* "" if it has none; a longer name is cut */
};

/*
 * Read the functions from path (NULL means /proc/kallsyms) and also find the addresses of nr_wanted
 * names. The table takes 16 bytes for each function in addition to its name, 4 to 7 MiB in all.
 * Needs CAP_SYSLOG to see addresses. Return NULL on failure, with a static string or the message of
 * strerror() in *reason.
 */
struct kernel_symbols *kernel_symbols__read(const char *path, struct kernel_symbol_address *wanted,
					    size_t nr_wanted, const char **reason);

/*
 * Find the addresses of nr_wanted names, and keep no table. Return 0, even if some are not found,
 * or -1 with *reason set as above.
 */
int kernel_symbols__find_addresses(const char *path, struct kernel_symbol_address *wanted,
				   size_t nr_wanted, const char **reason);

/*
 * Read the file again to learn about modules loaded since. This needs no more privileges, because
 * the kernel decides at open() whether addresses are shown. It takes as long as the first reading,
 * so it must not be done for every address that is not found. Return 0, or -1 with *reason set;
 * then the table is unchanged.
 */
int kernel_symbols__refresh(struct kernel_symbols *symbols, const char **reason);

/*
 * Find the function that contains address. Return false if no known function does. An address after
 * the last function of a module counts as that function's only up to the end of the page: beyond
 * that there may be another module that is not in the table yet.
 *
 * Look up a return address as address - 1, and add 1 to the offset. A call can be the last
 * instruction of a function if it never returns.
 */
bool kernel_symbols__find(const struct kernel_symbols *symbols, __u64 address,
			  struct kernel_symbol *symbol);

/*
 * Find the names of nr_wanted addresses, including those of variables and modules, and keep no
 * table. If several symbols have the address, a global one is taken, else the first one. Return 0,
 * or -1 with *reason set as above.
 */
int kernel_symbols__find_names(const char *path, struct kernel_symbol_name *wanted,
			       size_t nr_wanted, const char **reason);

/* Free the symbols, which may be NULL. */
void kernel_symbols__free(struct kernel_symbols *symbols);

#endif /* SYMBOLS_KERNEL_SYMBOLS_H */
