/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The running kernel's functions by address, from /proc/kallsyms. Addresses are for looking up
 * only: nothing may print them.
 */
#ifndef SYMBOLS_KERNEL_SYMBOLS_H
#define SYMBOLS_KERNEL_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "symbols/symbol_table.h"

struct kernel_symbols;

/* A name whose address is wanted: a function's or a variable's. */
struct kernel_symbol_address {
	const char *name;
	__u64 address; /* of the first in the kernel's image, or else of the first in a module */
	unsigned int found; /* how many of these there are. Static names need not be unique: with
			       more than 1 the address may be another's */
};

#define KERNEL_SYMBOL_NAME_SIZE 128

/* An address whose name is wanted: that of a function or a variable, exactly. */
struct kernel_symbol_name {
	__u64 address;
	char name[KERNEL_SYMBOL_NAME_SIZE]; /* "" if there is none; what is longer is cut off */
};

/*
 * Reads the functions of path (NULL: /proc/kallsyms; 16 bytes each and their names, 4 to 7 MiB in
 * all), and on the way fills in the addresses of nr_wanted names. Needs the right to see addresses
 * (CAP_SYSLOG). NULL on failure, and *reason says why: a static string or strerror()'s.
 */
struct kernel_symbols *kernel_symbols__read(const char *path, struct kernel_symbol_address *wanted,
					    size_t nr_wanted, const char **reason);

/* Fills in the addresses alone and keeps nothing. 0, even if some are not found, or -1 and *reason.
 */
int kernel_symbols__find_addresses(const char *path, struct kernel_symbol_address *wanted,
				   size_t nr_wanted, const char **reason);

/*
 * Reads the file again, for modules that were loaded since. That it was opened with privileges is
 * enough: the kernel decides at open() whether addresses are shown. Takes as long as the first
 * reading, so it is not to be done at every miss. 0, or -1 and *reason: the table is as before.
 */
int kernel_symbols__refresh(struct kernel_symbols *symbols, const char **reason);

/*
 * Finds the function in which address lies. False if it is in none that is known: outside the
 * kernel's text, or more than the rest of a page behind the last function of a module (there
 * another module may be that is not in the table yet).
 *
 * A return address is looked up as address - 1, with 1 added to the offset: a call can be the last
 * instruction of a function that it never returns to.
 */
bool kernel_symbols__find(const struct kernel_symbols *symbols, __u64 address,
			  struct kernel_symbol *symbol);

/*
 * Fills in the names of nr_wanted addresses, those of variables and of modules too, without keeping
 * a table. Of several names the global one is taken, else the first. 0, or -1 and *reason as above.
 */
int kernel_symbols__find_names(const char *path, struct kernel_symbol_name *wanted,
			       size_t nr_wanted, const char **reason);

/* symbols may be NULL. */
void kernel_symbols__free(struct kernel_symbols *symbols);

#endif /* SYMBOLS_KERNEL_SYMBOLS_H */
