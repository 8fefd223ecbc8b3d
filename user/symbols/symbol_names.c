// SPDX-License-Identifier: GPL-2.0
#include "symbols/symbol_names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "symbols/kernel_symbols.h"

static bool is_known(const struct symbol_names *names, __u64 address)
{
	size_t i;

	for (i = 0; i < names->nr_known; i++) {
		if (names->known[i].address == address)
			return true;
	}
	return false;
}

void symbol_names__look_up(struct symbol_names *names, const __u64 *addresses, size_t nr)
{
	struct kernel_symbol_name wanted[SYMBOL_NAMES_MAX];
	size_t first = names->nr_known, i;

	for (i = 0; i < nr && names->nr_known < SYMBOL_NAMES_MAX; i++) {
		if (!addresses[i] || is_known(names, addresses[i]))
			continue;
		names->known[names->nr_known++].address = addresses[i];
	}
	if (names->nr_known == first || names->failure)
		return;
	for (i = first; i < names->nr_known; i++)
		wanted[i - first].address = names->known[i].address;
	if (kernel_symbols__find_names(names->path, wanted, names->nr_known - first,
				       &names->failure))
		return;
	for (i = first; i < names->nr_known; i++) {
		const char *name = wanted[i - first].name;

		names->known[i].name = name[0] ? strdup(name) : NULL;
	}
}

const char *symbol_names__find(const struct symbol_names *names, __u64 address)
{
	size_t i;

	for (i = 0; i < names->nr_known; i++) {
		if (names->known[i].address == address)
			return names->known[i].name;
	}
	return NULL;
}

void symbol_names__free(struct symbol_names *names)
{
	size_t i;

	for (i = 0; i < names->nr_known; i++)
		free(names->known[i].name);
	memset(names, 0, sizeof(*names));
}
