/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds the names of a few kernel symbols, variables and functions, by their exact addresses. There
 * are hundreds of thousands of symbols, but --state meets only a few dozen of them. So only those
 * are kept, and the kernel's list is read again whenever a new address comes up.
 */
#ifndef SYMBOLS_SYMBOL_NAMES_H
#define SYMBOLS_SYMBOL_NAMES_H

#include <stddef.h>
#include <linux/types.h>

#define SYMBOL_NAMES_MAX 256 /* further ones have no name */

struct symbol_names {
	const char *path; /* NULL means /proc/kallsyms */
	size_t nr_known;
	struct {
		__u64 address;
		char *name; /* owned; NULL if the address has no name */
	} known[SYMBOL_NAMES_MAX];
	const char *failure; /* why the list could not be read, or NULL; it is not tried again */
};

/*
 * Make sure that the names of these addresses are known, and read the list if one of them is new.
 * Addresses that are 0 are ignored.
 */
void symbol_names__look_up(struct symbol_names *names, const __u64 *addresses, size_t nr);

/*
 * Return the name of an address that was looked up, or NULL. It is valid until the names are freed.
 */
const char *symbol_names__find(const struct symbol_names *names, __u64 address);

void symbol_names__free(struct symbol_names *names);

#endif /* SYMBOLS_SYMBOL_NAMES_H */
