/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of a few kernel symbols, variables and functions, by their exact addresses. There are some
 * hundred thousand symbols and --state meets a few dozen of them, so only those are kept: the
 * kernel's list is read when an address comes up that was not looked for yet.
 */
#ifndef SYMBOLS_SYMBOL_NAMES_H
#define SYMBOLS_SYMBOL_NAMES_H

#include <stddef.h>
#include <linux/types.h>

#define SYMBOL_NAMES_MAX 256 /* later ones have no name */

struct symbol_names {
	const char *path; /* NULL: /proc/kallsyms */
	size_t nr_known;
	struct {
		__u64 address;
		char *name; /* owned; NULL: there is none */
	} known[SYMBOL_NAMES_MAX];
	const char *failure; /* why the list could not be read; it is not tried again */
};

/*
 * Has the names of these addresses (0 stands for none) ready; reads the list if one of them is new.
 */
void symbol_names__look_up(struct symbol_names *names, const __u64 *addresses, size_t number);

/* The name, valid until the names are freed, or NULL. Only of what was looked up. */
const char *symbol_names__find(const struct symbol_names *names, __u64 address);

void symbol_names__free(struct symbol_names *names);

#endif /* SYMBOLS_SYMBOL_NAMES_H */
